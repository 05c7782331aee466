"""Calls (通话): the list of them, one of them, and its recordings. Every look is written down."""

from __future__ import annotations

from flask import Response, abort, render_template, request, send_file

from hotline.console.area import Area
from hotline.console.areas.call_pages import audio_file, call_lines, call_within, lines_of, reaches
from hotline.console.areas.live_pages import own_notes
from hotline.console.areas.outcome_pages import outcome
from hotline.console.areas.review_pages import opened
from hotline.console.areas.turn_pages import mask_of, turn_lines
from hotline.console.parts import colleague, look, parts, sight, town, viewer
from hotline.domain.rights import ROLES

area = Area("calls", "通话", icon="phone", roles=ROLES, key="c")

LARGEST_ID = 2**31 - 1
LAST_PAGE = 100_000


@area.page("/calls")
def calls() -> str:
    """A page of calls, the latest first."""
    page = min(max(0, request.args.get("page", 0, type=int)), LAST_PAGE)
    with parts().opened() as office:
        lines, more = call_lines(office, town(office), sight(), viewer(office), page=page)
        look(office, f"calls page {page}")
        office.commit()
    return render_template("calls.html", calls=lines, page=page, more=more)


@area.page("/calls/<sid>")
def call(sid: str) -> str:
    """One call with every answer in it, to be listened to, put right, and its outcome changed."""
    with parts().store.open() as office:  # it is before them now: others are told
        row = call_within(office, sight(), viewer(office), sid)
        if row is None:
            abort(404)
        (line,) = lines_of(office, town(office), [row])
        turns = turn_lines(office, row, town(office), mask_of(office, row))
        review = opened(office, sid)
        became = outcome(office, row)
        notes = [note.text for note in own_notes(office, colleague().username, sid)]
        look(office, f"call {sid}")
        office.commit()
    return render_template("call.html", call=line, turns=turns, review=review, became=became, notes=notes)


@area.page("/turns/<int:turn>/audio")
def audio(turn: int) -> Response:
    """A turn's recording, by the turn's id: no file name ever comes from outside."""
    with parts().opened() as office:
        path = audio_file(office, turn, parts().settings.recordings) if turn <= LARGEST_ID else None
        if path is None or not reaches(office, turn, sight(), viewer(office)):
            abort(404)
        look(office, f"audio of turn {turn}")
        office.commit()
    return send_file(path, mimetype="audio/wav", conditional=True, max_age=0)
