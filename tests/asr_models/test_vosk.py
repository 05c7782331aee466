"""Vosk, proved on the Korean model: streaming, grammar, vocabulary, and its own kind of silence."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from asr_models.manifest import Manifest, read_manifest
from asr_models.opening import open_recogniser
from asr_models.recogniser import Expected, Recogniser, SpeechError
from asr_models.segmentation import segmented
from asr_models.store import ModelStore
from asr_models.vosk_recogniser import VoskRecogniser
from tests.asr_models.speech import hear, noise, said

pytestmark = pytest.mark.audio

YES_OR_NO = Expected(("네", "아니요", "내일 오전 병원"), closed=True)


@pytest.fixture(scope="module")
def vosk() -> Iterator[Recogniser]:
    recogniser = open_recogniser("vosk:ko")
    yield recogniser
    recogniser.close()


@pytest.fixture(scope="module")
def spoken() -> bytes:
    """Mandarin: any speech will do, the grammar forces it into its own words."""
    return said("礼拜六上午九点")


def test_what_it_can_do_is_told_as_data(vosk: Recogniser) -> None:
    can = vosk.capabilities
    assert (can.grammar, can.scoring, can.partials, can.word_times, can.language) == (
        True,
        False,
        True,
        True,
        "ko",
    )


def test_a_grammar_keeps_speech_within_its_phrases(vosk: Recogniser, spoken: bytes) -> None:
    _, hearing = hear(vosk, spoken, YES_OR_NO)
    allowed = {"네", "아니요", "내일", "오전", "병원"}
    assert hearing.alternatives
    for alternative in hearing.alternatives:
        assert {word.text for word in alternative.words} <= allowed
        assert alternative.text == " ".join(word.text for word in alternative.words)


def test_shares_sum_to_one_and_words_lie_within_the_audio(vosk: Recogniser, spoken: bytes) -> None:
    _, hearing = hear(vosk, spoken)
    assert sum(alternative.confidence for alternative in hearing.alternatives) <= 1.001
    best = hearing.alternatives[0].words
    assert all(0 <= word.start_s < word.end_s <= hearing.audio_s + 0.1 for word in best)
    assert [word.start_s for word in best] == sorted(word.start_s for word in best)


def test_it_can_be_listened_in_to(vosk: Recogniser, spoken: bytes) -> None:
    listener = vosk.listen(Expected())
    listener.feed(spoken)
    assert listener.partial() != ""


def test_a_listener_is_there_at_once(vosk: Recogniser) -> None:
    vosk.prepare(YES_OR_NO)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        vosk.listen(YES_OR_NO)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.005


def test_words_outside_the_vocabulary_are_reported_before_the_first_call(vosk: Recogniser) -> None:
    phrases = ("네", "병원", "老年证", "xyzzy", "")
    assert vosk.prepare(Expected(phrases, closed=True)) == ["老年证", "xyzzy", ""]


def test_a_grammar_nobody_can_say_leaves_it_listening_freely(vosk: Recogniser, spoken: bytes) -> None:
    _, hearing = hear(vosk, spoken, Expected(("老年证",), closed=True))
    assert hearing.alternatives


@pytest.mark.parametrize(
    "pcm",
    [b"", b"x", b"\1\2" * 300, bytes(32_000), noise(1) + b"x"],
    ids=["nothing", "half", "75 ms", "silence", "odd"],
)
@pytest.mark.parametrize("expected", [Expected(), YES_OR_NO], ids=["free", "grammar"])
def test_where_nobody_speaks_nothing_is_heard(vosk: Recogniser, pcm: bytes, expected: Expected) -> None:
    _, hearing = hear(vosk, pcm, expected)
    assert hearing.alternatives == ()
    assert hearing.no_speech == 1.0


def test_finish_again_joins_what_came_in_between(vosk: Recogniser, spoken: bytes) -> None:
    listener, first = hear(vosk, spoken, YES_OR_NO)
    assert listener.finish().text == first.text
    listener.feed(spoken)
    second = listener.finish()
    assert second.text.startswith(first.text)
    assert len(second.alternatives[0].words) > len(first.alternatives[0].words)
    assert second.alternatives[0].words[-1].start_s > first.audio_s
    assert second.audio_s == pytest.approx(2 * first.audio_s, abs=0.01)


def test_it_cannot_score_and_says_so(vosk: Recogniser) -> None:
    with pytest.raises(SpeechError, match="score"):
        vosk.listen(Expected()).score(["네"])


def test_auto_takes_the_mandarin_vosk_when_it_is_installed(tmp_path: Path, spoken: bytes) -> None:
    """With the Korean model in its place, which cannot be told from it but by its words."""
    shelf = read_manifest().models
    korean = replace(shelf["vosk-ko"], name="vosk-cn-small")
    store = ModelStore(tmp_path, Manifest({**shelf, "vosk-cn-small": korean}))
    for name, there in (("vosk-cn-small", "vosk-ko"), ("silero-vad", "silero-vad")):
        (tmp_path / name).symlink_to(ModelStore().path(there))
    recogniser = open_recogniser("auto", store)
    assert (recogniser.capabilities.name, recogniser.capabilities.language) == ("vosk-cn-small", "zh")
    _, hearing = hear(recogniser, spoken, YES_OR_NO)
    assert hearing.text
    assert " " not in hearing.text, "Chinese is written without spaces"


def test_a_folder_that_is_no_model_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="cannot be loaded"):
        VoskRecogniser(tmp_path)


def test_a_phrase_is_cut_into_the_fewest_words_known() -> None:
    vocabulary = {"老", "年", "证", "老年", "老年人", "优待", "人", "优待证", "残疾"}
    assert segmented("老年人优待证", vocabulary.__contains__) == ["老年人", "优待证"]
    assert segmented("老年优待 证", vocabulary.__contains__) == ["老年", "优待", "证"]
    assert segmented("残疾车", vocabulary.__contains__) is None
    assert segmented("", vocabulary.__contains__) is None
