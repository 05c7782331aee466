"""Figures of the weekly callback as tables and as JSON; names beside ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hotline.domain.catalogue import Town
from hotline.domain.surveys.dispositions import (
    INELIGIBLE,
    INTERVIEWED,
    NOT_CONTACTED,
    OTHERS,
    PARTIALS,
    REFUSALS,
    UNKNOWN,
)
from hotline.domain.surveys.figures import Caution, Figure
from hotline.domain.surveys.summary import Summary, disposition_of
from hotline.reports.shares import cautions, gap, limits_said, part, part_view, share, share_view
from hotline.reports.wording import listed, named, said

View = dict[str, Any]


@dataclass(frozen=True)
class Names:
    """What ids are called."""

    town: Town
    staff: Mapping[str, str] = field(default_factory=dict)
    """Who works here but is on no roster, by user name."""

    def of(self, key: str, name: str) -> str:
        """A service, place, clerk, dimension or medium by name; a week as it is."""
        if key == "service":
            service = self.town.services.get(name)
            topic = self.town.topics.get(name)
            return service.spoken if service else topic.name if topic else name
        if key == "place":
            return self.place(name)
        if key == "clerk":
            clerk = self.town.clerks.get(name)
            return clerk.name if clerk else self.staff.get(name) or name
        return named(key, name)

    def place(self, name: str) -> str:
        desk = next((desk for desk in self.town.desks if desk.id == name), None)
        village = self.town.villages.get(name)
        return desk.name if desk else village.name if village else named("place", name)


@dataclass(frozen=True)
class Counts:
    """Out of whom the rates are made."""

    complete: int
    reached: int
    eligible: int


def counts_of(summary: Summary) -> Counts:
    """Numerator and denominators of RR1 and COOP1, so that they can be shown as what they are."""
    found = [disposition_of(one) for one in summary.people]
    reached = INTERVIEWED | PARTIALS | REFUSALS | OTHERS
    eligible = reached | NOT_CONTACTED | UNKNOWN
    return Counts(*(sum(one in codes for one in found) for codes in (INTERVIEWED, reached, eligible)))


def group(summary: Summary, by: str) -> Mapping[str, Figure]:
    return summary.by_dimension if by == "dimension" else summary.groups[by]


def table_of(summary: Summary, by: str, names: Names) -> list[list[str]]:
    """Name, share with interval and number, caution; by name, for it is no ranking."""
    found = [[names.of(by, name), share(figure), cautions(figure)] for name, figure in group(summary, by).items()]
    return found if by in ("dimension", "week") else sorted(found)


def trend_table(summary: Summary) -> list[list[str]]:
    return [
        [point.week, share(point.figure), limits_said(point.limits, point.figure.n), _signal(point.signal)]
        for point in summary.trend
    ]


def _signal(signal: str) -> str:
    return named("signal", signal or "none")


def lines_of(summary: Summary, names: Names) -> list[str]:
    """The figures as sentences, for the terminal."""
    counts, drawn = counts_of(summary), summary.rates
    gap_told = summary.medium_gap
    medium = said("bulletin", "medium", gap=gap(gap_told, summary.overall.n)) if gap_told else _no_medium()
    raised = [names.of("clerk", one.clerk) for one in summary.questions if one.raised]
    question = (
        said("bulletin", "question", names="、".join(raised)) if raised else said("bulletin", "question_none")
    )
    return [
        said(
            "bulletin",
            "contact",
            drawn=drawn.drawn,
            interviews=drawn.interviews,
            partials=drawn.partials,
            broken=drawn.broken_off,
            rr1=part(counts.complete, counts.eligible),
            coop1=part(counts.complete, counts.reached),
            source="",
        ),
        said("bulletin", "overall", share=share(summary.overall), note=noted(summary.overall), source=""),
        said("bulletin", "solved", share=share(summary.solved)),
        medium,
        question,
    ]


def noted(figure: Figure) -> str:
    told = cautions(figure)
    return f"{told}。" if told else ""


def _no_medium() -> str:
    return said("bulletin", "medium_none")


def view_of(summary: Summary, names: Names) -> View:
    """Everything, for programs: every share with its interval and number."""
    counts = counts_of(summary)
    middle = summary.medium_gap
    return {
        "first": summary.first.isoformat(),
        "last": summary.last.isoformat(),
        "surveys": list(summary.surveys),
        "people": len(summary.people),
        "rr1": part_view(counts.complete, counts.eligible),
        "coop1": part_view(counts.complete, counts.reached),
        "interviews": summary.rates.interviews,
        "partials": summary.rates.partials,
        "broken_off": summary.rates.broken_off,
        "ineligible": sum(disposition_of(one) in INELIGIBLE for one in summary.people),
        "overall": share_view(summary.overall),
        "solved": share_view(summary.solved),
        "dimension": {name: share_view(figure) for name, figure in summary.by_dimension.items()},
        "by": {key: [_named(names, key, *one) for one in told.items()] for key, told in summary.groups.items()},
        "medium_gap": {"points": round(middle[0], 4), "interval": [round(end, 4) for end in middle[1]]}
        if middle
        else None,
        "trend": [
            {"week": p.week, **share_view(p.figure), "limits": _limits(p.limits), "signal": p.signal}
            for p in summary.trend
        ],
        "questions": [
            {"clerk": one.clerk, "name": names.of("clerk", one.clerk), "sum": round(one.sum, 2),
             "limit": one.limit, "answers": one.answers, "bad": one.bad, "look_into": one.raised}
            for one in summary.questions
        ],
        "courtesy": Caution.COURTESY in summary.overall.cautions,
        "caveats": [line.format(least=5) for line in listed("bulletin", "caveats")],
    }  # fmt: skip


def _named(names: Names, key: str, name: str, figure: Figure) -> View:
    return {"id": name, "name": names.of(key, name), **share_view(figure)}


def _limits(limits: tuple[float, float] | None) -> list[float] | None:
    return [round(end, 4) for end in limits] if limits else None
