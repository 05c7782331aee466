"""At which hour to ring somebody: what their own record and everybody's say, a different hour each time.

Thompson (1933): each hour is tried in proportion to how likely it is the best one, so that hours nobody has tried
are learnt about too. The draw is made by a seed, so the same record always gives the same hour.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

from hotline.domain.calendar import TOWN_TIME, Hours
from hotline.domain.calling import CallingRules, may_ring, next_day

Record = Mapping[str, tuple[int, int]]
"""Tried and answered by slot."""
SLOT = timedelta(hours=1)
LONGEST_WAIT = 40
"""Days looked ahead."""
PRIOR: Mapping[int, float] = {8: 0.45, 9: 0.45, 10: 0.42, 15: 0.40, 16: 0.42, 17: 0.48, 18: 0.60, 19: 0.60}
"""How often somebody answers, by hour: a guess to begin with, worth ten calls; in the fields by day."""
_GUESS, _WORTH, _OWN_WORTH = 0.45, 10.0, 4.0


@dataclass(frozen=True)
class Known:
    """What the office knows about when people pick up."""

    own: Record = field(default_factory=dict)
    everybody: Record = field(default_factory=dict)
    tried: Collection[str] = ()
    """Slots this person was rung in already, in this campaign."""


@dataclass(frozen=True)
class _Place:
    name: str
    begins: time
    ends: time


def slots(rules: CallingRules) -> tuple[_Place, ...]:
    """The calling hours in pieces of an hour; the rest of a stretch goes with its last piece."""
    return _pieces(tuple(rules.hours))


@cache
def _pieces(stretches: tuple[Hours, ...]) -> tuple[_Place, ...]:
    found = []
    for hours in stretches:
        begins = datetime.combine(date.min, hours.first)
        last = datetime.combine(date.min, hours.last)
        while begins < last:
            ends = begins + SLOT if begins + SLOT + SLOT / 2 < last else last
            found.append(_Place(f"{begins:%H%M}", begins.time(), ends.time()))
            begins = ends
    return tuple(found)


def slot_of(at: datetime, rules: CallingRules) -> str:
    """The slot of a moment; empty outside the calling hours."""
    clock = at.astimezone(TOWN_TIME).time()
    return next((one.name for one in slots(rules) if one.begins <= clock < one.ends), "")


def next_slot(since: datetime, known: Known, rules: CallingRules, seed: str) -> datetime:
    """When to ring: on the first day it may, in the slot most likely to be answered that was not tried before."""
    day = since.astimezone(TOWN_TIME).date()
    for offset in range(LONGEST_WAIT):
        open_to_us = _open(day + timedelta(days=offset), since, rules)
        fresh = [one for one in open_to_us if one.name not in known.tried]
        if fresh:
            best = max(fresh, key=lambda one: _drawn_chance(one, known, f"{seed}/{one.name}"))
            begins = datetime.combine(day + timedelta(days=offset), best.begins, TOWN_TIME)
            return max(begins, since)
        if open_to_us and len(set(known.tried)) >= len(slots(rules)):
            return max(datetime.combine(day + timedelta(days=offset), open_to_us[0].begins, TOWN_TIME), since)
    return since + timedelta(days=LONGEST_WAIT)


def in_part(part: str, since: datetime, rules: CallingRules) -> datetime:
    """The first moment of another day's morning, afternoon or evening, as somebody with no time now asked for."""
    day = next_day(since).astimezone(TOWN_TIME).date()
    first, last = _PARTS.get(part, (time(0), time(23, 59)))
    for offset in range(LONGEST_WAIT):
        for one in slots(rules):
            at = datetime.combine(day + timedelta(days=offset), one.begins, TOWN_TIME)
            if first <= one.begins < last and may_ring("survey", at, rules):
                return at
    return since + timedelta(days=LONGEST_WAIT)


_PARTS = {"morning": (time(0), time(12)), "afternoon": (time(12), time(18)), "evening": (time(18), time(23, 59))}


def chance(slot: str, known: Known) -> float:
    """How likely it is answered: the own record weighed against everybody's, and that against the guess."""
    good, bad = _beta(slot, known)
    return good / (good + bad)


def _open(day: date, since: datetime, rules: CallingRules) -> list[_Place]:
    """The slots of a day of which something is left."""
    left = []
    for one in slots(rules):
        at = max(datetime.combine(day, one.begins, TOWN_TIME), since)
        if at < datetime.combine(day, one.ends, TOWN_TIME) and may_ring("survey", at, rules):
            left.append(one)
    return left


def _beta(slot: str, known: Known) -> tuple[float, float]:
    guess = PRIOR.get(int(slot[:2]), _GUESS)
    tried, answered = known.everybody.get(slot, (0, 0))
    usual = (answered + guess * _WORTH) / (tried + _WORTH)
    own_tried, own_answered = known.own.get(slot, (0, 0))
    return own_answered + usual * _OWN_WORTH, own_tried - own_answered + (1 - usual) * _OWN_WORTH


def _drawn_chance(one: _Place, known: Known, seed: str) -> float:
    good, bad = _beta(one.name, known)
    return random.Random(seed).betavariate(good, bad)
