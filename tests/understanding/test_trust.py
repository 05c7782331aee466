"""The trust in short answers: better evidence never makes it smaller, and it takes more where more is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr_models.phonetics import syllables
from ivr.understanding.trust import ENDS_OR_BOOKS, IS_READ_BACK, Traits, is_worth_it, traits, trust, unlike

KINDS = ("open", "yes_no", "rating")
NATS = st.floats(-30, 10)


@given(st.sampled_from(KINDS), NATS, NATS, st.floats(0, 8), st.floats(0, 1))
def test_trust_is_a_chance(kind: str, behind: float, clear: float, lead: float, different: float) -> None:
    assert 0 <= trust(kind, Traits(behind, lead, different, 0, 2, clear)) <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_scores_better_and_leads_further_is_trusted_more(kind: str) -> None:
    some = Traits(behind=-4, lead=1, unlike=0.3, longer=0, length=2, clear=-1)
    assert trust(kind, replace(some, behind=-1)) > trust(kind, some)
    assert trust(kind, replace(some, unlike=0.0)) >= trust(kind, replace(some, unlike=0.9))


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [("没有了", "没有了", 0.0), ("没有了", "没有咧", 0.1), ("对", "转人工", 0.9), ("对", "", 0.9)],
)
def test_how_different_two_answers_sound(a: str, b: str, apart: float) -> None:
    assert unlike(syllables(a), syllables(b)) == pytest.approx(apart, abs=0.12)
    assert unlike(syllables(a), syllables(b)) == unlike(syllables(b), syllables(a))


def test_traits_are_taken_against_the_sentence_as_heard() -> None:
    found = traits("不是的", ("不是",), (-3.0, -2.0), 40.0)
    assert (found.behind, found.lead, found.longer, found.length, found.clear) == (-1.0 / 3, 4.0, 1.0, 3.0, -1.0)


def test_it_takes_more_to_book_than_to_be_corrected() -> None:
    assert is_worth_it(0.6, IS_READ_BACK)
    assert not is_worth_it(0.6, ENDS_OR_BOOKS)
    assert is_worth_it(0.95, ENDS_OR_BOOKS)
