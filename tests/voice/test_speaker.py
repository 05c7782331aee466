"""What the hotline says, phrase by phrase."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from ivr.voice import mulaw, wav
from ivr.voice.mulaw import FRAME_BYTES, RATE
from ivr.voice.speaker import Speaker, default_cache
from ivr.voice.telephone import LEVEL_DBFS, speech_rms

GREETING = "您好，牛田镇政务热线。通话会录音，方便为您办事。"


@pytest.fixture
def mute(tmp_path: Path) -> Speaker:
    """A speaker on a machine without models."""
    return Speaker(ModelStore(tmp_path / "models"), tmp_path / "cache")


def test_a_text_is_cut_into_breaths_at_its_punctuation(mute: Speaker) -> None:
    assert mute.phrases("跟您对一下：石桥村王桂花，9:30到。对吗？") == [
        "跟您对一下",
        "石桥村王桂花",
        "上午九点半到",
        "对吗",
    ]


def test_quotation_marks_are_no_pause(mute: Speaker) -> None:
    assert mute.phrases("随时说“转人工”。") == ["随时说转人工"]


def test_a_code_is_said_in_its_groups(mute: Speaker) -> None:
    assert mute.phrases("号码是三零七 二九四。") == ["号码是三零七", "二九四"]


def test_no_breath_is_longer_than_twenty_five_characters(mute: Speaker) -> None:
    long = "城乡居民基本医疗保险参保缴费和残疾人证新办换证以及老年人优待证都可以到镇里窗口办" * 3
    assert max(map(len, mute.phrases(long))) <= 25
    assert "".join(mute.phrases(long)) == long
    assert max(map(len, mute.phrases("啊" * 1000 + "x" * 1000))) <= 25


def test_what_cannot_be_said_is_no_breath(mute: Speaker) -> None:
    assert mute.phrases("……！？ \n，") == []
    assert mute.speak("") == b""


def test_without_a_model_the_error_names_the_remedy(mute: Speaker) -> None:
    with pytest.raises(SpeechError, match="hotline models fetch"):
        mute.speak("您好")


def test_a_damaged_model_is_a_clear_error(tmp_path: Path) -> None:
    class Broken:
        def path(self, name: str) -> Path:
            return tmp_path

    (tmp_path / "baker_mapper.json").write_text('{"symbol_to_id": {}, "pinyin_dict": {}}')
    for damage in (b"", b"\x00\x00\x00\x00TFL3" + bytes(range(256)) * 9, b"\xff" * 400):
        (tmp_path / "fastspeech2_quan.tflite").write_bytes(damage)
        with pytest.raises(SpeechError, match="damaged"):
            Speaker(Broken(), tmp_path / "cache").speak("您好")


@pytest.mark.audio
def test_a_sentence_is_telephone_speech_at_a_pace_old_ears_follow(speaker: Speaker) -> None:
    sound = speaker.speak(GREETING)
    assert len(sound) % FRAME_BYTES == 0
    samples = mulaw.to_samples(mulaw.decode(sound))
    assert abs(20 * np.log10(speech_rms(samples)) - LEVEL_DBFS) < 2
    assert np.abs(samples).max() < 0.98
    assert 3.0 < len("".join(speaker.phrases(GREETING))) / (len(sound) / RATE) < 4.0


@pytest.mark.audio
def test_slow_is_a_quarter_slower(speaker: Speaker) -> None:
    assert 1.2 < len(speaker.speak(GREETING, 0.75)) / len(speaker.speak(GREETING)) < 1.45


@pytest.mark.audio
def test_items_of_a_list_are_kept_apart_longer_than_phrases(speaker: Speaker) -> None:
    items, phrases = speaker.speak("九点、十点、两点"), speaker.speak("九点，十点，两点")
    assert len(items) - len(phrases) == round(0.8 * RATE)


@pytest.mark.audio
def test_the_same_sentence_always_sounds_the_same(speaker: Speaker, models: ModelStore, tmp_path: Path) -> None:
    assert Speaker(models, tmp_path).speak(GREETING) == speaker.speak(GREETING)


@pytest.mark.audio
def test_the_first_phrase_is_there_before_the_second_is_rendered(models: ModelStore, tmp_path: Path) -> None:
    fresh = Speaker(models, tmp_path)
    phrases = fresh.stream(GREETING)
    first = next(phrases)
    assert first
    assert not fresh.ready("方便为您办事。")
    assert first + b"".join(phrases) == fresh.speak(GREETING)


@pytest.mark.audio
def test_what_was_said_once_outlives_the_process_and_the_model(
    speaker: Speaker, cache: Path, tmp_path: Path
) -> None:
    said = speaker.speak(GREETING)
    after = Speaker(ModelStore(tmp_path), cache)
    assert after.ready(GREETING)
    assert not after.ready("这句没讲过。")
    began = time.perf_counter()
    assert after.speak(GREETING) == said
    assert time.perf_counter() - began < 0.1


@pytest.mark.audio
def test_sentences_are_prepared_ahead_and_progress_is_told(models: ModelStore, tmp_path: Path) -> None:
    fresh = Speaker(models, tmp_path)
    told: list[tuple[int, int]] = []
    fresh.prepare(["您好。", "再见。"], lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]
    assert fresh.ready("您好，再见。")


@pytest.mark.audio
def test_a_phrase_with_nothing_to_pronounce_is_no_obstacle(speaker: Speaker) -> None:
    assert len(speaker.speak("您好，привет，再见。")) > RATE


@pytest.mark.audio
def test_calls_at_once_get_each_their_own_sentence(models: ModelStore, tmp_path: Path) -> None:
    fresh = Speaker(models, tmp_path)
    texts = ["好的。", "对吗？", "再见。", "好的。"] * 2
    heard: dict[int, bytes] = {}
    threads = [
        threading.Thread(target=lambda n=n, text=text: heard.__setitem__(n, fresh.speak(text)))
        for n, text in enumerate(texts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [heard[n] for n in range(8)] == [fresh.speak(text) for text in texts]


@pytest.mark.audio
def test_a_clip_cut_short_on_disk_by_a_full_disk_is_never_seen(models: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("a file where the folder should be")
    assert Speaker(models, tmp_path).speak("您好")


def recording(hertz: float = 600, seconds: float = 1.0, rate: int = 44100) -> bytes:
    at = np.arange(round(rate * seconds)) / rate
    return wav.pcm_wav((3000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16), rate)


def test_a_recording_of_the_words_replaces_the_synthetic_voice(tmp_path: Path) -> None:
    (tmp_path / "您想办什么事慢慢讲.wav").write_bytes(recording())
    clerk = Speaker(ModelStore(tmp_path / "none"), tmp_path / "cache", tmp_path)
    assert clerk.ready("您想办什么事？慢慢讲。")
    sound = clerk.speak("您想办什么事？慢慢讲。")
    assert len(sound) == RATE
    assert abs(20 * np.log10(speech_rms(mulaw.to_samples(mulaw.decode(sound)))) - LEVEL_DBFS) < 1


def test_a_recording_may_bear_the_name_of_its_prompt(tmp_path: Path) -> None:
    (tmp_path / "goodbye.wav").write_bytes(recording())
    (tmp_path / "goodbye.slow.wav").write_bytes(recording(seconds=2))
    clerk = Speaker(ModelStore(tmp_path / "none"), tmp_path / "c", tmp_path, {"goodbye": "好，再见。"})
    assert len(clerk.speak("好，再见。")) == RATE
    assert len(clerk.speak("好，再见。", 0.75)) == 2 * RATE


def test_one_phrase_of_a_sentence_may_be_recorded(tmp_path: Path) -> None:
    (tmp_path / "您好.WAV").write_bytes(wav.mulaw_wav(mulaw.encode(np.full(1600, 3000, np.int16))))
    (tmp_path / "对吗.wav").write_bytes(recording())
    clerk = Speaker(ModelStore(tmp_path / "none"), tmp_path / "cache", tmp_path)
    *_, last = clerk.stream("您好，对吗？")
    assert len(last) == RATE


@pytest.mark.audio
@pytest.mark.parametrize("damage", [b"", b"RIFF", recording()[:30], recording(seconds=0.0), bytes(2000)])
def test_a_damaged_recording_is_a_log_line_and_the_synthetic_voice(
    speaker: Speaker,
    cache: Path,
    models: ModelStore,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: bytes,
) -> None:
    (tmp_path / "再见.wav").write_bytes(damage)
    clerk = Speaker(models, cache, tmp_path)
    with caplog.at_level(logging.WARNING):
        assert clerk.speak("再见。") == speaker.speak("再见。")
        clerk.speak("再见。")
    assert len(caplog.records) == 1
    assert "再见.wav" in caplog.records[0].why  # type: ignore[attr-defined]


def test_the_beep_is_one_even_tone_after_a_moment(mute: Speaker) -> None:
    beep = mulaw.to_samples(mulaw.decode(mute.beep()))
    assert len(beep) % FRAME_BYTES == 0
    assert not beep[:1600].any()
    spectrum = np.abs(np.fft.rfft(beep[1600:]))
    assert abs(np.argmax(spectrum) / (len(beep) - 1600) * RATE - 450) < 3


def test_a_waiting_line_is_soft_but_not_dead(mute: Speaker) -> None:
    rush = mulaw.to_samples(mulaw.decode(mute.comfort(1.0)))
    assert len(rush) == RATE
    assert -60 < 20 * np.log10(np.sqrt(np.mean(rush**2))) < -45


def test_the_cache_lies_in_the_users_own(tmp_path: Path) -> None:
    assert default_cache("voice").parts[-2:] == ("hotline", "voice")
