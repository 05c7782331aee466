"""Papers on their way, for command line and console: drafted with a number, signed once, the same ever after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import Actor
from hotline.domain.errors import Refused
from hotline.domain.ledger.proposals import Kind
from hotline.report_data import Reading
from hotline.reports import board as public_board
from hotline.reports import bulletin as monthly
from hotline.reports import commendation as quarterly
from hotline.reports import periods
from hotline.reports.contents import Comparison, Contents, Issue
from hotline.reports.document import Document, as_json
from hotline.reports.figures import view_of
from hotline.reports.periods import Period
from hotline.reports.shares import share_view
from hotline.store.tables import ReportRow

BULLETIN, COMMENDATION = "bulletin", "commendation"
Told = tuple[Contents, Comparison]


def draft(reading: Reading, kind: str, period: Period) -> ReportRow:
    """The paper with its number: it tells what is so now; one that is signed is left as it was signed."""
    row = reading.office.reports.draft(kind, period.name, reading.now)
    if not row.confirmed_by:
        _keep(reading, row, period)
    return row


def sign(reading: Reading, kind: str, period: Period, *, by: Actor, chosen: Sequence[str] = ()) -> ReportRow:
    """Somebody signs it: from now on it stays as it is. Refused: not_yours, confirmed (somebody has).

    `chosen` are the clerks who are commended; without any, those whom the figures propose.
    """
    row = reading.office.reports.draft(kind, period.name, reading.now)
    if by.role != "supervisor":
        raise Refused("not_yours")
    names = list(chosen or _proposed(reading, row, period)) if kind == COMMENDATION else []
    reading.office.reports.confirm(row, by.name or by.username, names, reading.now)
    _keep(reading, row, period)
    return row


def board(reading: Reading) -> public_board.Board:
    """The public board as it is now, with this month's satisfaction."""
    today = reading.now.astimezone(TOWN_TIME)
    month = periods.month(f"{today:%Y-%m}")
    contents = reading.contents(month, Issue(0, today.year, today.date()))
    headline = (month.title, contents.summary.overall)
    return public_board.compose(reading.board(), contents.names, reading.now, headline)


def _keep(reading: Reading, row: ReportRow, period: Period) -> None:
    told = _told_now(reading, row, period)
    row.figures = {"view": _view(*told), "paper": as_json(_compose(told, row))}


def _told_now(reading: Reading, row: ReportRow, period: Period) -> Told:
    day = (row.confirmed_at or reading.now).astimezone(TOWN_TIME).date()
    contents = reading.contents(period, Issue(row.serial, row.year, day, row.confirmed_by))
    return contents, reading.comparison(contents)


def _proposed(reading: Reading, row: ReportRow, period: Period) -> Sequence[str]:
    return _told_now(reading, row, period)[1].proposed


def _compose(told: Told, row: ReportRow) -> Document:
    if row.kind == BULLETIN:
        return monthly.compose(told[0])
    return quarterly.compose(*told, row.chosen)


def _view(contents: Contents, comparison: Comparison) -> dict[str, Any]:
    rows = {str(kind): [one.entry.id for one in contents.of(kind)] for kind in Kind}
    view = {"period": contents.period.name, "serial": contents.issue.serial, "year": contents.issue.year}
    view |= {"ledger": rows, "figures": view_of(contents.summary, contents.names)}
    view |= {"average": share_view(comparison.average), "level": round(comparison.level, 4)}
    view |= {"proposed": list(comparison.proposed)}
    view["candidates"] = [
        {"clerk": one.clerk, "finding": one.finding, "praise": list(one.praise), **share_view(one.figure)}
        for one in comparison.candidates
    ]
    return view
