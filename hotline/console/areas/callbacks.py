"""Call-backs (回电): one of them, with what was said, and what a colleague does about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from hotline.callback_desk import Acting, next_try
from hotline.console.area import Area
from hotline.console.discretion import hidden
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.links import page_of
from hotline.console.parts import colleague, look, parts, serving, sight, viewer
from hotline.console.people import Staff
from hotline.console.times import Span, to_minute, until
from hotline.domain.callbacks import DONE, TAKEN, CallBack
from hotline.domain.errors import Refused
from hotline.domain.rights import STEERING, WRITERS
from hotline.masking import Mask
from hotline.store.names import names_of
from hotline.store.reach import callbacks_within
from hotline.store.repositories.callbacks import as_task
from hotline.store.tables import CallbackRow, CallRow
from hotline.store.unit_of_work import Office

area = Area("callbacks", "", roles=WRITERS)

LARGEST_ID = 2**31 - 1
LONGEST_NOTE = 500


@dataclass(frozen=True)
class StepLine:
    """What was done about it, by whom."""

    at: str
    what: str
    who: str
    note: str


@dataclass(frozen=True)
class CallbackPage:
    """One call-back as a colleague sees it."""

    id: int
    reason: str
    state: str
    who: str
    said: str
    span: Span
    due: str
    owner: str
    tries: int
    note: str
    call: str
    """The page of the call it came from; empty where there is none."""
    takes: bool
    """Whether it can be taken, and whether what follows can be done, by who looks."""
    acts: bool
    steps: tuple[StepLine, ...]


@area.page("/callbacks/<int:task>")
def callback(task: int) -> str:
    """One call-back."""
    with parts().opened() as office:
        page = _page(office, _found(office, task))
        look(office, f"callback {task}")
        office.commit()
    return render_template("today/callback.html", task=page)


@area.page("/callbacks/<int:task>/<move>", methods=("POST",))
def move(task: int, move: str) -> AnyResponse:
    """take, tried, done or give_back; what is refused is said on the page, and nothing typed is lost."""
    note = request.form.get("note", "").strip()[:LONGEST_NOTE]
    with parts().opened() as office:
        _found(office, task)
        act = _moves(office, task, note).get(move)
        if act is None:
            abort(404)
        try:
            after = act()
        except Refused as refused:
            by = Staff(office).called(str(refused.facts.get("by", "")))
            flash(term("not_rung_back", refused.reason, **{**refused.facts, "by": by}), "warning")
            return redirect(url_for("console.callbacks.callback", task=task))
        office.commit()
    flash(_said(move), "success")
    over = after.state == DONE or move == "give_back"
    return redirect(url_for("console.today.today") if over else url_for("console.callbacks.callback", task=task))


def _moves(office: Office, task: int, note: str) -> dict[str, Callable[[], CallBack]]:
    acting = Acting(office, colleague().username, parts().clock())
    rules = serving(office)
    again = next_try(acting.now, rules.timetable, rules.is_working_day)
    return {
        "take": lambda: acting.take(task),
        "done": lambda: acting.done(task, note),
        "tried": lambda: acting.tried(task, again, note),
        "give_back": lambda: acting.give_back(task, note),
    }


def _said(move: str) -> str:
    said = {
        "take": _("您接手了，现在就可以回电。"),
        "done": _("办完了，记下了。"),
        "tried": _("记下了，过一个小时再打。"),
        "give_back": _("放回去了，别人可以接手。"),
    }
    return said[move]


def _found(office: Office, task: int) -> CallbackRow:
    query = select(CallbackRow).where(CallbackRow.id == min(task, LARGEST_ID), callbacks_within(sight()))
    row = office.session.scalars(query).one_or_none()
    if row is None or hidden(office, [row.conversation], viewer(office)):
        abort(404)
    return row


def _page(office: Office, row: CallbackRow) -> CallbackPage:
    names = names_of(office, [row.number]).get(row.number, set())
    mask, task, me = Mask.over(None, names), as_task(row), colleague()
    heard = office.callbacks.transcripts([row]).get(row.recording, "")
    call = office.session.scalars(
        select(CallRow.sid).where(CallRow.conversation == row.conversation, CallRow.conversation != "").limit(1)
    ).one_or_none()
    staff, done = Staff(office), office.callbacks.steps(row.id)
    steps = tuple(_step(step.at, step.what, staff.called(step.username), step.note) for step in done)
    over = row.state == DONE
    return CallbackPage(
        id=row.id, reason=term("callback_reason", row.reason), state=term("callback_state", row.state),
        who=f"{mask.name(min(names)) if names else ''} {mask.number(row.number)}".strip(),
        said=mask.words(heard or row.text), span=until(task.clock_at, parts().clock()),
        due=to_minute(task.clock_at),
        owner=staff.called(row.owner) if row.owner else "", tries=row.tries, note=row.note,
        call=page_of("call", call) if call else "",
        takes=not over and row.state != TAKEN,
        acts=not over and (row.owner == me.username or me.role in STEERING), steps=steps,
    )  # fmt: skip


def _step(at: datetime, what: str, who: str, note: str) -> StepLine:
    return StepLine(to_minute(at), term("callback_step", what), who, note)
