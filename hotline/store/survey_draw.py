"""The weekly draw on the records: made once, written down with all it was made out of, made again to check."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.errors import Refused
from hotline.domain.numbers import Reach, reach_of
from hotline.domain.surveys.campaign import SurveyRules
from hotline.domain.surveys.draw import Draw, draw, rank_by
from hotline.domain.surveys.frame import REST_WEEKS, Frame, Out, Served, frame_of, week_days
from hotline.domain.surveys.size import Size, size_of
from hotline.store.tables import SurveyFrameRow, SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Office

_SURVEYED_FROM_OUTSIDE = frozenset({Out.SAME_PHONE})
"""Reasons the draw finds by itself; all others are facts of the day it was made."""


@dataclass(frozen=True)
class Wish:
    """What a draw is asked for."""

    week: str
    """2026-W47. ValueError for what is no week."""
    seed: str
    by: str
    size: int | None = None
    """Telephones; none: as many as the wanted interval and the number of clerks need."""
    rules: SurveyRules = field(default_factory=SurveyRules)


@dataclass(frozen=True)
class Made:
    """A draw, kept or only tried."""

    wish: Wish
    served: tuple[Served, ...]
    frame: Frame
    draw: Draw
    digest: str
    wanted: Size
    """What the rules would draw, whatever was asked for."""
    survey: int | None = None

    @property
    def why(self) -> Iterator[tuple[Served, str, float]]:
        """Everybody served, with “drawn”, “candidate” or why they are out, and the chance they had."""
        drawn = {one.served.id for one in self.draw.drawn}
        for one in self.served:
            chance = self.draw.chances.get(one.id, 0.0)
            out = self.frame.out.get(one.id)
            yield one, str(out) if out else "drawn" if one.id in drawn else "candidate", chance


def try_draw(office: Office, wish: Wish) -> Made:
    """The draw, of the records as they are now; nothing is kept."""
    monday, sunday = week_days(wish.week)
    served = tuple(sorted(office.surveys.served_between(monday, sunday), key=lambda one: one.id))
    secret = office.surveys.confidential_between(monday, sunday)
    barred = office.surveys.barred()

    def against(one: Served) -> Out | None:
        if one.id in secret:
            return Out.CONFIDENTIAL
        if reach_of(one.number) is Reach.NOWHERE:
            return Out.NO_NUMBER
        return barred.get(one.number)

    asked = office.surveys.asked_since(_midnight(wish) - timedelta(weeks=REST_WEEKS))
    frame = frame_of(served, asked=asked, against=against, rank=rank_by(wish.seed), monday=monday)
    return _made(wish, served, frame)


def keep_draw(office: Office, wish: Wish, now: datetime, catalogue: int = 0) -> Made:
    """Draws and writes everything down. Refused("drawn") if the week has a draw already."""
    if office.surveys.of_week(wish.week) is not None:
        raise Refused("drawn", week=wish.week)
    made = try_draw(office, wish)
    row = SurveyRow(
        week=wish.week,
        seed=wish.seed,
        size=made.draw.size,
        state="drawn",
        made_by=wish.by[:40],
        made_at=now,
        plan={
            "half_width": wish.rules.half_width,
            "expected": wish.rules.expected,
            "by_size": wish.size is not None,
            "for_interval": made.wanted.for_interval,
            "for_clerks": made.wanted.for_clerks,
            "shares": made.draw.shares,
            "served": len(made.served),
            "candidates": len(made.frame.candidates),
            "digest": made.digest,
            "catalogue": catalogue,
        },
    )
    kept = office.surveys.keep(row, _frame_rows(made), _people_rows(made, now))
    if kept is None:
        raise Refused("drawn", week=wish.week)
    return replace(made, survey=kept.id)


def faults_of(office: Office, row: SurveyRow) -> list[str]:
    """Makes a recorded draw again from its frame; what differs from the record, nothing where it is right."""
    frame_rows = office.surveys.frame(row.id)
    served = tuple(_served(one) for one in frame_rows)
    recorded = {one.matter: Out(one.out) for one in frame_rows if one.out}
    told = {name: out for name, out in recorded.items() if out not in _SURVEYED_FROM_OUTSIDE}
    frame = frame_of(
        served,
        asked=(),
        against=lambda one: told.get(one.id),
        rank=rank_by(row.seed),
        monday=week_days(row.week)[0],
    )
    again = _made(Wish(row.week, row.seed, row.made_by, row.size), served, frame)
    people = {one.place_in_draw: one for one in office.surveys.people(row.id)}
    faults = [] if frame.out == recorded else ["who is in and who is out"]
    if len(people) != len(again.draw.drawn):
        faults.append(f"{len(people)} people on record, {len(again.draw.drawn)} drawn")
    for place, one in enumerate(again.draw.drawn, start=1):
        kept = people.get(place)
        if kept is None or (kept.matter, kept.chance, kept.weight) != (one.served.id, one.chance, one.weight):
            faults.append(f"place {place}")
    if again.digest != row.plan["digest"]:
        faults.append("the digest of the whole")
    return faults


def _made(wish: Wish, served: tuple[Served, ...], frame: Frame) -> Made:
    wanted = size_of(wish.rules, Counter(one.clerk for one in frame.candidates))
    size = wish.size if wish.size is not None else wanted.telephones
    drawn = draw(frame, size, wish.seed)
    return Made(wish, served, frame, drawn, _digest(served, frame, drawn), wanted)


def _digest(served: Iterable[Served], frame: Frame, drawn: Draw) -> str:
    """Of everything that went in and came out: two draws with the same one are the same."""
    digest = hashlib.sha256(f"{drawn.seed}\x1f{drawn.size}".encode())
    for one in served:
        facts = (one.id, one.number, one.service, one.place, one.clerk, one.day, frame.out.get(one.id, ""))
        digest.update("\x1f".join(map(str, facts)).encode())
    for taken in drawn.drawn:
        digest.update(f"\x1e{taken.served.id}\x1f{taken.stratum}\x1f{taken.chance!r}\x1f{taken.weight!r}".encode())
    return digest.hexdigest()


def _frame_rows(made: Made) -> Iterator[Mapping[str, Any]]:
    for one, _, chance in made.why:
        out = made.frame.out.get(one.id)
        stratum = "" if out else one.clerk
        yield {**_facts(one), "stratum": stratum, "chance": chance, "out": str(out) if out else ""}


def _people_rows(made: Made, now: datetime) -> Iterator[Mapping[str, Any]]:
    empty = {column.name: "" for column in SurveyPersonRow.__table__.columns if column.name in _EMPTY}
    for place, one in enumerate(made.draw.drawn, start=1):
        yield {
            **empty,
            **_facts(one.served),
            "place_in_draw": place,
            "stratum": one.stratum,
            "chance": one.chance,
            "weight": one.weight,
            "state": "waiting",
            "attempts": 0,
            "drawn_at": now,
        }


_EMPTY = frozenset({"disposition", "medium", "conversation", "note"})


def _facts(one: Served) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in ("number", "service", "place", "clerk", "day")}
    return {"matter": one.id, **facts}


def _served(row: SurveyFrameRow) -> Served:
    return Served(row.matter, row.number, row.service, row.place, row.clerk, row.day)


def _midnight(wish: Wish) -> datetime:
    return datetime.combine(week_days(wish.week)[0], time(), TOWN_TIME)
