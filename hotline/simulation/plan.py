"""What is simulated: how long, with whom, what is planted, and the town as it is staffed for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.lists import Document

BEGINS = datetime(2026, 8, 31, 8, 0, tzinfo=TOWN_TIME)
"""A Monday of a year whose holidays are published; twelve weeks on from it lies the National Day week."""
MOST_CLERKS = 12
OFFICER, SUPERVISOR = "曾令军", "周正平"
PHONES = {OFFICER: "13900000001", SUPERVISOR: "13900000002"}


@dataclass(frozen=True)
class Plan:
    """All that decides what happens; the same plan, the same town to the last word."""

    weeks: int = 12
    residents: int = 3000
    seed: str = "7"
    clerks: int = 9
    bad_clerk: str = ""
    """Whose service is planted bad; empty: one chosen by the seed; `none`: nobody's."""
    bad_share: float = 0.25
    usual_share: float = 0.02
    """Of a good clerk's matters."""
    drawn: int = 100
    """Telephones a week; 0: as many as the office's own rule wants."""
    booked: float = 0.015
    """Share of the residents who book a place in a week, by text."""
    walked_in: float = 0.07
    complaining: float = 0.004
    audio_share: float = 0.0
    begins: datetime = BEGINS

    def dice(self, *what: object) -> Random:
        """A source of chance of its own for each purpose, so that one more throw here changes nothing there."""
        return Random("\x1f".join(map(str, (self.seed, *what))))

    def week(self, number: int) -> str:
        """The ISO week of the so-manieth week, from 0."""
        year, week, _ = (self.begins + timedelta(weeks=number)).isocalendar()
        return f"{year}-W{week:02}"

    def bad(self, clerks: list[str]) -> str:
        if self.bad_clerk == "none":
            return ""
        return self.bad_clerk or self.dice("bad clerk").choice(clerks)


def staffed(document: Document, clerks: int) -> Document:
    """The demonstration town with so many clerks, each at one desk on working days, and one officer for all."""
    desks = [row for row in document["desks"] if row["kind"] in ("window", "village")][:clerks]
    by_desk = {row["desk"]: row["clerk"] for row in reversed(document["rosters"]) if "workday" in row["days"]}
    names = {by_desk[row["id"]] for row in desks}
    posts = ({"topic": topic, "village": "*", "deputy": "", "phone": ""} for topic in ("supervision", "*"))
    held = zip(posts, (SUPERVISOR, OFFICER), strict=True)
    officers = [{**post, "unit": "党政综合办", "officer": who, "phone": PHONES[who]} for post, who in held]
    return {
        **document,
        "desks": desks,
        "clerks": [row for row in document["clerks"] if row["id"] in names],
        "rosters": [
            row
            for row in document["rosters"]
            if by_desk.get(row["desk"]) == row["clerk"] and row["clerk"] in names and "workday" in row["days"]
        ],
        "exceptions": [],
        "officers": officers,
    }


def homes(villages: list[str], residents: int) -> list[str]:
    """In which village each resident lives: evenly, in turn."""
    return [village for village, _ in zip(cycle(villages), range(residents), strict=False)]
