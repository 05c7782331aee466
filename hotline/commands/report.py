"""`hotline report`: the monthly bulletin, the quarterly commendation, the public board, tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from hotline import report_papers
from hotline.commands.ledger_desk import AtLedger, at_ledger, refusals_told
from hotline.printing import as_pdf
from hotline.report_data import Reading
from hotline.reports import board as public_board
from hotline.reports import page, periods, sheets, word
from hotline.reports.contents import Issue
from hotline.reports.document import Document, from_json
from hotline.store.tables import ReportRow

OUT = click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="The folder.")
PDF = click.option("--pdf", is_flag=True, help="Print the page as PDF too, with a browser of this machine.")
AS = click.option("--as", "as_", default="", metavar="USER", help="With --confirm: the supervisor who signs.")
CONFIRM = click.option("--confirm", is_flag=True, help="Sign it: its figures stay as they are from now on.")
as_json = click.option("--json", "json_", is_flag=True, help="Print what it tells as JSON; no file is written.")


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
        kept = _issued(desk, paper, sign=confirm)
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
        kept = _issued(desk, paper, sign=confirm, chosen=choose)
        _give(paper, kept, json_=json_)


@report.command()
@OUT
@click.option("--address", default="", help="Where the feed will be found.")
def board(*, out: Path, address: str) -> None:
    """The public board (表扬区 / 批评建议区): a page that loads nothing, and a feed."""
    with at_ledger("") as desk:
        shown = report_papers.board(_reading(desk))
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


def _issued(desk: AtLedger, paper: Paper, *, sign: bool, chosen: tuple[str, ...] = ()) -> ReportRow:
    reading = _reading(desk)
    if sign:
        row = report_papers.sign(reading, paper.kind, paper.period, by=desk.actor, chosen=chosen)
    else:
        row = report_papers.draft(reading, paper.kind, paper.period)
    desk.office.commit()
    return row


def _give(paper: Paper, row: ReportRow, *, json_: bool) -> None:
    view = {**row.figures["view"], "confirmed_by": row.confirmed_by, "chosen": list(row.chosen)}
    if json_:
        click.echo(json.dumps(view, ensure_ascii=False, indent=1))
    else:
        _told(_write(paper, from_json(row.figures["paper"])))


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
