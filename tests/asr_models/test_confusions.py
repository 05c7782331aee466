"""How often sounds are taken for each other, and what follows for what they cost."""

from __future__ import annotations

from collections import Counter

import pytest

from asr_models.confusions import as_text, between, costs, read

SOUNDS = ("b", "p", "m", "")


def by_hand(a: str, b: str) -> float:
    return 0.0 if a == b else 0.4 if {a, b} == {"b", "p"} else 1.0


def test_what_was_never_counted_costs_what_was_set_by_hand() -> None:
    found = costs(Counter(), "initial", SOUNDS, by_hand)
    assert found == pytest.approx({(a, b): by_hand(a, b) for a in SOUNDS for b in SOUNDS})


def test_the_oftener_two_sounds_are_confused_the_less_they_cost() -> None:
    prices = []
    for times in (0, 20, 200, 2000):
        counts = Counter({("initial", "b", "b"): 2000, ("initial", "b", "m"): times, ("initial", "m", "m"): 100})
        prices.append(costs(counts, "initial", SOUNDS, by_hand)["b", "m"])
    assert prices == sorted(prices, reverse=True)
    assert prices[0] == 1.0
    assert prices[-1] < 0.7


def test_costs_are_the_same_both_ways_and_nothing_is_dearer_than_one() -> None:
    counts = Counter({("initial", "p", "b"): 90, ("initial", "p", "p"): 10, ("initial", "m", "m"): 5000})
    found = costs(counts, "initial", SOUNDS, by_hand)
    assert all(found[a, b] == found[b, a] and 0 <= found[a, b] <= 1 for a in SOUNDS for b in SOUNDS)
    assert all(found[a, a] == 0 for a in SOUNDS)


def test_a_table_is_read_as_it_was_written() -> None:
    counts = between([(("b", "an"), ("", "ang")), (("b", "an"), ("b", "an"))])
    assert read(as_text(counts, "of a test")) == counts


@pytest.mark.parametrize("row", ["initial\tb\tp", "initial\tb\tp\tmany", "initial\tb\tp\t-3", "\0"])
def test_a_broken_table_names_its_line(row: str) -> None:
    with pytest.raises(ValueError, match="line 3"):
        read(f"kind\tsaid\theard\ttimes\ninitial\tb\tb\t1\n{row}\n")
