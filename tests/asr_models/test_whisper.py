"""Whisper base on telephone Mandarin: what it hears, what it scores, and what does not upset it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from asr_models.opening import chosen_model, open_recogniser
from asr_models.recogniser import Expected, Recogniser, SpeechError
from asr_models.store import ModelMissing, ModelStore
from asr_models.whisper_model import READINGS
from asr_models.whisper_recogniser import WhisperRecogniser
from tests.asr_models.speech import hear, how_unlike, noise, said, tone

pytestmark = pytest.mark.audio


@pytest.fixture(scope="module")
def whisper() -> Iterator[Recogniser]:
    recogniser = open_recogniser("whisper:base")
    yield recogniser
    recogniser.close()


def test_a_sentence_is_heard_in_simplified_characters(whisper: Recogniser) -> None:
    _, hearing = hear(whisper, said("我来办个老年证"))
    assert how_unlike("老年证", hearing.text) < 0.25
    assert all("\u4e00" <= character <= "\u9fff" for character in hearing.text)
    assert 0 < hearing.alternatives[0].confidence <= 1
    assert hearing.no_speech < 0.6
    assert set(hearing.timings_ms) == {"encode", "decode", "second_ear"}


def test_several_readings_differ_and_are_few(whisper: Recogniser) -> None:
    _, hearing = hear(whisper, said("我叫王桂花，石桥村的"))
    texts = [alternative.text for alternative in hearing.alternatives]
    assert 2 <= len(texts) <= 2 * READINGS  # of the sound as it came, and of its second look
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("truth", ["礼拜六上午九点", "我要办残疾证", "对的"])
def test_the_sentence_that_was_said_scores_best(whisper: Recogniser, truth: str) -> None:
    candidates = [
        "礼拜六上午九点",
        "礼拜六上午十点",
        "我要办残疾证",
        "我要办老年证",
        "我要办高龄津贴",
        "不对",
        "对的",
        "医保",
    ]
    listener, _ = hear(whisper, said(truth))
    scores = listener.score(candidates)
    assert candidates[scores.index(max(scores))] == truth


def test_a_sentence_that_stops_short_loses(whisper: Recogniser) -> None:
    listener, _ = hear(whisper, said("明天下午三点半"))
    whole, short = listener.score(["明天下午三点半", "明天下午三点"])
    assert whole > short


def test_what_is_not_chinese_does_not_count_in_a_score(whisper: Recogniser) -> None:
    listener, _ = hear(whisper, said("我要办医保"))
    plain, dressed = listener.score(["我要办医保", "我要辦醫保, OK！"])
    assert plain == pytest.approx(dressed, abs=0.01)


@pytest.mark.parametrize("sentence", ["", "ABC", "㐀𠀀", "鱻龘", "好" * 300])
def test_any_sentence_may_be_scored(whisper: Recogniser, sentence: str) -> None:
    listener, _ = hear(whisper, said("对的"))
    (score,) = listener.score([sentence])
    assert not math.isnan(score)


@pytest.mark.parametrize(
    "pcm",
    [
        b"",
        b"x",
        b"\1\2" * 300,
        bytes(32_000),
        b"\xff\x7f" * 8000,
        noise(2),
        noise(0.3),
        tone(450, 2),
        noise(1) + b"x",
    ],
    ids=["nothing", "half a sample", "75 ms", "silence", "clipped", "noise", "short noise", "ringing", "odd"],
)
def test_where_nobody_speaks_nothing_is_heard(whisper: Recogniser, pcm: bytes) -> None:
    listener, hearing = hear(whisper, pcm)
    assert hearing.alternatives == ()
    assert hearing.no_speech > 0.5
    assert listener.score(["你好"]) == [-math.inf]


def test_finish_again_covers_what_came_in_between(whisper: Recogniser) -> None:
    listener, first = hear(whisper, said("我叫王桂花"))
    assert listener.finish() is first, "nothing new: nothing done"
    listener.feed(said("石桥村的"))
    second = listener.finish()
    assert second.audio_s > first.audio_s
    assert how_unlike("桥村", second.text) < 0.35
    assert len(second.text) > len(first.text)


def test_a_long_story_is_heard_to_its_end(whisper: Recogniser) -> None:
    story = "我们三组自来水停了三天了，跟村里讲了两次都没有人来。" * 2 + "家里老人要吃水。请你们快点派人来看。"
    listener, hearing = hear(whisper, said(story))
    assert hearing.audio_s > 13
    assert how_unlike("自来水", hearing.text[:15]) < 0.3
    assert how_unlike("派人来看", hearing.text[-8:]) < 0.3
    ending = hearing.text[:-4]
    right, wrong = listener.score([ending + "派人来看", ending + "高龄津贴"])
    assert right > wrong


def test_a_score_before_the_end_is_refused(whisper: Recogniser) -> None:
    with pytest.raises(SpeechError):
        whisper.listen(Expected()).score(["你好"])


def test_no_sentences_no_scores(whisper: Recogniser) -> None:
    listener, _ = hear(whisper, said("对的"))
    assert listener.score([]) == []


def test_only_what_has_no_chinese_can_never_be_heard(whisper: Recogniser) -> None:
    assert whisper.prepare(Expected(("医保", "OK", "", "卡拉OK"))) == ["OK", ""]


def test_calls_at_the_same_time_hear_what_each_was_told(whisper: Recogniser) -> None:
    spoken = {text: said(text) for text in ("我叫王桂花", "我要办医保")}
    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(lambda text: (text, hear(whisper, spoken[text])[1].text), [*spoken] * 2))
    assert {text: len({said for told, said in heard if told == text}) for text in spoken} == dict.fromkeys(
        spoken, 1
    )
    assert heard[0][1] != heard[1][1]


def test_a_model_that_is_none_is_one_clear_error(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"\0" * 100)
    (tmp_path / "vocabulary.txt").write_text("<|endoftext|>\n<|0.00|>\n", "utf-8")
    with pytest.raises(SpeechError, match="cannot be read"):
        WhisperRecogniser(tmp_path)


@pytest.mark.parametrize("spec", ["", "whisper", "whisper:large", "vosk", "vosk:", "vosk:none", "sphinx:en"])
def test_a_setting_that_names_no_recogniser_is_refused(spec: str) -> None:
    with pytest.raises(SpeechError):
        chosen_model(spec, ModelStore())


def test_auto_takes_whisper_where_there_is_no_mandarin_vosk(tmp_path: Path) -> None:
    assert chosen_model("auto", ModelStore(tmp_path)) == "whisper-base"
    with pytest.raises(ModelMissing, match="hotline models fetch"):
        open_recogniser("auto", ModelStore(tmp_path))
