"""`hotline report`: the monthly bulletin, the quarterly commendation, the public board, tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from hotline.commands.ledger_desk import AtLedger, at_ledger, refusals_told
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.errors import Refused
from hotline.domain.ledger.proposals import Kind
from hotline.printing import as_pdf
from hotline.report_data import Reading
from hotline.reports import board as public_board
from hotline.reports import bulletin as monthly
from hotline.reports import commendation as quarterly
from hotline.reports import page, periods, sheets, word
from hotline.reports.contents import Comparison, Contents, Issue
from hotline.reports.document import Document, from_json
from hotline.reports.document import as_json as as_json_paper
from hotline.reports.figures import Names, view_of
from hotline.reports.shares import share_view
from hotline.store.tables import ReportRow

OUT = click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="The folder.")
PDF = click.option("--pdf", is_flag=True, help="Print the page as PDF too, with a browser of this machine.")
AS = click.option("--as", "as_", default="", metavar="USER", help="With --confirm: the supervisor who signs.")
CONFIRM = click.option("--confirm", is_flag=True, help="Sign it: its figures stay as they are from now on.")
as_json = click.option("--json", "json_", is_flag=True, help="Print what it tells as JSON; no file is written.")
Told = tuple[Contents, Comparison]
Compose = Callable[[Told, ReportRow], Document]


@dataclass(frozen=True)
class Paper:
    """One bulletin or commendation at the command line."""

    kind: str
    period: periods.Period
    out: Path
    pdf: bool


@click.group()
def report() -> None:
    """Papers about the weekly callback: every share with its interval, every figure with where it comes from."""


@report.command()
@click.option("--month", required=True, help="As 2026-11.")
@OUT
@PDF
@as_json
@CONFIRM
@AS
def bulletin(*, month: str, out: Path, pdf: bool, json_: bool, confirm: bool, as_: str) -> None:
    """The monthly bulletin (通报) as Word and as a page; a draft until a supervisor signs it."""
    paper = Paper("bulletin", _period(periods.month, month), out, pdf)
    with at_ledger(as_) as desk, refusals_told():
        kept = issue(desk, paper, lambda told, _row: monthly.compose(told[0]), sign=confirm)
        _give(paper, kept, json_=json_)


@report.command()
@click.option("--quarter", required=True, help="As 2026-Q4.")
@click.option("--choose", multiple=True, metavar="CLERK", help="With --confirm: who is commended; several may be.")
@OUT
@PDF
@as_json
@CONFIRM
@AS
def commendation(
    *, quarter: str, choose: tuple[str, ...], out: Path, pdf: bool, json_: bool, confirm: bool, as_: str
) -> None:
    """The quarterly commendation (表彰): who stands out by more than chance is proposed, a supervisor decides."""
    paper = Paper("commendation", _period(periods.quarter, quarter), out, pdf)
    with at_ledger(as_) as desk, refusals_told():
        if unknown := [clerk for clerk in choose if clerk not in desk.work.town.clerks]:
            raise click.BadParameter(f"nobody serves by the name of {', '.join(unknown)}", param_hint="--choose")
        kept = issue(
            desk, paper, lambda told, row: quarterly.compose(*told, row.chosen), sign=confirm, chosen=choose
        )
        _give(paper, kept, json_=json_)


@report.command()
@OUT
@click.option("--address", default="", help="Where the feed will be found.")
def board(*, out: Path, address: str) -> None:
    """The public board (表扬区 / 批评建议区): a page that loads nothing, and a feed."""
    with at_ledger("") as desk:
        reading = _reading(desk)
        today = desk.work.now.astimezone(TOWN_TIME)
        month = periods.month(f"{today:%Y-%m}")
        contents = reading.contents(month, Issue(0, today.year, today.date()))
        shown = public_board.compose(
            reading.board(), Names(desk.work.town), desk.work.now, (month.title, contents.summary.overall)
        )
    page_, feed = public_board.page(shown), public_board.feed(shown, address)
    _told([_kept(out / "board.html", page_.encode()), _kept(out / "board.atom", feed)])


@report.command()
@click.option("--month", default="", help="As 2026-11.")
@click.option("--quarter", default="", help="As 2026-Q4.")
@click.option("--form", type=click.Choice(["csv", "xlsx"]), default="xlsx", show_default=True)
@OUT
def tables(*, month: str, quarter: str, form: str, out: Path) -> None:
    """The figures and the ledger's rows for a spreadsheet, masked."""
    if bool(month) == bool(quarter):
        raise click.UsageError("name a --month or a --quarter")
    period = _period(periods.month, month) if month else _period(periods.quarter, quarter)
    with at_ledger("") as desk:
        contents = _reading(desk).contents(period, Issue(0, period.last.year, period.last))
    found = sheets.tables(contents)
    if form == "xlsx":
        _told([_kept(out / f"figures-{period.name}.xlsx", sheets.as_workbook(found))])
    else:
        _told([_kept(out / f"{name}-{period.name}.csv", sheets.as_csv(rows)) for name, rows in found.items()])


def _period(reader: Callable[[str], periods.Period], text: str) -> periods.Period:
    try:
        return reader(text)
    except ValueError as wrong:
        raise click.BadParameter(str(wrong)) from wrong


def _reading(desk: AtLedger) -> Reading:
    return Reading(desk.office, desk.work.town, desk.work.is_working_day, desk.work.now)


def issue(
    desk: AtLedger, paper: Paper, compose: Compose, *, sign: bool, chosen: tuple[str, ...] = ()
) -> ReportRow:
    """The paper with its number, kept: a draft tells what is so now, a signed one what was signed."""
    row = desk.office.reports.draft(paper.kind, paper.period.name, desk.work.now)
    if row.confirmed_by and not sign:
        return row
    told = _told_now(desk, paper, row)
    if sign:
        if desk.actor.role != "supervisor":
            raise Refused("not_yours")
        names = list(chosen or told[1].proposed) if paper.kind == "commendation" else []
        desk.office.reports.confirm(row, desk.actor.name or desk.actor.username, names, desk.work.now)
        told = _told_now(desk, paper, row)
    row.figures = {"view": _view(*told), "paper": as_json_paper(compose(told, row))}
    desk.office.commit()
    return row


def _told_now(desk: AtLedger, paper: Paper, row: ReportRow) -> Told:
    reading = _reading(desk)
    day = (row.confirmed_at or desk.work.now).astimezone(TOWN_TIME).date()
    contents = reading.contents(paper.period, Issue(row.serial, row.year, day, row.confirmed_by))
    return contents, reading.comparison(contents)


def _give(paper: Paper, row: ReportRow, *, json_: bool) -> None:
    view = {**row.figures["view"], "confirmed_by": row.confirmed_by, "chosen": list(row.chosen)}
    if json_:
        click.echo(json.dumps(view, ensure_ascii=False, indent=1))
    else:
        _told(_write(paper, from_json(row.figures["paper"])))


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


def _write(paper: Paper, document: Document) -> list[Path]:
    base = paper.out / f"{paper.kind}-{paper.period.name}"
    files = [
        _kept(base.with_suffix(".docx"), word.write(document)),
        _kept(base.with_suffix(".html"), page.write(document).encode()),
    ]
    if paper.pdf:
        if not as_pdf(files[1], base.with_suffix(".pdf")):
            raise click.ClickException("no browser here prints it: open the page and print it yourself")
        files.append(base.with_suffix(".pdf"))
    return files


def _kept(path: Path, raw: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


def _told(files: list[Path]) -> None:
    for path in files:
        click.echo(path)
