"""What Whisper really wrote of telephone speech, without the audio: understood from the sound of its words
alone."""

from __future__ import annotations

import pytest

from asr_models.recogniser import Alternative, Hearing
from ivr.evaluation.questions import question, setting
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
