"""Reports (报表): figures that are never bare, monthly bulletin, quarterly commendation, public board."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline import report_papers
from hotline.console.area import Area
from hotline.console.areas.report_pages import (
    BY,
    MONTHS,
    QUARTERS,
    figures,
    latest_months,
    latest_quarters,
    offered,
    paper,
    papers,
    period_of,
    title_of,
    today_of,
)
from hotline.console.languages import translated as _
from hotline.console.parts import look, parts, serving, town, viewer
from hotline.domain.errors import Refused
from hotline.domain.rights import OVERSEERS, STEERING
from hotline.domain.surveys.summary import summarise
from hotline.report_data import Reading, names_here
from hotline.report_papers import BULLETIN, COMMENDATION
from hotline.reports import board as public_board
from hotline.reports import page as pages
from hotline.reports import sheets, word
from hotline.reports.contents import Issue
from hotline.reports.document import Document, from_json
from hotline.reports.periods import Period
from hotline.store.survey_figures import people_between
from hotline.store.tables import ReportRow
from hotline.store.unit_of_work import Office

area = Area("reports", "报表", icon="chart-bar", roles=OVERSEERS, key="r", first="reports")

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STYLE = re.compile(r"style-src ('sha256-[A-Za-z0-9+/=]+')")
_KINDS = {BULLETIN: "month", COMMENDATION: "quarter"}


@area.page("/reports")
def reports() -> str:
    """The figures of a stretch, told by dimension, service, place, clerk, week or medium."""
    by = request.args.get("by", "")
    by = by if by in BY else "dimension"
    today = _today()
    period = _period(request.args.get("period", ""), today)
    with parts().opened() as office:
        people = people_between(office.session, period.looks_back_to, period.last)
        names = names_here(office, town(office))
        look(office, f"figures {period.name} by {by}")
        office.commit()
    shown = figures(summarise(people, period.first, period.last), names, period, by)
    return render_template(
        "reports/figures.html",
        figures=shown,
        by=by,
        period=period,
        offered=offered(today),
        all_by=BY,
        title_of=title_of,
    )


@area.page("/reports/papers")
def paper_list() -> str:
    """Bulletins and commendations of the latest months and quarters: what is drafted, what is signed."""
    today = _today()
    with parts().opened() as office:
        monthly = papers(office, BULLETIN, latest_months(today, MONTHS))
        quarterly = papers(office, COMMENDATION, latest_quarters(today, QUARTERS))
    return render_template("reports/papers.html", monthly=monthly, quarterly=quarterly)


@area.page("/reports/papers/<kind>/<period>")
def preview(kind: str, period: str) -> str:
    """A paper as it will be printed, with what may be done with it."""
    with parts().opened() as office:
        row, stretch = _paper(office, kind, period)
        names = names_here(office, town(office))
        look(office, f"paper {kind} {period}")
        office.commit()
        view = row.figures["view"]
        candidates = [
            (one["clerk"], names.of("clerk", one["clerk"]), one["clerk"] in view["proposed"])
            for one in view["candidates"]
        ]
        shown, chosen = paper(kind, stretch, row), [names.of("clerk", one) for one in row.chosen]
    return render_template("reports/paper.html", paper=shown, candidates=candidates, chosen=chosen)


@area.page("/reports/papers/<kind>/<period>", roles=STEERING, methods=("POST",))
def make(kind: str, period: str) -> AnyResponse:
    """Drafts a paper, or drafts it anew; a signed one stays as it is."""
    stretch = _stretch(kind, period)
    with parts().opened() as office:
        row = report_papers.draft(_reading(office), kind, stretch)
        look(office, f"drafted {kind} {period}")
        signed = row.confirmed_by
        office.commit()
    told = _("%(name)s 已经签发，不再改。", name=signed) if signed else _("稿子写好了，请看一遍。")
    flash(told, "warning" if signed else "success")
    return redirect(url_for("console.reports.preview", kind=kind, period=period))


@area.page("/reports/papers/<kind>/<period>/signature", roles=("supervisor",), methods=("POST",))
def sign(kind: str, period: str) -> AnyResponse:
    """Signs the draft that was read; one drafted anew meanwhile is to be read again first."""
    here = redirect(url_for("console.reports.preview", kind=kind, period=period))
    with parts().opened() as office:
        row, stretch = _paper(office, kind, period)
        known = town(office).clerks
        chosen = request.form.getlist("chosen")
        if not set(chosen) <= set(known):
            abort(400)
        if not row.confirmed_by and request.form.get("made_at") != row.made_at.isoformat():
            flash(_("您看过以后，稿子又写过一遍。请看了新的再签。"), "warning")
            return here
        try:
            report_papers.sign(_reading(office), kind, stretch, by=viewer(office), chosen=chosen)
        except Refused:
            flash(_("%(name)s 已经签发，不再改。", name=row.confirmed_by), "warning")
            return here
        look(office, f"signed {kind} {period}")
        office.commit()
    flash(_("已签发。从现在起不再改。"), "success")
    return here


@area.page("/reports/papers/<kind>/<period>/page")
def printed(kind: str, period: str) -> Response:
    """The page alone, to be looked at and printed; with `save`, as a file."""
    return _alone(pages.write(_document(kind, period)), f"{kind}-{period}.html")


@area.page("/reports/papers/<kind>/<period>/word")
def as_word(kind: str, period: str) -> Response:
    """The paper for Word."""
    raw = word.write(_document(kind, period))
    return send_file(BytesIO(raw), WORD, as_attachment=True, download_name=f"{kind}-{period}.docx")


@area.page("/reports/tables/<period>.xlsx")
def workbook(period: str) -> Response:
    """Figures and rows for a spreadsheet, masked; nothing in it is a formula."""
    raw = sheets.as_workbook(_tables(period))
    return send_file(BytesIO(raw), WORKBOOK, as_attachment=True, download_name=f"figures-{period}.xlsx")


@area.page("/reports/tables/<period>/<name>.csv")
def as_csv(period: str, name: str) -> Response:
    """One of the tables as CSV."""
    found = _tables(period)
    if name not in found:
        abort(404)
    raw = sheets.as_csv(found[name])
    return send_file(BytesIO(raw), "text/csv", as_attachment=True, download_name=f"{name}-{period}.csv")


@area.page("/reports/board")
def board() -> str:
    """The public board as everybody will read it."""
    return render_template("reports/board.html")


@area.page("/reports/board/page")
def board_page() -> Response:
    """The board alone; with `save`, as the file to be published."""
    return _alone(public_board.page(_board()), "board.html")


@area.page("/reports/board/feed")
def board_feed() -> Response:
    """The same as Atom."""
    raw = public_board.feed(_board())
    return send_file(BytesIO(raw), "application/atom+xml", as_attachment=True, download_name="board.atom")


def _alone(page: str, name: str) -> Response:
    """A page that brings its own style and nothing else: its policy allows just that."""
    answer = make_response(page)
    if request.args.get("save") == "1":
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    style = _STYLE.search(page)
    allowed = style[1] if style else "'none'"
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {allowed}; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )
    return answer


def _board() -> public_board.Board:
    with parts().opened() as office:
        shown = report_papers.board(_reading(office))
        look(office, "public board")
        office.commit()
    return shown


def _document(kind: str, period: str) -> Document:
    with parts().opened() as office:
        row = _paper(office, kind, period)[0]
        look(office, f"paper {kind} {period}")
        office.commit()
        kept: dict[str, Any] = row.figures["paper"]
    return from_json(kept)


def _tables(period: str) -> dict[str, sheets.Rows]:
    stretch = _period(period, _today())
    with parts().opened() as office:
        contents = _reading(office).contents(stretch, Issue(0, stretch.last.year, stretch.last))
        look(office, f"tables {stretch.name}")
        office.commit()
    return sheets.tables(contents)


def _reading(office: Office) -> Reading:
    return Reading(office, town(office), serving(office).is_working_day, parts().clock())


def _paper(office: Office, kind: str, period: str) -> tuple[ReportRow, Period]:
    """The paper that somebody has drafted; 404 where nobody has."""
    stretch = _stretch(kind, period)
    row = office.reports.of(kind, stretch.name)
    if row is None or "paper" not in row.figures:
        abort(404)
    return row, stretch


def _stretch(kind: str, period: str) -> Period:
    """The month of a bulletin, the quarter of a commendation; 404 for anything else."""
    if kind not in _KINDS or ("-Q" in period) != (kind == COMMENDATION) or "-W" in period:
        abort(404)
    return _period(period, _today())


def _period(text: str, today: date) -> Period:
    try:
        return period_of(text, today)
    except ValueError:
        abort(404)


def _today() -> date:
    return today_of(parts().clock())
