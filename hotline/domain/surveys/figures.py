"""Satisfaction one can believe: weighted, with its interval, its number, and a caution where one is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.domain.intervals import wilson

LEVELS = ("very_satisfied", "satisfied", "mostly_satisfied", "dissatisfied", "very_dissatisfied")
"""非常满意, 满意, 基本满意, 不满意, 非常不满意: the five national levels, best first."""
BAD = frozenset(LEVELS[3:])
"""差评."""
SMALLEST_CELL = 5
"""Fewer answers than this are not shown: the people behind them could be told apart."""


class Dimension(StrEnum):
    ATTITUDE = "attitude"
    EFFICIENCY = "efficiency"
    DISCIPLINE = "discipline"


class Caution(StrEnum):
    """What a reader must know beside the figure."""

    COURTESY = "courtesy"
    """Every answer is the best one: politeness cannot be told from satisfaction."""
    FEW = "few"
    """The interval is wider than thirty points."""


@dataclass(frozen=True)
class Answer:
    """One rating of one person asked."""

    dimension: Dimension
    level: str
    weight: float
    service: str
    place: str
    clerk: str
    week: str
    medium: str
    """voice, keypad or sms"""


@dataclass(frozen=True)
class Figure:
    """A share of satisfied, never without its number and its interval."""

    n: int
    share: float | None
    """Weighted; None where too few answered to show it."""
    interval: tuple[float, float] | None
    effective: float
    """As how many equally weighted answers they count (Kish 1965)."""
    cautions: tuple[Caution, ...] = ()

    @property
    def shown(self) -> bool:
        return self.share is not None


def satisfied(answers: Sequence[Answer]) -> Figure:
    """The weighted share of the upper three levels, by Wilson on the effective number of answers."""
    if len(answers) < SMALLEST_CELL:
        return Figure(len(answers), None, None, 0.0)
    total = sum(a.weight for a in answers)
    share = sum(a.weight for a in answers if a.level not in BAD) / total
    effective = total**2 / sum(a.weight**2 for a in answers)
    interval = wilson(share, effective)
    return Figure(len(answers), share, interval, effective, _cautions(answers, interval))


def _cautions(answers: Sequence[Answer], interval: tuple[float, float]) -> tuple[Caution, ...]:
    found = []
    if all(a.level == LEVELS[0] for a in answers):
        found.append(Caution.COURTESY)
    if interval[1] - interval[0] > 0.3:
        found.append(Caution.FEW)
    return tuple(found)


def by(answers: Iterable[Answer], key: Callable[[Answer], str]) -> dict[str, Figure]:
    """A figure for each service, place, clerk, week or medium."""
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        groups.setdefault(key(answer), []).append(answer)
    return {name: satisfied(group) for name, group in sorted(groups.items())}


def medium_effect(answers: Sequence[Answer]) -> tuple[float, tuple[float, float]] | None:
    """How much more are satisfied by voice than by text, with its 95 % interval by Newcombe (1998).

    None where either has too few answers.
    """
    spoken = satisfied([a for a in answers if a.medium != "sms"])
    texted = satisfied([a for a in answers if a.medium == "sms"])
    if spoken.share is None or texted.share is None or spoken.interval is None or texted.interval is None:
        return None
    gap = spoken.share - texted.share
    below = ((spoken.share - spoken.interval[0]) ** 2 + (texted.interval[1] - texted.share) ** 2) ** 0.5
    above = ((spoken.interval[1] - spoken.share) ** 2 + (texted.share - texted.interval[0]) ** 2) ** 0.5
    return gap, (gap - below, gap + above)
