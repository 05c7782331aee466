"""Calls (通话): the list of them, one of them, and its recordings. Every look is written down."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas.call_pages import audio_file, call_lines, call_page, reaches
from hotline.console.areas.live_pages import own_notes
from hotline.console.parts import colleague, look, parts, sight, town, viewer
from hotline.domain.rights import ROLES, WRITERS

area = Area("calls", "通话", icon="phone", roles=ROLES, key="c")

LONGEST_CORRECTION = 500
LARGEST_ID = 2**31 - 1
LAST_PAGE = 100_000


@area.page("/calls")
def calls() -> str:
    """A page of calls, the latest first."""
    page = min(max(0, request.args.get("page", 0, type=int)), LAST_PAGE)
    with parts().store.open() as office:
        lines, more = call_lines(office, town(office), sight(), viewer(office), page=page)
        look(office, f"calls page {page}")
        office.commit()
    return render_template("calls.html", calls=lines, page=page, more=more)


@area.page("/calls/<sid>")
def call(sid: str) -> str:
    """One call with every answer in it."""
    with parts().store.open() as office:
        found = call_page(office, town(office), sight(), viewer(office), sid)
        if found is None:
            abort(404)
        notes = [note.text for note in own_notes(office, colleague().username, sid)]
        look(office, f"call {sid}")
        office.commit()
    return render_template("call.html", call=found[0], turns=found[1], notes=notes)


@area.page("/turns/<int:turn>/audio")
def audio(turn: int) -> Response:
    """A turn's recording, by the turn's id: no file name ever comes from outside."""
    with parts().store.open() as office:
        path = audio_file(office, turn, parts().settings.recordings) if turn <= LARGEST_ID else None
        if path is None or not reaches(office, turn, sight(), viewer(office)):
            abort(404)
        look(office, f"audio of turn {turn}")
        office.commit()
    return send_file(path, mimetype="audio/wav", conditional=True, max_age=0)


@area.page("/turns/<int:turn>/correction", methods=("POST",), roles=WRITERS)
def correct(turn: int) -> AnyResponse:
    """Takes what a clerk heard in a recording; what was heard by the machine stays beside it."""
    text = " ".join(request.form.get("text", "").split())
    if turn > LARGEST_ID:
        abort(404)
    if not 1 <= len(text) <= LONGEST_CORRECTION or "\0" in text:
        abort(400)
    with parts().store.open() as office:
        if not reaches(office, turn, sight(), viewer(office)):
            abort(404)
        call = office.transcripts.correct(turn, text, colleague().username)
        if call is None:
            abort(404)
        office.commit()
    return redirect(url_for("console.calls.call", sid=call) + f"#turn-{turn}")
