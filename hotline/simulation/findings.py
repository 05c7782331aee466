"""What the survey found, held against what was planted: intervals, the watch over clerks, false alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hotline.domain.intervals import wilson
from hotline.domain.surveys.figures import Answer, Dimension, Figure, by, satisfied
from hotline.domain.surveys.watch import Watch
from hotline.simulation.planted import Truth

QUARTER_WEEKS = 13
TOWN = "town"


@dataclass(frozen=True)
class Week:
    """What one week's campaign brought, from wherever it came."""

    week: str
    matters: Mapping[str, int]
    """Of each clerk, out of which was drawn."""
    answers: Sequence[Answer]
    people: Sequence[tuple[str, bool]]
    """(clerk, whether anything was rated bad) of everybody who rated, in the order they did."""


@dataclass(frozen=True)
class Cell:
    """One figure with its interval, and the truth it is about."""

    week: str
    whose: str
    dimension: str
    figure: Figure
    truth: float

    @property
    def covered(self) -> bool:
        low, high = self.figure.interval or (1.0, 0.0)
        return low <= self.truth <= high


@dataclass(frozen=True)
class Coverage:
    """In how many of the intervals that were shown the truth lay."""

    covered: int
    shown: int

    @classmethod
    def of(cls, cells: Sequence[Cell]) -> Coverage:
        shown = [one for one in cells if one.figure.shown]
        return cls(sum(one.covered for one in shown), len(shown))

    @property
    def share(self) -> float | None:
        return self.covered / self.shown if self.shown else None

    def as_json(self) -> dict[str, object]:
        share = self.share
        interval = None if share is None else [round(x, 4) for x in wilson(share, self.shown)]
        return {"share": None if share is None else round(share, 4), "n": self.shown, "interval": interval}


@dataclass(frozen=True)
class Alarms:
    """What the watch said, quarter by quarter; sums begin anew with each."""

    found_in: Sequence[int | None]
    """In which week of each quarter the bad clerk was found, from 1; None: not in that quarter."""
    accused: Sequence[frozenset[str]]
    """Good clerks an alarm was given about, by quarter."""
    reached: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """The sum of each clerk after each week."""

    @property
    def weeks_to_find(self) -> float | None:
        """The median over quarters; one never found counts as longer than any."""
        if not self.found_in:
            return None
        weeks = sorted(QUARTER_WEEKS + 1 if week is None else week for week in self.found_in)
        return weeks[len(weeks) // 2] if weeks[len(weeks) // 2] <= QUARTER_WEEKS else None

    @property
    def found_within_four(self) -> float | None:
        found = self.found_in
        return sum(1 for w in found if w is not None and w <= 4) / len(found) if found else None

    @property
    def false_per_quarter(self) -> float:
        """The share of quarters in which any good clerk was accused."""
        return sum(1 for names in self.accused if names) / len(self.accused) if self.accused else 0.0


def cells(weeks: Sequence[Week], truth: Truth) -> list[Cell]:
    """Every figure of every week: of the town and of each clerk, by dimension."""
    return [cell for week in weeks for dimension in Dimension for cell in _cells(week, dimension, truth)]


def _cells(week: Week, dimension: Dimension, truth: Truth) -> Iterator[Cell]:
    answers = [one for one in week.answers if one.dimension is dimension]
    total = sum(week.matters.values())
    if not total:
        return
    planted = {clerk: truth.satisfied(clerk, dimension) for clerk in week.matters}
    town = sum(count * planted[clerk] for clerk, count in week.matters.items()) / total
    yield Cell(week.week, TOWN, dimension, satisfied(answers), town)
    for clerk, figure in by(answers, lambda one: one.clerk).items():
        yield Cell(week.week, clerk, dimension, figure, planted[clerk])


def alarms(weeks: Sequence[Week], bad_clerk: str, watch: Watch | None = None) -> Alarms:
    """Lets the watch go over the answers in the order they came."""
    watch = watch or Watch()
    found_in: list[int | None] = []
    accused: list[frozenset[str]] = []
    reached: dict[str, list[float]] = {}
    for first in range(0, len(weeks), QUARTER_WEEKS):
        told = _quarter(weeks[first : first + QUARTER_WEEKS], watch, reached)
        if bad_clerk:
            found_in.append(told.pop(bad_clerk, None))
        accused.append(frozenset(told))
    return Alarms(found_in, accused, reached)


def _quarter(weeks: Sequence[Week], watch: Watch, reached: dict[str, list[float]]) -> dict[str, int]:
    """In which week each clerk who was told of was told of first."""
    sums: dict[str, float] = {}
    told: dict[str, int] = {}
    for number, week in enumerate(weeks, start=1):
        for clerk in sorted({clerk for clerk, _ in week.people} | set(sums)):
            bad = [is_bad for who, is_bad in week.people if who == clerk]
            sums[clerk], alarmed = watch.run(bad, sums.get(clerk, 0.0))
            reached.setdefault(clerk, []).append(sums[clerk])
            if alarmed:
                told.setdefault(clerk, number)
    return told
