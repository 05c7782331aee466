"""Answers in a known order: telephone numbers and names, out of frames that are clear or something else."""

from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest

from asr_models.recogniser import Row
from asr_models.rows import Automaton, automaton, sounds_heard
from asr_models.sound_units import NOTHING, UNITS, units_of
from ivr.understanding.in_order import mobile_numbers
from ivr.understanding.names_in_order import names
from tests.asr_models.clear_frames import said_clearly

Places = tuple[tuple[tuple[str, float], ...], ...]
PLAIN, LED_TO, MENDED, MENDED_THREE, AGAIN = mobile_numbers()


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("幺三八四三四七五三零零", "幺三八四三四七五三零零"),
        ("一三八洞洞拐七勾九二两", "一三八洞洞拐七勾九二两"),
        ("是幺三九幺幺幺幺二二二二", "幺三九幺幺幺幺二二二二"),
        ("那个幺五零七六五六九八零三", "幺五零七六五六九八零三"),
        ("那个嗯幺五零七六五六九八零三", "幺五零七六五六九八零三"),
        ("幺三九零四八六九三四四没错", "幺三九零四八六九三四四"),
    ],
)
def test_eleven_figures_are_found_with_anything_around_them(said: str, number: str) -> None:
    found = automaton(PLAIN).follow(said_clearly(said))
    assert found.text == number
    assert PLAIN.believed < found.behind <= 0


@pytest.mark.parametrize("said", ["等一下幺五零七六五六九八零三", "是幺三九零四八六九三四四"])
def test_what_leads_to_a_number_is_none_of_its_figures(said: str) -> None:
    assert automaton(LED_TO).follow(said_clearly(said)).text == said


def test_a_number_begins_with_figures_that_are_handed_out() -> None:
    """一四幺 are none: what sounded like them is 是幺 with something before it."""
    blocks = {text for text, _ in PLAIN.places[0]}
    assert {"幺三八", "一五零", "一九九"} <= blocks
    assert not blocks & {"一四幺", "幺五四", "一二三"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (MENDED, "幺三八二九零九八零二五不对三六九四"),
        (MENDED_THREE, "幺三八二九零九八零二五讲错了三六九"),
        (AGAIN, "幺三八二九零九八零二五错了幺五零七六五六九八零三"),
    ],
)
def test_what_was_put_right_is_heard_with_it(row: Row, said: str) -> None:
    assert automaton(row).follow(said_clearly(said)).text == said


@pytest.mark.parametrize("said", ["隔壁的鸡叫得好响", "我在田里扯草等一下", "我叫王桂花石桥村的人", ""])
def test_what_is_no_number_is_far_from_one(said: str) -> None:
    assert automaton(PLAIN).follow(said_clearly(said)).behind < PLAIN.believed


@pytest.mark.parametrize("name", ["王桂花", "欧阳秀英", "李明", "刘建国"])
def test_a_name_is_found_with_and_without_what_leads_to_it(name: str) -> None:
    for said in (name, f"我叫{name}"):
        found = max((automaton(row).follow(said_clearly(said)) for row in names()), key=lambda one: one.behind)
        assert units_of(found.text) == units_of(said)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("李长生木子李", "李长生，木子李"),
        ("我姓李木子李李建林", "我姓李，木子李，李建林"),
        ("章小红立早章", "章小红，立早章"),
    ],
)
def test_a_name_with_its_surname_spelled_is_heard_as_one(said: str, told: str) -> None:
    found = max((automaton(row).follow(said_clearly(said)) for row in names()), key=lambda one: one.behind)
    assert units_of(found.text) == units_of(told)
    assert found.text.count("，") == told.count("，")


def test_the_best_way_is_the_best_of_all_ways() -> None:
    """Counted one by one: every word of each place, every way to spread their units over the frames."""
    first, second = (("乌", -0.5), ("依", -1.0)), (("依", -0.2), ("密", -1.5))
    row = Row((first, second), -60.0)
    wanted = {text: units_of(text) for text, _ in (*first, *second)}
    alphabet = sorted({unit for sounds in wanted.values() for unit in sounds} | {NOTHING})
    for seed in range(6):
        frames = np.full((5, len(UNITS)), -20.0, np.float32)
        frames[:, alphabet] = np.log(np.random.default_rng(seed).dirichlet(np.ones(len(alphabet)), 5))
        relative = frames - frames.max(axis=1, keepdims=True)
        best = max(
            sum(float(relative[at, unit]) for at, unit in enumerate(way)) + cost + other_cost
            for (text, cost), (other, other_cost) in product(first, second)
            for way in product(alphabet, repeat=5)
            if tuple(unit for unit, _ in groupby(way) if unit != NOTHING) == wanted[text] + wanted[other]
        )
        found = Automaton(row).follow(frames)
        assert found.behind == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("places", [(), ((),), ((("OK", 0.0),),)])
def test_a_row_without_words_that_have_sounds_is_refused(
    places: tuple[tuple[tuple[str, float], ...], ...],
) -> None:
    with pytest.raises(ValueError, match="words with sounds"):
        Automaton(Row(places, -1.0))


@pytest.mark.parametrize("said", ["对的", "", "一一", "王桂花"])
def test_sounds_are_counted_as_they_follow_each_other(said: str) -> None:
    assert sounds_heard(said_clearly(said)) == len(units_of(said))


def test_the_shortest_answer_says_how_many_sounds_are_needed() -> None:
    row = Row(((("王", 0.0), ("欧阳", 0.0)), (("明", 0.0), ("桂花", 0.0))), -60.0)
    assert Automaton(row).least_sounds == len(units_of("王明"))


def test_nothing_is_found_in_no_frames() -> None:
    assert automaton(PLAIN).follow(np.zeros((0, len(UNITS)), np.float32)).text == ""
