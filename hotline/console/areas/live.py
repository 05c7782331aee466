"""Calls under way (正在通话): listen along in words, take one over, make a note for oneself."""

from __future__ import annotations

import re
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas.live_pages import live_lines, own_notes
from hotline.console.discretion import hidden
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.parts import colleague, look, parts, sight, town, viewer
from hotline.domain.errors import Refused
from hotline.domain.residents import plain_number
from hotline.domain.rights import WRITERS
from hotline.store.reach import calls_within
from hotline.store.tables import CallRow, NoteRow
from hotline.store.unit_of_work import Office

area = Area("live", "正在通话", icon="phone-incoming", roles=WRITERS, key="n", first="live")

MY_NUMBER = "my_number"
"""In the session: the number somebody gave once to take calls over at."""
LONGEST_NOTE = 500
LARGEST_ID = 2**31 - 1
_NUMBER = re.compile(r"\+?\d{3,20}")


@area.page("/live")
def live() -> str:
    """The page; its list asks for itself again as calls go on."""
    return render_template("live/live.html", **_lines())


@area.page("/live/calls")
def calls() -> str:
    """The list alone."""
    return render_template("live/calls.html", **_lines())


@area.page("/live/<sid>/take", methods=("POST",))
def take(sid: str) -> AnyResponse:
    """Has the caller connected to who asks, at their own number."""
    given = plain_number(request.form.get("number", ""))
    with parts().opened() as office:
        _call(office, sid)
        number = given or _my_number(office)
        if not _NUMBER.fullmatch(number):
            flash(_("请先写您的电话号码，电话才能转给您。"), "warning")
            return redirect(url_for("console.live.live"))
        look(office, f"took over call {sid}")
        office.commit()
    if given:
        session[MY_NUMBER] = given
    try:
        parts().take_over(sid, (colleague().name or colleague().username, number))
    except Refused as refused:
        flash(term("not_taken_over", refused.reason), "warning")
    else:
        flash(_("正在打给您，接起来按 1 就和来电人说上话了。"), "success")
    return redirect(url_for("console.live.live"))


@area.page("/live/<sid>/note", methods=("POST",))
def note(sid: str) -> AnyResponse:
    """Keeps a note for oneself: on the call's page and in today."""
    text = " ".join(request.form.get("text", "").replace("\0", " ").split())[:LONGEST_NOTE]
    with parts().opened() as office:
        _call(office, sid)
        if text:
            office.session.add(NoteRow(username=colleague().username, call=sid, text=text, at=parts().clock()))
            office.commit()
            flash(_("记下了，在“今天”里也能看到。"), "success")
    return redirect(url_for("console.live.live"))


@area.page("/notes/<int:number>/done", methods=("POST",))
def done(number: int) -> AnyResponse:
    """Ticks off a note of one's own."""
    with parts().opened() as office:
        row = office.session.get(NoteRow, number) if number <= LARGEST_ID else None
        if row is None or row.username != colleague().username:
            abort(404)
        row.done_at = parts().clock()
        office.commit()
    return redirect(url_for("console.today.today"))


def _lines() -> dict[str, Any]:
    with parts().opened() as office:
        lines = live_lines(office, town(office), (sight(), viewer(office)), parts().clock())
        notes: dict[str, list[str]] = {}
        for one in own_notes(office, colleague().username):
            notes.setdefault(one.call, []).append(one.text)
        number = _my_number(office)
        look(office, f"live calls: {len(lines)}")
        office.commit()
    return {"lines": lines, "notes": notes, "number": number}


def _call(office: Office, sid: str) -> CallRow:
    row = office.session.scalars(
        select(CallRow).where(CallRow.sid == sid[:64], calls_within(sight()))
    ).one_or_none()
    if row is None or hidden(office, [row.conversation], viewer(office)):
        abort(404)
    return row


def _my_number(office: Office) -> str:
    """As given in this session, else as the duty roster has it."""
    if session.get(MY_NUMBER):
        return str(session[MY_NUMBER])
    me, people = colleague(), office.duty.roster().people().values()
    mine = [person.number for person in people if me.username == person.username or me.name == person.name]
    return plain_number(mine[0]) if mine else ""
