"""The group of a village: heard only as one that some village of the town has, typed as whoever types it says."""

from __future__ import annotations

import pytest

from ivr.evaluation.questions import question, vocabulary
from ivr.understanding import numbers
from ivr.understanding.in_order import groups
from ivr.understanding.sounds import Heard


def test_as_many_groups_are_listened_for_as_the_largest_village_has() -> None:
    most = max(village.groups for village in vocabulary().town.villages.values())
    slot = next(one for one in question("where").also if one.key == "group")
    assert numbers.most_groups(slot) == len(slot.options) == most
    assert slot.options[-1].label == numbers.groups_named(most)[-1]
    (row,) = groups(most)
    assert len(row.places[0]) == 2 * most


@pytest.mark.parametrize(
    ("said", "spoken", "group"),
    [
        ("第五组", True, "5"),
        ("七五组", True, ""),
        ("十组", True, "10"),
        ("十一组", True, ""),
        ("12组", False, "12"),
    ],
)
def test_a_group_no_village_has_is_misheard_but_not_mistyped(said: str, spoken: bool, group: str) -> None:
    heard = Heard.heard([said]) if spoken else Heard.typed(said)
    assert numbers.group(heard, 10) == group
