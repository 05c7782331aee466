"""The result of a simulation: what was found, with number and interval, against what was planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from hotline.domain.intervals import wilson
from hotline.simulation import figures_only, inclusion, records
from hotline.simulation.breaches import breaches, said_by
from hotline.simulation.findings import TOWN, Alarms, Cell, Coverage, Week, alarms, cells
from hotline.simulation.inclusion import Fit
from hotline.simulation.plan import Plan
from hotline.simulation.planted import Truth
from hotline.simulation.town import Town
from hotline.store.tables import LedgerRow

DRAWS = 4000
"""Of one frame, for the test of its chances."""


@dataclass(frozen=True)
class Outcome:
    """What was found against what was planted."""

    mode: str
    """town: played through the real office; figures-only: arithmetic alone."""
    plan: Plan
    bad_clerk: str
    truth: Truth
    weeks: Sequence[Week]
    cells: Sequence[Cell]
    alarms: Alarms
    inclusion: Fit
    reached: Mapping[str, Any] = field(default_factory=dict)
    ledger: Mapping[str, Any] = field(default_factory=dict)
    by_ear: Mapping[str, Any] = field(default_factory=dict)
    breaches: Sequence[str] = ()
    """What must never happen and did."""
    talks: Mapping[str, int] = field(default_factory=dict)
    misunderstood: int = 0
    """Questions no planted resident knew what to make of."""

    def coverage(self, *, town: bool) -> Coverage:
        """Of the town's weekly figures, or of the clerks'."""
        return Coverage.of([one for one in self.cells if (one.whose == TOWN) is town])

    @property
    def answers_a_clerk_week(self) -> float:
        known = [clerk for week in self.weeks for clerk, _ in week.people]
        return len(known) / max(1, len(self.weeks) * self.plan.clerks)

    def as_json(self) -> dict[str, Any]:
        found, alarm = self.coverage(town=True), self.alarms
        quarters = len(alarm.accused)
        return {
            "mode": self.mode,
            "coverage": found.share,
            "coverage_of": {
                "town": found.as_json(),
                "clerks": self.coverage(town=False).as_json(),
                "dimensions": {
                    d: self._coverage_in(d).as_json() for d in sorted({c.dimension for c in self.cells})
                },
            },
            "weeks_to_find_bad_clerk": alarm.weeks_to_find,
            "found_within_four_weeks": _share(alarm.found_within_four, len(alarm.found_in)),
            "found_in_week": list(alarm.found_in),
            "false_alarms_per_quarter": alarm.false_per_quarter,
            "false_alarms": _share(alarm.false_per_quarter, quarters),
            "accused": [sorted(names) for names in alarm.accused],
            "inclusion": self.inclusion.as_json(),
            "planted": {"bad_clerk": self.bad_clerk, "bad_share": self.plan.bad_share, "usual": self.truth.usual},
            "answers_a_clerk_week": round(self.answers_a_clerk_week, 2),
            "weeks": len(self.weeks),
            "residents": self.plan.residents,
            "seed": self.plan.seed,
            **(self._played() if self.mode == "town" else {}),
        }

    def _played(self) -> dict[str, Any]:
        """What only a town that was played through has."""
        return {
            "reached": dict(self.reached),
            "ledger": dict(self.ledger),
            "by_ear": dict(self.by_ear),
            "talks": dict(self.talks),
            "breaches": list(self.breaches),
            "misunderstood": self.misunderstood,
        }

    def _coverage_in(self, dimension: str) -> Coverage:
        return Coverage.of([one for one in self.cells if one.whose == TOWN and one.dimension == dimension])


def of_town(town: Town, tick: Callable[[date], None] = lambda _day: None) -> Outcome:
    """Plays the town and reads what came of it."""
    town.run(tick)
    hall, phones = town.hall, town.phones
    with hall.store.open() as office:
        weeks = records.weeks(office)
        rows = list(office.session.scalars(select(LedgerRow.id)))
        reached = records.reached(office)
        heard = records.by_ear(office, said_by(phones, office, by_ear=True))
        ledger = {"rows": len(rows), **asdict(records.clocks(office, rows))}
    return Outcome(
        "town",
        hall.plan,
        hall.bad_clerk,
        hall.truth,
        weeks,
        cells(weeks, hall.truth),
        alarms(weeks, hall.bad_clerk),
        chances(hall.plan),
        reached,
        ledger,
        heard,
        breaches(hall, phones),
        dict(sorted(phones.talks.items())),
        len(phones.strange),
    )


def of_figures(plan: Plan, tick: Callable[[], None] = lambda: None, draws: int = DRAWS) -> Outcome:
    """The arithmetic alone, over as many weeks as wanted."""
    bad = plan.bad(figures_only.clerks_of(plan))
    truth = Truth(plan.usual_share, {bad: plan.bad_share} if bad else {})
    weeks = figures_only.weeks(plan, truth, tick)
    found = cells(weeks, truth)
    return Outcome("figures-only", plan, bad, truth, weeks, found, alarms(weeks, bad), chances(plan, draws))


def chances(plan: Plan, draws: int = DRAWS) -> Fit:
    """The draw's chances, on the first week's frame of the arithmetic town."""
    frame = figures_only.first_frame(plan)
    return inclusion.fit(frame, min(plan.drawn or 50, len(frame.candidates)), draws, plan.seed)


def _share(share: float | None, n: int) -> dict[str, Any]:
    interval = None if share is None else [round(x, 4) for x in wilson(share, n)]
    return {"share": None if share is None else round(share, 4), "n": n, "interval": interval}
