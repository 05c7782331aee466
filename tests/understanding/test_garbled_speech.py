"""What Whisper really wrote of telephone speech, without the audio: understood from the sound of its words
alone."""

from __future__ import annotations

import pytest

from asr_models.recogniser import Alternative, Hearing
from ivr.evaluation.questions import question, setting, vocabulary
from ivr.scripts.common import NEWEST
from ivr.scripts.welcome import open_question
from ivr.understanding import understand_speech
from tests.understanding.cases import Case, read

CASES = read("garbled.tsv")


def hearing(*texts: str) -> Hearing:
    return Hearing(tuple(Alternative(text, 0.5) for text in texts))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.question}: {case.said[:20]}" for case in CASES])
def test_garbled_words_still_mean_what_was_said(case: Case) -> None:
    sense = understand_speech(
        question(case.question), hearing(*case.said.split("/")), None, setting(case.question)
    )
    assert not case.failures(sense)


def test_there_are_at_least_eighty_transcripts() -> None:
    assert len(CASES) >= 80


@pytest.mark.parametrize(
    ("said", "errand"),
    [
        ("我来搬一下老年证", "book"),
        ("我来把一下残疾证", "book"),
        ("我要评价一下老年证", "rate"),
        ("我来评一下", "rate"),
    ],
)
def test_what_sounds_like_rating_is_no_rating_where_a_service_is_named(said: str, errand: str) -> None:
    sense = understand_speech(open_question(vocabulary(), edition=NEWEST), hearing(said), None, setting("errand"))
    assert sense.value == errand


def test_a_murmur_accepts_nothing() -> None:
    """What Whisper made of 嗯嗯，嗯 over the first prompt: the fifth reading said 要的."""
    murmur = hearing("爱爱", "按按", "爱", "爱的爱", "要的爱")
    sense = understand_speech(open_question(vocabulary(), edition=NEWEST), murmur, None, setting("errand"))
    assert sense.unclear
