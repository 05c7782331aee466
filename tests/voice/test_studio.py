"""Sentences said in one's own voice: checked, levelled, kept for good, and heard without a restart."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from asr_models.store import ModelStore
from hotline.domain.errors import Refused
from hotline.domain.recorded_prompts import missing
from ivr.scripts.wording import fixed_prompts, spoken_prompts
from ivr.voice import mulaw, wav
from ivr.voice.own_voice import prepared
from ivr.voice.recorded import RecordedPrompts
from ivr.voice.speaker import Speaker
from ivr.voice.studio import PromptStudio
from ivr.voice.telephone import speech_rms

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
WORDS = {"goodbye": "再见。", "errand": "您想办什么事？慢慢讲。", "heard": "好，{told}。"}


def voice(seconds: float = 1.0, loud: float = 0.1, rate: int = 16_000) -> bytes:
    """Something like a voice in a quiet room, as the browser sends it."""
    times = np.arange(int(seconds * rate)) / rate
    sung = loud * np.sin(2 * np.pi * 440 * times) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * times))
    around = np.zeros(rate // 2)
    pcm = (np.concatenate([around, sung, around]) * 32767).clip(-32768, 32767).astype(np.int16)
    return wav.pcm_wav(pcm, rate)


def studio(folder: Path, words: dict[str, str] | None = None) -> PromptStudio:
    no_voice: Callable[[], Speaker] = lambda: Speaker(ModelStore(folder / "none"), folder / "cache")  # noqa: E731
    return PromptStudio(folder / "prompts", words or WORDS, lambda _name: "开头", no_voice)


def test_a_recording_comes_out_trimmed_and_level() -> None:
    for loud in (0.02, 0.5):
        pcm = prepared(voice(loud=loud))
        samples = mulaw.to_samples(pcm)
        assert samples.size / 8000 == pytest.approx(1.1, abs=0.06)
        assert 20 * np.log10(speech_rms(samples)) == pytest.approx(-20, abs=0.7)
        assert np.abs(samples).max() <= 10 ** (-3 / 20) + 0.001


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "not_a_wav"),
        (b"RIFF", "not_a_wav"),
        (b"PK\x03\x04" + bytes(1000), "not_a_wav"),
        (b"<script>alert(1)</script>", "not_a_wav"),
        (voice()[:40], "not_a_wav"),
        (voice()[:-5000], "not_a_wav"),
        (voice()[:40] + struct.pack("<I", 0xFFFFFFF0) + voice()[44:], "not_a_wav"),
        (voice()[:22] + struct.pack("<H", 0) + voice()[24:], "not_a_wav"),
        (voice()[:22] + struct.pack("<H", 65535) + voice()[24:], "not_a_wav"),
        (voice()[:24] + struct.pack("<I", 0) + voice()[28:], "not_a_wav"),
        (voice()[:24] + struct.pack("<I", 0xFFFFFFFF) + voice()[28:], "not_a_wav"),
        (voice()[:34] + struct.pack("<H", 8) + voice()[36:], "not_a_wav"),
        (wav.mulaw_wav(b"\x10" * 8000), "not_a_wav"),
        (voice(seconds=0), "silent"),
        (voice(loud=0.0005), "silent"),
        (voice(seconds=0.1), "too_short"),
        (voice(seconds=31, rate=8000), "too_long"),
        (voice(seconds=60, rate=8000), "too_long"),
        (voice(loud=3), "clipped"),
    ],
)
def test_what_is_no_good_recording_is_refused(tmp_path: Path, raw: bytes, why: str) -> None:
    with pytest.raises(Refused) as no:
        studio(tmp_path).record("goodbye", raw, "liu", NOW)
    assert no.value.reason == why
    assert not (tmp_path / "prompts").exists()


@pytest.mark.parametrize(
    "name", ["../goodbye", "/etc/passwd", "goodbye.wav", "versions/goodbye", "", "heard", "good\0bye", "no.such"]
)
def test_a_name_that_is_no_fixed_sentence_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused):
        studio(tmp_path).record(name, voice(), "liu", NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_running_speaker_says_it_at_once_and_the_old_ones_come_back(tmp_path: Path) -> None:
    room = studio(tmp_path)
    playing = RecordedPrompts(tmp_path / "prompts", WORDS)
    assert playing.find("再见", slow=False) is None
    first = room.record("goodbye", voice(1), "liu", NOW)
    heard = playing.find("再见。", slow=False)
    assert heard is not None
    assert len(heard) / 8000 == pytest.approx(1.1, abs=0.1)
    second = room.record("goodbye", voice(2), "chen", NOW)
    longer = playing.find("再见", slow=False)
    assert longer is not None
    assert len(longer) > len(heard) * 1.5
    assert (first.number, second.number) == (1, 2)
    room.use("goodbye", 1)
    assert playing.find("再见", slow=False) == heard
    room.use("goodbye", 0)
    assert playing.find("再见", slow=False) is None
    (one,) = [s for s in room.sentences() if s.name == "goodbye"]
    assert (one.state, one.playing, [v.by for v in one.versions]) == ("synthetic", 0, ["chen", "liu"])
    with pytest.raises(Refused, match="no_version"):
        room.use("goodbye", 3)


def test_a_recording_of_other_words_falls_silent_and_is_asked_for_anew(tmp_path: Path) -> None:
    studio(tmp_path).record("goodbye", voice(), "liu", NOW)
    rewritten = {**WORDS, "goodbye": "再见，慢走。"}
    playing = RecordedPrompts(tmp_path / "prompts", rewritten)
    assert playing.find("再见，慢走。", slow=False) is None, "never the old words for the new"
    room = studio(tmp_path, rewritten)
    assert {s.name: s.state for s in room.sentences()} == {
        "goodbye": "stale",
        "errand": "synthetic",
        "heard": "never",
    }
    assert {s.name for s in missing(room.sentences())} == {"goodbye", "errand"}
    with pytest.raises(Refused, match="words_changed"):
        room.use("goodbye", 1)


def test_nothing_is_missing_where_nobody_has_begun(tmp_path: Path) -> None:
    assert missing(studio(tmp_path).sentences()) == []


def test_a_file_put_there_by_hand_is_played_and_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts/goodbye.wav").write_bytes(voice())
    (tmp_path / "prompts/errand.json").write_text("[broken", "utf8")
    assert RecordedPrompts(tmp_path / "prompts", WORDS).find("再见", slow=False) is not None
    states = {s.name: s.state for s in studio(tmp_path).sentences()}
    assert (states["goodbye"], states["errand"]) == ("by_hand", "synthetic")


def test_without_a_voice_the_synthetic_one_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no_voice"):
        studio(tmp_path).sound("goodbye", 0)


def test_every_fixed_sentence_that_is_spoken_can_be_recorded() -> None:
    spoken = spoken_prompts()
    assert {name for name, text in spoken.items() if "{" not in text} <= set(fixed_prompts())
    assert not [name for name in spoken if name.endswith(".sms")]
    assert "welcome.greeting" in spoken
