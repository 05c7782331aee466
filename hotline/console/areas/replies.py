"""Ready sentences for answers (常用答复): everybody reads them, whoever arranges the work writes them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.languages import term
from hotline.console.parts import colleague, look, parts
from hotline.console.people import Staff
from hotline.domain.case_life import MOVES
from hotline.domain.case_moves import LONGEST_REASON
from hotline.domain.errors import Refused
from hotline.domain.rights import STEERING
from hotline.store.unit_of_work import Office

FOR_MOVES = tuple(move for move, rule in MOVES.items() if rule.why and move not in ("classify", "leave"))
"""Moves somebody writes a sentence for."""
LONGEST_TITLE = 40
LARGEST_ID = 2**31 - 1
Answer = AnyResponse | tuple[str, int]


def declare(area: Area) -> None:
    """The pages of ready sentences, within the area of cases."""
    area.page("/cases/replies")(replies)
    area.page("/cases/replies", roles=STEERING, methods=("POST",))(add_reply)
    area.page("/cases/replies/<int:template>", roles=STEERING, methods=("POST",))(change_reply)


def replies() -> str:
    """All of them, by the move they belong to."""
    return _page()


def add_reply() -> Answer:
    """One more."""
    move = request.form.get("move", "")
    if move not in FOR_MOVES:
        abort(400)
    title, text = _written()
    try:
        with parts().opened() as office:
            office.replies.add(move, title, text, by=colleague().username, now=parts().clock())
            look(office, f"added reply for {move}")
            office.commit()
    except Refused as no:
        return _page(0, no.reason), 409
    return _back(gettext("加好了。"))


def change_reply(template: int) -> Answer:
    """Another wording, or gone; not where somebody changed it since it was seen."""
    if template > LARGEST_ID:
        abort(404)
    try:
        with parts().opened() as office:
            _change(office, template)
            look(office, f"changed reply {template}")
            office.commit()
    except Refused as no:
        return _page(template, no.reason), 409
    return _back(gettext("保存好了。"))


def _page(tried: int | None = None, reason: str = "") -> str:
    """The page; `tried` is the sentence (0: the new one) whose change was refused: what was typed stays in it."""
    with parts().opened() as office:
        rows, staff = office.replies.all(), Staff(office)
    changed_by = {row.id: staff.called(row.changed_by) for row in rows if row.changed_by}
    return render_template(
        "cases/replies.html", rows=rows, moves=FOR_MOVES, steers=colleague().role in STEERING,
        longest=LONGEST_REASON, tried=tried, written=request.form if tried is not None else {},
        refused=term("case_refused", reason) if reason else "", changed_by=changed_by,
    )  # fmt: skip


def _change(office: Office, template: int) -> None:
    row = office.replies.of(template)
    if row is None:
        abort(404)
    if request.form.get("version") != str(row.version):
        raise Refused("reply_changed")
    if request.form.get("remove"):
        office.replies.remove(row)
        return
    title, text = _written()
    office.replies.change(row, title, text, by=colleague().username, now=parts().clock())


def _written() -> tuple[str, str]:
    title = " ".join(request.form.get("title", "").split())
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    if not 1 <= len(title) <= LONGEST_TITLE or not 1 <= len(text) <= LONGEST_REASON or "\0" in title + text:
        abort(400)
    return title, text


def _back(says: str) -> AnyResponse:
    flash(says, "success")
    return redirect(url_for("console.cases.replies"))
