"""What the office says no to when something is moved: the status, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from hotline.api.problems import SAYS, Declined
from hotline.domain.errors import Refused

Says = Mapping[str, tuple[int, str]]

APPOINTMENTS: Says = {
    "unknown": (404, SAYS[404]),
    "changed": (412, "Somebody else has just moved it: read it again and send its ETag as If-Match."),
    "not_booked": (409, "It is no longer booked: book a new one."),
    "no_such_move": (409, "It is not in a state for that: GET /api/appointments/CODE/moves says what happened."),
    "too_early": (409, "Their time has not come yet: mark it once it has begun."),
    "past": (409, "That time has passed: mark it arrived, done or no-show instead."),
    "already_helped": (409, "An agent has the errand already."),
    "not_helped": (409, "Nobody does this errand: POST /api/appointments/CODE/helper names an agent first."),
    "over": (409, "The errand has been delivered already: it needs a rating, nothing more."),
    "not_delivered": (409, "It is rated once, after delivery: POST /api/appointments/CODE/delivery comes first."),
    "no_such_rating": (422, "A rating is 1 to 5."),
}
CASES: Says = {
    "no_case": (404, SAYS[404]),
    "not_now": (409, "The case is not in a state for that: GET /api/grievances/CODE/moves lists what you can do."),
    "not_yours": (403, "That move is not yours to make: GET /api/grievances/CODE/moves lists those that are."),
    "no_reason": (422, "Send a reason: it goes on record, and the resident reads it where it is told."),
    "no_such_move": (422, "There is no such move."),
    "too_late": (409, "It can be returned within two working days of its dispatch only: ask the supervisor."),
    "supervisor_names_the_unit": (403, "It has been sent out three times: the supervisor names the unit now."),
    "accused": (409, "That officer is who the case is about: name another unit."),
    "extended": (409, "It has been extended once already: answer it, or ask the supervisor."),
    "bad_days": (422, "An extension has one to ten working days."),
    "paused": (409, "It waits for papers: resume it first."),
    "not_paused": (409, "It does not wait for papers: there is nothing to resume."),
    "overdue": (409, "Its clock has run out already and is not put back: answer it."),
    "nobody_responsible": (409, "The list of officers names nobody for it: send a unit."),
    "no_such_unit": (409, "No such unit in the list of officers: send one as a case shows it."),
    "bad_merge": (409, "It can only join another open case that is as confidential: check the code in `into`."),
    "bad_case": (422, "There is nothing of that kind: /api/openapi.json lists what there is."),
    "moved_meanwhile": (412, "Somebody else has just moved it: read it again and send its ETag as If-Match."),
}
CALLBACKS: Says = {
    "unknown": (404, SAYS[404]),
    "taken": (409, "A colleague has taken it: choose another one, or have a supervisor finish it."),
    "done": (409, "It has been dealt with: there is nothing left to do."),
    "note_missing": (422, "Send a note that says what came of it."),
    "not_ahead": (409, "The next try lies in the past: send a later time, or leave it out."),
    "no_right": (403, "Your role does not ring residents back."),
    "not_yours": (409, "Take it first: POST /api/callbacks/ID/take."),
}
MESSAGES: Says = {
    "unknown": (404, SAYS[404]),
    "sent_again": (409, "It has been sent again before: see the newer one."),
    "nothing_to_send": (409, "It has left, or nobody may be written to: there is nothing to send again."),
    "not_waiting": (409, "It no longer waits: only what waits can be taken back."),
}
DUTY: Says = {
    "not_on_the_roster": (422, "Somebody named is not on the roster: GET /api/duty lists who is."),
    "same_person": (422, "Name two people."),
    "already_swapped": (409, "One of the two has swapped on that day already."),
    "neither_on_duty": (409, "Neither of the two is on duty that day."),
}


@contextmanager
def told_by(says: Says) -> Iterator[None]:
    """Puts what is refused within it into words. Raises Declined."""
    try:
        yield
    except Refused as no:
        if no.reason not in says:
            raise
        status, detail = says[no.reason]
        raise Declined(status, detail, reason=no.reason) from no
