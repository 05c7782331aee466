"""Another outcome for a call: what was booked is moved or called off, a case put right, what was missed is opened.

Every change goes through the use cases of the telephone, so that residents get the usual text and the history says
who did it.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas import outcome_moves as moves
from hotline.console.areas.call_pages import call_within
from hotline.console.areas.outcome_pages import booked_in, outcome, times
from hotline.console.languages import term
from hotline.console.parts import look, parts, sight, town, viewer
from hotline.domain.calendar import Place
from hotline.domain.errors import Refused
from hotline.domain.rights import WRITERS
from hotline.domain.visits import Visit
from hotline.store.tables import CallRow
from hotline.store.unit_of_work import Office

area = Area("outcome", "", roles=WRITERS)

Answer = str | AnyResponse | tuple[str, int]
Made = tuple[str, list[int]]
"""What was done, in words, and the messages that tell of it."""


@area.page("/calls/<sid>/times")
def free(sid: str) -> str:
    """Times to choose from: for another time of an appointment of this call, or for a new one."""
    with parts().opened() as office:
        row = _held(office, sid)
        code = request.args.get("code", "")
        if code:
            one = next((one for one in booked_in(office, row) if one.code == code), None) or abort(404)
            visit = one.visit
        else:
            visit = _visit(office)
        found = times(office, visit)
    return render_template("calls/times.html", days=found)


@area.page("/calls/<sid>/appointments/<code>/move", methods=("POST",))
def move(sid: str, code: str) -> Answer:
    """Another time."""
    return _made(sid, lambda office, row: moves.move(office, row, code))


@area.page("/calls/<sid>/appointments/<code>/cancel", methods=("POST",))
def cancel(sid: str, code: str) -> Answer:
    """Called off."""
    return _made(sid, lambda office, row: moves.cancel(office, row, code))


@area.page("/calls/<sid>/appointments", methods=("POST",))
def book(sid: str) -> Answer:
    """What the machine missed: a booking."""
    return _made(sid, moves.book)


@area.page("/calls/<sid>/cases", methods=("POST",))
def open_case(sid: str) -> Answer:
    """What the machine missed: a case."""
    return _made(sid, moves.open_case)


@area.page("/calls/<sid>/cases/<code>/classify", methods=("POST",))
def classify(sid: str, code: str) -> Answer:
    """Another topic or village."""
    return _made(sid, lambda office, row: moves.classify(office, row, code))


def _held(office: Office, sid: str) -> CallRow:
    return call_within(office, sight(), viewer(office), sid) or abort(404)


def _visit(office: Office) -> Visit:
    """What is asked for by service, place and village; 400 where there is no such thing."""
    service = town(office).services.get(request.args.get("service", ""))
    place, village = request.args.get("place", ""), request.args.get("village", "")
    if service is None or place not in {str(one) for one in Place} or village not in town(office).villages:
        abort(400)
    return Visit(Place(place), village, service.minutes)


def _made(sid: str, make: Callable[[Office, CallRow], Made]) -> Answer:
    """One change in one transaction; a refusal says why beside what was typed."""
    with parts().opened() as office:
        row = _held(office, sid)
        try:
            done, messages = make(office, row)
        except Refused as no:
            office.session.rollback()
            return _refused(office, _held(office, sid), moves.why(office, row, no))
        office.commit()
    parts().enqueue(tuple(messages))
    if not request.headers.get("HX-Request"):
        flash(done, "success")
        return redirect(url_for("console.calls.call", sid=sid) + "#outcome")
    with parts().opened() as office:
        became = outcome(office, _held(office, sid), done=done)
        look(office, f"outcome of call {sid}")
        office.commit()
    return render_template("calls/outcome.html", became=became)


def _refused(office: Office, row: CallRow, problem: str) -> Answer:
    if not request.headers.get("HX-Request"):
        return render_template("problem.html", title=term("message", "refused"), says=problem), 409
    typed = {name: value for name, value in request.form.items() if name != "csrf_token"}
    became = outcome(office, row, problem=problem, typed=typed)
    look(office, f"outcome of call {row.sid}")
    office.commit()
    return render_template("calls/outcome.html", became=became), 409
