"""The clerk's part of cases: opening one, telling how it stands, taking it up again where nothing is solved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select

from hotline.domain import grievances
from hotline.domain.appointments import Appointment
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_kinds import kind_of
from hotline.domain.case_life import (
    CALLED_BACK,
    CLOSED,
    HANDED_OVER,
    MERGED,
    OPEN,
    REVIEWED,
    THE_MACHINE,
    UNDER_WAY,
)
from hotline.domain.dispatch import named_in
from hotline.domain.errors import Refused
from hotline.domain.grievances import COMPLAINT, REPORT, Grievance
from hotline.store.repositories import as_appointment
from hotline.store.tables import AppointmentRow
from ivr.casework import Casework
from ivr.clerking.wishes import numbers_of
from ivr.dialogue.steps import Json
from ivr.scripts.wording import label

if TYPE_CHECKING:
    from ivr.clerk import Clerk

LONGEST_SPOKEN = 60
"""Characters of an answer that are read out; the rest is in the text that was sent."""
_BY_THE_RESIDENT = "resident"


def accept(clerk: Clerk, given: Mapping[str, Json]) -> Grievance:
    """Opens the case and sends it to its unit; who is complained of by name never gets it."""
    town = clerk.rules.town
    kind = kind_of(town.kinds, given["topic"], given["story"])
    told = grievances.Told(**{**given, "number": clerk.contact.number, "kind": kind})
    opened = grievances.accept(
        clerk.office.grievances,
        told,
        conversation=clerk.conversation,
        now=clerk.now,
        draw_code=clerk.draw_code(),
        is_working_day=clerk.rules.is_working_day,
        accused=named_in(told.story, town.officers) if kind in (COMPLAINT, REPORT) else (),
    )
    work = casework(clerk)
    sent = work.opened(opened, THE_MACHINE)
    clerk.messages.extend(work.messages)
    return sent


def hand_to_city(clerk: Clerk, given: Mapping[str, Json]) -> Json:
    """A case of what the caller has just told, handed to 12345 with its record; {} if it is the town's own."""
    if not casework(clerk).is_citys(given["topic"], given["village"]):
        return {}
    untold = dict.fromkeys(("group", "where", "name", "callback_number", "name_recording"), "")
    opened = accept(clerk, {**untold, "urgency": "normal", **given})
    return {"code": opened.code} if opened.status == HANDED_OVER else {}


def casework(clerk: Clerk) -> Casework:
    return Casework(clerk.rules.town, clerk.rules.is_working_day, clerk.office, clerk.now)


def progress(clerk: Clerk, given: Mapping[str, Json]) -> Json:
    """{"matters": […]}: the one of a code, else what the calling number has under way, else its newest."""
    code, number = str(given.get("code", "")), clerk.contact.number
    if code:
        return {"matters": _by_code(clerk, code)}
    cases = clerk.office.grievances.by_number(number)
    booked = _booked(clerk, AppointmentRow.number == number) if number else []
    running = [facts_of_case(clerk, case) for case in cases if _runs(clerk, case)]
    coming = [one for one in booked if one.status == "booked" and one.starts_at >= clerk.now]
    running += [_appointment(clerk, one) for one in coming]
    if running:
        return {"matters": running}
    newest = [facts_of_case(clerk, case) for case in cases[:1]]
    return {"matters": newest or [_appointment(clerk, one) for one in booked[-1:]]}


def settle_case(clerk: Clerk, given: Mapping[str, Json]) -> Json:
    """Closes what the resident says is solved, takes up again what is not; {"refused": reason} if it cannot be."""
    work, code = casework(clerk), _goes_on(clerk, str(given["code"])).code
    try:
        if not given["solved"]:
            work.make(code, "reopen", THE_MACHINE, {"reason": str(given["text"]) or _BY_THE_RESIDENT})
        else:
            for move in ("call_back", "close"):
                work.make(code, move, THE_MACHINE, {})
    except Refused as no:
        return {"refused": no.reason}
    clerk.messages.extend(work.messages)
    return {"code": code}


def _goes_on(clerk: Clerk, code: str) -> Grievance:
    """The case of a code, or the one it was merged into, and so on."""
    case = casework(clerk).full(code)
    while case.status == MERGED:
        case = casework(clerk).full(case.main)
    return case


def _runs(clerk: Clerk, case: Grievance) -> bool:
    return _goes_on(clerk, case.code).status in OPEN


def _by_code(clerk: Clerk, code: str) -> list[Json]:
    case = clerk.office.grievances.by_code(code)
    if case is not None:
        return [facts_of_case(clerk, case)]
    return [_appointment(clerk, one) for one in _booked(clerk, AppointmentRow.code == code)]


def _booked(clerk: Clerk, which: ColumnElement[bool]) -> list[Appointment]:
    query = select(AppointmentRow).where(which).order_by(AppointmentRow.starts_at)
    return [as_appointment(row) for row in clerk.office.session.scalars(query)]


def facts_of_case(clerk: Clerk, case: Grievance) -> Json:
    """How it stands; from another number than the teller's nothing but that."""
    main = _goes_on(clerk, case.code)
    own = bool(case.number) and case.number in numbers_of(clerk)
    told: dict[str, Json] = {"kind": "grievance", "code": case.code, "status": _status(main), "own": own}
    if not own:
        return told
    topic = clerk.rules.town.topics.get(case.topic)
    about = topic.spoken if topic and not case.confidential else label("case.confidential")
    runs = main.status in UNDER_WAY and main.paused_at is None and main.answer_by is not None
    return told | {
        "name": about,
        "topic": about,
        "joined": case.status == MERGED,
        "by": f"{main.answer_by.astimezone(TOWN_TIME):%Y-%m-%d}" if runs and main.answer_by else "",
        "answer": main.answer[:LONGEST_SPOKEN] if main.status in (REVIEWED, CALLED_BACK, CLOSED) else "",
        "ask_solved": main.status == REVIEWED,
    }


def _status(case: Grievance) -> str:
    return label(f"status.{'paused' if case.paused_at else case.status}")


def _appointment(clerk: Clerk, one: Appointment) -> Json:
    own = bool(one.number) and one.number in numbers_of(clerk)
    told: dict[str, Json] = {"kind": "appointment", "code": one.code, "status": label("status.booked"), "own": own}
    if not own:
        return told
    service = clerk.rules.town.services[one.service].spoken
    when = one.starts_at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M")
    return told | {"name": service, "when": when, "place": str(one.place), "service": service}
