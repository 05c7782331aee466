"""What the pages of reports show: every figure with its interval, charts with a table beside them, papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from hotline.console.languages import day_named
from hotline.console.languages import translated as _
from hotline.console.times import from_to, of_any_year, to_minute, week_named
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.surveys.figures import Figure
from hotline.domain.surveys.summary import KEYS, Summary
from hotline.reports import periods
from hotline.reports.figures import Names, counts_of, group
from hotline.reports.periods import Period
from hotline.reports.shares import cautions, gap, limits_said, part, share
from hotline.reports.wording import sentence
from hotline.store.tables import ReportRow
from hotline.store.unit_of_work import Office

MONTHS, QUARTERS, WEEKS = 6, 4, 12
"""So many are offered, the latest first."""
BY = ("dimension", *KEYS)
_READERS: Mapping[str, Callable[[str], Period]] = {
    "week": periods.week,
    "month": periods.month,
    "quarter": periods.quarter,
}


@dataclass(frozen=True)
class Line:
    """A figure by name: as words, and as what a chart draws (percent; None where it is not shown)."""

    name: str
    n: int
    said: str
    caution: str
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Week:
    """A week of the trend between its limits."""

    line: Line
    limits: str
    lower: float | None
    upper: float | None
    signal: str


@dataclass(frozen=True)
class Watched:
    """A clerk whose answers are worse than chance: something to look into, no verdict."""

    clerk: str
    answers: int
    raised: bool


@dataclass(frozen=True)
class Figures:
    """Everything about one stretch of days."""

    title: str
    days: str
    overall: Line
    solved: Line
    response: str
    cooperation: str
    drawn: int
    medium: str
    """How voice and text differ; empty where either has too few."""
    lines: tuple[Line, ...]
    trend: tuple[Week, ...]
    watched: tuple[Watched, ...]

    @property
    def chart(self) -> dict[str, Any]:
        """What the script draws; a figure that is hidden is not in it."""
        return {"bars": [_point(line) for line in self.lines if line.share is not None]}

    @property
    def trend_chart(self) -> dict[str, Any]:
        shown = [week for week in self.trend if week.line.share is not None and week.lower is not None]
        extra = [{"lower": week.lower, "upper": week.upper, "signal": week.signal} for week in shown]
        return {"weeks": [_point(week.line) | more for week, more in zip(shown, extra, strict=True)]}


@dataclass(frozen=True)
class Paper:
    """A bulletin or commendation of a period, where there is one already."""

    kind: str
    period: str
    title: str
    serial: str
    made: str
    made_at: str
    """The moment it was drafted, as a form gives it back."""
    signed_by: str
    signed: str


def period_of(text: str, today: date) -> Period:
    """The stretch an address names; this month where it names none. ValueError for what is no stretch."""
    if not text:
        return periods.month(f"{today:%Y-%m}")
    kind = "week" if "-W" in text else "quarter" if "-Q" in text else "month"
    found = _READERS[kind](text)
    if not 2000 <= found.first.year <= 2100:
        raise ValueError(text)
    return found


def offered(today: date) -> list[tuple[str, list[Period]]]:
    """Stretches to choose from, the latest first."""
    weeks = [today - timedelta(weeks=n) for n in range(WEEKS)]
    named = [f"{year}-W{week:02}" for year, week, _ in (day.isocalendar() for day in weeks)]
    return [
        ("month", latest_months(today, MONTHS)),
        ("quarter", latest_quarters(today, QUARTERS)),
        ("week", [periods.week(name) for name in named]),
    ]


def latest_months(today: date, count: int) -> list[Period]:
    numbered = [today.year * 12 + today.month - 1 - n for n in range(count)]
    return [periods.month(f"{number // 12}-{number % 12 + 1:02}") for number in numbered]


def latest_quarters(today: date, count: int) -> list[Period]:
    numbered = [today.year * 4 + (today.month - 1) // 3 - n for n in range(count)]
    return [periods.quarter(f"{number // 4}-Q{number % 4 + 1}") for number in numbered]


def figures(summary: Summary, names: Names, period: Period, by: str) -> Figures:
    """The figures of a stretch, told by one of BY; in no order of rank."""
    counts = counts_of(summary)
    found = [_line(_(names.of(by, name)), figure) for name, figure in group(summary, by).items()]
    apart = summary.medium_gap
    return Figures(
        title=title_of(period),
        days=from_to(of_any_year(period.first), of_any_year(period.last)),
        overall=_line("", summary.overall),
        solved=_line("", summary.solved),
        response=part(counts.complete, counts.eligible, _say),
        cooperation=part(counts.complete, counts.reached, _say),
        drawn=len(summary.people),
        medium=gap(apart, summary.overall.n, _say) if apart else "",
        lines=tuple(found if by in ("dimension", "week") else sorted(found, key=lambda line: line.name)),
        trend=tuple(
            Week(
                _line(week_named(point.week), point.figure),
                limits_said(point.limits, point.figure.n, _say),
                _percent(point.limits[0]) if point.limits else None,
                _percent(point.limits[1]) if point.limits else None,
                point.signal,
            )
            for point in summary.trend
        ),
        watched=tuple(Watched(names.of("clerk", one.clerk), one.answers, one.raised) for one in summary.questions),
    )


def papers(office: Office, kind: str, stretches: Sequence[Period]) -> tuple[Paper, ...]:
    """Of each stretch the paper there is, or that there is none yet."""
    query = select(ReportRow).where(ReportRow.kind == kind, ReportRow.period.in_([one.name for one in stretches]))
    kept = {row.period: row for row in office.session.scalars(query)}
    return tuple(paper(kind, period, kept.get(period.name)) for period in stretches)


def paper(kind: str, period: Period, row: ReportRow | None) -> Paper:
    """One paper; without a row nobody has drafted it."""
    if row is None:
        return Paper(kind, period.name, title_of(period), "", "", "", "", "")
    title, signed = title_of(period), to_minute(row.confirmed_at) if row.confirmed_at else ""
    serial = f"〔{row.year}〕{row.serial}"
    made = row.made_at.isoformat()
    return Paper(kind, period.name, title, serial, to_minute(row.made_at), made, row.confirmed_by, signed)


def title_of(period: Period) -> str:
    """A stretch as people name it: 2026年11月, 2026年第4季度, 第47周（11月16日～11月22日）."""
    if "-Q" in period.name:
        return _("%(year)s年第%(n)s季度", year=period.first.year, n=(period.first.month + 2) // 3)
    if "-W" in period.name:
        return week_named(period.name)
    return day_named(period.first, _("y年M月"))


def _say(section: str, name: str, /, **values: object) -> str:
    """The same sentences as in the papers, in the person's language."""
    return _(sentence(section, name)).format_map(values)


def today_of(now: datetime) -> date:
    return now.astimezone(TOWN_TIME).date()


def _line(name: str, figure: Figure) -> Line:
    low, high = figure.interval or (None, None)
    ends = [_percent(value) if value is not None else None for value in (figure.share, low, high)]
    return Line(name, figure.n, share(figure, say=_say), cautions(figure, _say), *ends)


def _point(line: Line) -> dict[str, Any]:
    return {"name": line.name, "n": line.n, "share": line.share, "low": line.low, "high": line.high}


def _percent(value: float) -> float:
    return round(100 * value, 1)
