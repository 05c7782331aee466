"""The large corpus: enough of everything, nothing told twice, and what is wanted is what the words say."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from hotline.commands.evaluate import CORPORA
from ivr.evaluation.callers import tellings
from ivr.evaluation.corpus import CorpusError, Sample
from ivr.evaluation.questions import NOW, free_times, question, setting
from ivr.evaluation.said_values import DRAWN, Source
from ivr.evaluation.slots import Judged, flat, is_right
from ivr.evaluation.wordings import MOST, everything, read
from ivr.understanding import understand_text
from tests.town import TOWN

WORDINGS = CORPORA / "wordings.tsv"
HEADER = "split\tslot\tgroup\tquestion\tcarriers\tvalues\n"
UNAMBIGUOUS = ("yes_no", "ratings", "commands", "places", "villages", "groups", "days", "phones_mended")
"""Slots whose words, as typed, leave no doubt: what is wanted of them must be what typed words give."""


def _of(split: str, seed: int = 1) -> dict[str, list[Sample]]:
    return everything(CORPORA, split, TOWN, seed)


def test_the_test_split_says_nothing_that_an_earlier_split_says() -> None:
    said = {(s.question, s.text) for split in ("train", "tune") for many in _of(split).values() for s in many}
    for slot, many in _of("test").items():
        tested = [(s.question, s.text) for s in many]
        assert not said & set(tested), slot
        assert len(tested) == len(set(tested)), slot


def test_closed_sets_times_and_numbers_have_hundreds_to_say() -> None:
    groups = Counter(s.group for many in _of("test").values() for s in many)
    assert groups["closed"] >= 800
    assert groups["times"] >= 300
    assert groups["numbers"] >= 300
    assert groups["none"] >= 150
    assert max(map(len, _of("test").values())) <= MOST


def test_a_seed_gives_the_same_utterances_in_the_same_order() -> None:
    assert _of("tune") == _of("tune")
    assert _of("tune")["phones"] != _of("tune", seed=2)["phones"]


@pytest.mark.parametrize("slot", UNAMBIGUOUS)
def test_what_is_wanted_of_plain_words_is_what_they_say_when_typed(slot: str) -> None:
    samples = _of("tune")[slot]
    wrong = []
    for sample in samples:
        got = flat(understand_text(question(sample.question), sample.text, setting(sample.question)))
        if any(str(got.get(key)) != str(value) for key, value in sample.wanted.items()):
            wrong.append((sample.text, dict(sample.wanted), got))
    assert not wrong


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("split", ["tune", "test"])
def test_drawn_values_are_never_empty_and_always_want_something(name: str, split: str) -> None:
    drawn = DRAWN[name](Source(TOWN, split, random.Random(5)))
    assert drawn
    assert all(words and wanted for words, wanted in drawn)


def test_drawn_times_are_free_ones_and_lie_ahead() -> None:
    free = {one.value for one in free_times()}
    for name in ("times", "mended_times"):
        for _, wanted in DRAWN[name](Source(TOWN, "tune", random.Random(2))):
            assert wanted["value"] in free
            assert datetime.fromisoformat(wanted["value"]) > NOW.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("all\tx\tclosed\tvillage\t{v}\ta=b", "no split 'all'"),
        ("tune\tx\tsome\tvillage\t{v}\ta=b", "no group 'some'"),
        ("tune\tx\tclosed\tvillage\tnothing\ta=b", "needs {v}"),
        ("tune\tx\tclosed\tvillage\t{v}\tword", "is not words=value"),
        ("tune\tx\tclosed\tvillage\t{v}\t@nothing", "no values @nothing"),
        ("tune\tx\tclosed\tvillage\t{v}", "cannot be read"),
    ],
)
def test_a_row_that_makes_no_sense_is_named_by_its_line(row: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "wordings.tsv"
    path.write_text(HEADER + row + "\n", "utf8")
    with pytest.raises(CorpusError, match=says):
        read(path, "tune", TOWN, 1)


def test_values_name_their_own_slot_another_one_or_none(tmp_path: Path) -> None:
    path = tmp_path / "wordings.tsv"
    row = "tune\tx\tclosed\tvillage\t好，{v}\t青山=V01|再讲=command:repeat|明天三点=2026-11-24T15:00|下雨="
    path.write_text(HEADER + row + "\n", "utf8")
    wanted = {s.text: dict(s.wanted) for s in read(path, "tune", TOWN, 1)["x"]}
    assert wanted == {
        "好，青山": {"value": "V01"},
        "好，再讲": {"command": "repeat"},
        "好，明天三点": {"value": "2026-11-24T15:00"},
        "好，下雨": {},
    }


def _judged(slot: str, got: dict[str, object], *, text: str = "") -> Judged:
    samples = [one for one in _of("test")[slot] if not text or one.text == text]
    told = tellings(samples, "test", 1)[0]
    return Judged(told, "", got, 0.2, right=is_right(told, got), silent=not got, ms=1.0)


def test_what_the_dialogue_acts_on_unasked_counts_as_accepted_however_unsure() -> None:
    assert _judged("yes_no", {"value": True}, text="搞错了").accepted_wrong
    assert _judged("ratings", {"value": 4}, text="马马虎虎").accepted_wrong
    assert _judged("villages", {"command": "call_off"}).accepted_wrong
    assert _judged("none_of_these", {"danger": "fire"}).accepted_wrong
    assert _judged("errands", {"value": "nothing"}, text="我要预约").accepted_wrong


def test_what_is_read_back_or_only_costs_a_turn_is_not_accepted() -> None:
    assert not _judged("yes_no", {"value": False}, text="没有错").accepted_wrong
    assert not _judged("villages", {"value": "V99"}).accepted_wrong
    assert not _judged("villages", {"command": "repeat"}).accepted_wrong
    assert not _judged("ratings", {}, text="马马虎虎").accepted_wrong
    assert not _judged("errands", {"value": "nothing"}, text="没得事了").accepted_wrong
