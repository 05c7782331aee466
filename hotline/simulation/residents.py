"""The planted residents: where they live, what telephone they have, and what they are like on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Town
from hotline.simulation.plan import Plan, homes
from hotline.simulation.planted import Experience, drawn

SURNAMES, GIVEN = (
    "王李张刘陈杨黄周吴胡曾邓",
    ("桂花", "建国", "秀英", "玉兰", "建华", "志强", "桂英", "德明", "秋香", "建军"),
)
LANDLINES, SHARED = 0.08, 0.04
"""Shares of telephones without texts, and of those who share one with a neighbour."""


class Temper(StrEnum):
    STEADY = "steady"
    TALKATIVE = "talkative"
    FORGETFUL = "forgetful"
    IN_THE_FIELDS = "in_the_fields"
    """Picks up in the evening only."""
    HANGS_UP = "hangs_up"
    OPTS_OUT = "opts_out"
    REFUSES = "refuses"
    BUSY = "busy"
    MACHINE = "machine"


SHARES: Mapping[Temper, float] = {
    Temper.STEADY: 0.46,
    Temper.TALKATIVE: 0.14,
    Temper.FORGETFUL: 0.10,
    Temper.IN_THE_FIELDS: 0.12,
    Temper.HANGS_UP: 0.03,
    Temper.OPTS_OUT: 0.02,
    Temper.REFUSES: 0.05,
    Temper.BUSY: 0.04,
    Temper.MACHINE: 0.04,
}


@dataclass(frozen=True)
class Habit:
    """Chances of what somebody does."""

    picks_up: tuple[float, float, float] = (0.55, 0.55, 0.75)
    """In the morning, the afternoon and the evening."""
    busy: float = 0.04
    machine: float = 0.0
    not_now: float = 0.05
    breaks_off: float = 0.03
    """After the first rating."""
    texts_back: float = 0.6
    stays_away: float = 0.08
    """Does not come to what was booked."""


HABITS: Mapping[Temper, Habit] = {
    Temper.STEADY: Habit(),
    Temper.TALKATIVE: Habit(picks_up=(0.6, 0.6, 0.8)),
    Temper.FORGETFUL: Habit(texts_back=0.3, stays_away=0.35),
    Temper.IN_THE_FIELDS: Habit(picks_up=(0.05, 0.10, 0.85)),
    Temper.HANGS_UP: Habit(),
    Temper.OPTS_OUT: Habit(),
    Temper.REFUSES: Habit(texts_back=0.2),
    Temper.BUSY: Habit(busy=0.6),
    Temper.MACHINE: Habit(machine=0.7),
}


@dataclass(frozen=True)
class Memory:
    """One matter somebody was served in."""

    service: str
    """As it is spoken."""
    clerk: str
    day: date
    experience: Experience


@dataclass
class Resident:
    """One person and their telephone."""

    id: int
    number: str
    name: str
    village: str
    village_name: str
    temper: Temper
    speaks: bool
    """Answers by words; by keys if not."""
    memories: list[Memory] = field(default_factory=list)

    @property
    def habit(self) -> Habit:
        return HABITS[self.temper]

    @property
    def mobile(self) -> bool:
        return self.number.startswith("1")

    def picks_up(self, at: datetime) -> float:
        """The chance at this hour."""
        hour = at.astimezone(TOWN_TIME).hour
        return self.habit.picks_up[0 if hour < 12 else 1 if hour < 18 else 2]


def cast(plan: Plan, town: Town) -> list[Resident]:
    """Everybody, by the seed."""
    villages = list(town.villages)
    people: list[Resident] = []
    for n, village in enumerate(homes(villages, plan.residents)):
        dice = plan.dice("resident", n)
        number = f"7378{n:06}" if dice.random() < LANDLINES else f"138{n:08}"
        if people and dice.random() < SHARED:
            number = people[-1].number
        name = dice.choice(SURNAMES) + dice.choice(GIVEN)
        temper = drawn(dice, tuple(SHARES.items()))
        spoken = town.villages[village].name
        people.append(Resident(n, number, name, village, spoken, temper, speaks=dice.random() < 0.5))
    return people
