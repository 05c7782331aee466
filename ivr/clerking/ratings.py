"""What a resident thinks of an errand that was done for them (帮代办): one of five levels, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from hotline.domain import agency, callbacks
from hotline.domain.appointments import Move
from hotline.domain.errors import Refused
from hotline.store.tables import CallbackRow
from ivr.clerking.wishes import numbers_of
from ivr.dialogue.steps import Json

if TYPE_CHECKING:
    from ivr.clerk import Clerk

Given = Mapping[str, Json]
ASKED_FOR = timedelta(days=7)
"""After delivery; whoever writes is asked first thing for a day only, for they may want something else."""
TYPED_FOR = timedelta(days=1)
BAD = 2
"""差评: this and less."""


def to_rate(clerk: Clerk, _given: Given) -> Json:
    """The errand to be rated from the calling number; {} if there is none. `typed`: it is asked first."""
    typed = clerk.contact.surface == "sms"
    since = clerk.now - (TYPED_FOR if typed else ASKED_FOR)
    found = clerk.office.helper_cases.to_rate(numbers_of(clerk), since)
    if found is None:
        return {}
    service = clerk.rules.town.services.get(found[1].service)
    return {"code": found[1].code, "service": service.spoken if service else found[1].service, "typed": typed}


def rate_helper(clerk: Clerk, given: Given) -> Json:
    """Keeps the level; who is not satisfied is rung by a person. {"refused": reason} if it has been rated."""
    found = clerk.office.appointments.by_code(str(given["code"]))
    case = clerk.office.helper_cases.of(found.id) if found else None
    if found is None or case is None:
        return {"refused": "not_helped"}
    try:
        clerk.office.helper_cases.save(case, agency.rate(case, int(given["rating"])))
    except Refused as no:
        return {"refused": no.reason}
    facts = {"rating": str(given["rating"])}
    clerk.office.appointments.note(found, Move("rated", "resident", clerk.now, facts))
    if given["rating"] <= BAD:
        _ring_back(clerk, found.code, str(given.get("text", "")))
    return {}


def _ring_back(clerk: Clerk, code: str, said: str) -> None:
    rules = clerk.rules
    due = callbacks.due_at("", clerk.now, rules.timetable, rules.is_working_day)
    clerk.office.callbacks.add_once(
        CallbackRow(
            number=clerk.contact.number,
            reason="bad_rating",
            text=f"{code} {said}"[:500],
            conversation=clerk.conversation,
            state=callbacks.OPEN,
            due_at=due,
            created_at=clerk.now,
            cause=f"rated:{code}",
        )
    )
