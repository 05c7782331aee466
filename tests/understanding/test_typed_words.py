"""Typed words, table by table."""

from __future__ import annotations

import pytest

from ivr.evaluation.questions import question, setting
from ivr.understanding import understand_text
from tests.understanding.cases import Case, read

CASES = read("typed.tsv")


@pytest.mark.parametrize("case", CASES, ids=[f"{case.question}: {case.said}" for case in CASES])
def test_typed_words_mean_what_the_table_says(case: Case) -> None:
    sense = understand_text(question(case.question), case.said, setting(case.question))
    assert not case.failures(sense)


def test_there_are_at_least_two_hundred_phrases() -> None:
    assert len(CASES) >= 200
