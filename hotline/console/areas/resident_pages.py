"""Residents as the pages show them: the list, and one history over voice and text, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext
from sqlalchemy import or_, select

from hotline.console.areas.appointment_pages import service_of
from hotline.console.areas.case_pages import topic_of
from hotline.console.discretion import hidden
from hotline.console.languages import term
from hotline.console.looking import Looking
from hotline.console.times import to_minute
from hotline.console.unmasking import mask_for
from hotline.domain.discretion import may_see
from hotline.domain.residents import plain_number
from hotline.masking import Mask
from hotline.store.reach import (
    appointments_within,
    callbacks_within,
    calls_within,
    grievances_within,
    messages_within,
    residents_within,
)
from hotline.store.repositories import as_grievance
from hotline.store.tables import (
    AppointmentRow,
    CallbackRow,
    CallRow,
    ConversationRow,
    GrievanceRow,
    MessageRow,
    ResidentRow,
    SurveyAnswerRow,
    SurveyPersonRow,
    TurnRow,
)
from hotline.views import village_name

PAGE = 50
MOST = 300
"""Entries of a history, of each kind the newest."""


@dataclass(frozen=True)
class Line:
    """One resident in the list."""

    id: int
    name: str
    number: str
    village: str
    since: str


@dataclass(frozen=True)
class Entry:
    """One thing in a history."""

    at: datetime
    kind: str
    """call, text, said, appointment, case, survey, callback: the word and the picture it is shown with."""
    title: str
    says: str = ""
    url: str = ""

    @property
    def when(self) -> str:
        return to_minute(self.at)


def residents(who: Looking, *, village: str, after: int, said: str) -> tuple[list[Line], int | None]:
    """A page of residents in the order they became known; `said`: part of a name, or a number or its end."""
    row = ResidentRow
    query = select(row).where(residents_within(who.sight), row.id > after)
    if village:
        query = query.where(row.village == village)
    if said:
        number = plain_number(said)
        ends = row.number.endswith(number, autoescape=True) if number.isdecimal() and len(number) >= 4 else None
        named = row.name.contains(said, autoescape=True)
        query = query.where(named if ends is None else or_(named, ends))
    rows = who.office.session.scalars(query.order_by(row.id).limit(PAGE + 1)).all()
    return [_line(who, one) for one in rows[:PAGE]], rows[PAGE - 1].id if len(rows) > PAGE else None


def _line(who: Looking, row: ResidentRow) -> Line:
    mask = mask_for("resident", str(row.id))
    village = village_name(who.town, row.village)
    return Line(row.id, mask.name(row.name), mask.number(row.number), village, to_minute(row.created_at))


def held(who: Looking, resident: int) -> ResidentRow | None:
    """The resident, within sight, held until this transaction ends."""
    query = select(ResidentRow).where(ResidentRow.id == resident, residents_within(who.sight))
    return who.office.session.scalars(query.with_for_update()).one_or_none()


def line_of(who: Looking, row: ResidentRow) -> Line:
    return _line(who, row)


def history(who: Looking, row: ResidentRow) -> list[Entry]:
    """Everything between the office and a resident that the viewer may know of, the newest first."""
    if not row.number:
        return []
    mask = mask_for("resident", str(row.id), [row.name])
    cases = _cases(who, row.number)
    secret = {case.code for case in cases if not _visible(who, case)}
    found = [
        *_calls(who, row.number),
        *_texts(who, row.number, mask, secret),
        *_said(who, row.number, mask),
        *_appointments(who, row.number),
        *(_case(who, case, mask) for case in cases if case.code not in secret),
        *_surveys(who, row.number),
        *_callbacks(who, row.number),
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _cases(who: Looking, number: str) -> list[GrievanceRow]:
    row = GrievanceRow
    told = or_(row.number == number, row.callback_number == number)
    return list(who.office.session.scalars(select(row).where(told).order_by(row.id.desc()).limit(MOST)))


def _visible(who: Looking, row: GrievanceRow) -> bool:
    within = select(GrievanceRow.id).where(GrievanceRow.id == row.id, grievances_within(who.sight))
    return may_see(as_grievance(row), who.viewer) and who.office.session.scalar(within) is not None


def _case(who: Looking, row: GrievanceRow, mask: Mask) -> Entry:
    title = f"{topic_of(who.town, as_grievance(row))} · {term('case_status', row.status)}"
    return Entry(
        row.created_at, "case", title, mask.words(row.story), url_for("console.cases.case", code=row.code)
    )


def _calls(who: Looking, number: str) -> Iterator[Entry]:
    query = select(CallRow).where(CallRow.number == number, calls_within(who.sight))
    rows = who.office.session.scalars(query.order_by(CallRow.started_at.desc()).limit(MOST)).all()
    kept = hidden(who.office, [row.conversation for row in rows], who.viewer)
    for row in rows:
        if row.conversation in kept:
            continue
        title = f"{term('direction', row.direction)} · {term('call', row.status)}"
        length = f"{row.seconds // 60}:{row.seconds % 60:02d}"
        yield Entry(row.started_at, "call", title, length, url_for("console.calls.call", sid=row.sid))


def _texts(who: Looking, number: str, mask: Mask, secret: set[str]) -> Iterator[Entry]:
    row = MessageRow
    query = select(row).where(row.to == number, messages_within(who.sight)).order_by(row.id.desc()).limit(MOST)
    for one in who.office.session.scalars(query):
        if any(code in one.reason or code in one.about for code in secret):
            continue
        state = term("message_state", one.state)
        yield Entry(one.sent_at or one.created_at, "text", state, mask.words(one.body))


def _said(who: Looking, number: str, mask: Mask) -> Iterator[Entry]:
    """What they wrote to us."""
    row = TurnRow
    theirs = select(ConversationRow.id).where(ConversationRow.number == number)
    query = select(row).where(row.surface == "sms", row.conversation.in_(theirs))
    rows = who.office.session.scalars(query.order_by(row.id.desc()).limit(MOST)).all()
    kept = hidden(who.office, [one.conversation for one in rows], who.viewer)
    for one in rows:
        if one.conversation not in kept and one.heard:
            yield Entry(one.at, "said", term("question", one.key), mask.words(one.heard))


def _appointments(who: Looking, number: str) -> Iterator[Entry]:
    row = AppointmentRow
    query = select(row).where(row.number == number, appointments_within(who.sight))
    for one in who.office.session.scalars(query.order_by(row.id.desc()).limit(MOST)):
        title = f"{service_of(who.town, one.service)} · {term('appointment', one.status)}"
        url = url_for("console.appointments.appointment", code=one.code)
        yield Entry(one.created_at, "appointment", title, to_minute(one.starts_at), url)


def _surveys(who: Looking, number: str) -> Iterator[Entry]:
    if who.sight.desk:
        return
    row = SurveyPersonRow
    for one in who.office.session.scalars(select(row).where(row.number == number).order_by(row.id.desc())):
        answers = select(SurveyAnswerRow).where(SurveyAnswerRow.person == one.id).order_by(SurveyAnswerRow.id)
        levels = [
            f"{term('survey_question', a.key)}{gettext('：')}{term('level', str(a.level))}"
            for a in who.office.session.scalars(answers)
            if a.level
        ]
        title = term("aapor", one.disposition) if one.disposition else term("survey_person", one.state)
        yield Entry(one.ended_at or one.drawn_at, "survey", gettext(title), "，".join(levels))


def _callbacks(who: Looking, number: str) -> Iterator[Entry]:
    row = CallbackRow
    query = select(row).where(row.number == number, callbacks_within(who.sight))
    rows = who.office.session.scalars(query.order_by(row.id.desc()).limit(MOST)).all()
    kept = hidden(who.office, [one.conversation for one in rows], who.viewer)
    for one in rows:
        if one.conversation not in kept:
            yield Entry(one.created_at, "callback", term("callback_state", one.state), "")
