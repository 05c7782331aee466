"""Who may be rung back: everyone served in the week, but for those with a reason against it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

REST_WEEKS = 8
"""Nobody is asked twice within so many weeks (domain rule; configurable)."""


class Out(StrEnum):
    """Why somebody is not among those drawn from."""

    NO_NUMBER = "no_number"
    OPTED_OUT = "opted_out"
    DECEASED = "deceased"
    ASKED_LATELY = "asked_lately"
    SAME_PHONE = "same_phone"
    """Another matter of the same telephone stands for this one."""
    CONFIDENTIAL = "confidential"
    """A report of somebody: no telephone is told of it."""


@dataclass(frozen=True)
class Served:
    """One finished matter: an appointment kept, a case closed, a walk-in."""

    id: str
    """appointment:307294, case:516082, walk-in:2026-11-24:7"""
    number: str
    service: str
    place: str
    clerk: str
    day: date


@dataclass(frozen=True)
class Asked:
    """Somebody who has been drawn before."""

    number: str
    day: date


@dataclass(frozen=True)
class Frame:
    """Those who can be drawn, and why each of the others cannot."""

    candidates: tuple[Served, ...]
    matters: dict[str, int]
    """How many matters of the week each candidate's telephone stands for."""
    out: dict[str, Out]


def week_days(week: str) -> tuple[date, date]:
    """Monday and Sunday of an ISO week such as 2026-W47. ValueError for anything else."""
    try:
        monday = date.fromisocalendar(*_year_and_number(week), 1)
    except ValueError as wrong:
        raise ValueError(f"{week[:20]!r} is not a week: write it as 2026-W47") from wrong
    return monday, monday + timedelta(days=6)


def _year_and_number(week: str) -> tuple[int, int]:
    written = re.fullmatch(r"(\d{4})-W(\d{2})", week, re.ASCII)
    if written is None:
        raise ValueError(week)
    return int(written[1]), int(written[2])


def frame_of(
    served: Iterable[Served],
    *,
    asked: Iterable[Asked],
    against: Callable[[Served], Out | None],
    rank: Callable[[str], float],
    monday: date,
) -> Frame:
    """The week's frame. `against` knows who opted out or died; `rank` settles which matter stands for a phone."""
    rested_before = monday - timedelta(weeks=REST_WEEKS)
    lately = {one.number for one in asked if one.day > rested_before}
    out: dict[str, Out] = {}
    by_phone: dict[str, list[Served]] = {}
    for one in sorted(served, key=lambda s: s.id):
        reason = _reason(one, lately, against)
        if reason is not None:
            out[one.id] = reason
        else:
            by_phone.setdefault(one.number, []).append(one)
    chosen = []
    for matters in by_phone.values():
        first = min(matters, key=lambda s: rank(s.id))
        chosen.append(first)
        out |= {s.id: Out.SAME_PHONE for s in matters if s is not first}
    counts = {number: len(matters) for number, matters in by_phone.items()}
    return Frame(tuple(sorted(chosen, key=lambda s: s.id)), {s.id: counts[s.number] for s in chosen}, out)


def _reason(one: Served, lately: Collection[str], against: Callable[[Served], Out | None]) -> Out | None:
    if not one.number:
        return Out.NO_NUMBER
    return against(one) or (Out.ASKED_LATELY if one.number in lately else None)


def strata(candidates: Sequence[Served]) -> dict[str, list[Served]]:
    """By clerk, for a clerk's service is what is judged; within it sorted by place and service."""
    found: dict[str, list[Served]] = {}
    for one in sorted(candidates, key=lambda s: (s.clerk, s.place, s.service, s.id)):
        found.setdefault(one.clerk, []).append(one)
    return found
