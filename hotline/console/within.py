"""Whether one record, named by kind and id, is within somebody's sight: the same conditions as the lists'."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select

from hotline.console.discretion import hidden
from hotline.console.parts import sight, viewer
from hotline.domain.discretion import HIDDEN_FROM, may_see
from hotline.domain.ledger import sight as ledger_sight
from hotline.store.reach import (
    appointments_within,
    callbacks_within,
    calls_out_within,
    calls_within,
    grievances_within,
    messages_within,
    residents_within,
    waiting_within,
)
from hotline.store.repositories import as_grievance
from hotline.store.repositories.ledger import as_entry
from hotline.store.tables import (
    AppointmentRow,
    CallbackRow,
    CallOutRow,
    CallRow,
    GrievanceRow,
    LedgerRow,
    MessageRow,
    ResidentRow,
    SurveyPersonRow,
    WaitingRow,
)
from hotline.store.unit_of_work import Office

LARGEST_ID = 2**31 - 1
Knows = Callable[[Office, str], bool]


def is_within(office: Office, kind: str, name: str) -> bool:
    """Whether there is such a record and its names and numbers may be known to whoever is logged in."""
    knows = KINDS.get(kind)
    return knows is not None and 0 < len(name) <= 64 and knows(office, name)


def _number(name: str) -> int:
    """An id; 0, which no row has, for what is none."""
    return int(name) if name.isascii() and name.isdigit() and len(name) <= 10 and int(name) <= LARGEST_ID else 0


def _by_id(row: Any, within: Callable[[Any], ColumnElement[bool]]) -> Knows:
    def knows(office: Office, name: str) -> bool:
        wanted = select(row.id).where(row.id == _number(name), within(sight()))
        return office.session.scalar(wanted) is not None

    return knows


def _appointment(office: Office, name: str) -> bool:
    row = AppointmentRow
    found = select(row.code).where(row.code == name, appointments_within(sight()))
    return office.session.scalar(found) is not None


def _case(office: Office, name: str) -> bool:
    row = GrievanceRow
    who = viewer(office)
    found = office.session.scalar(select(row).where(row.code == name, grievances_within(sight())))
    return found is not None and who.role not in HIDDEN_FROM and may_see(as_grievance(found), who)


def _call(office: Office, name: str) -> bool:
    found = office.session.scalar(select(CallRow).where(CallRow.sid == name, calls_within(sight())))
    return found is not None and _spoken_to(office, found.conversation)


def _callback(office: Office, name: str) -> bool:
    row = CallbackRow
    found = office.session.scalar(select(row).where(row.id == _number(name), callbacks_within(sight())))
    return found is not None and _spoken_to(office, found.conversation)


def _spoken_to(office: Office, conversation: str) -> bool:
    """Whether who spoke in a conversation may be known: a case told in it hides its teller there too."""
    who = viewer(office)
    if who.role in HIDDEN_FROM and conversation:
        told = select(GrievanceRow.id).where(GrievanceRow.conversation == conversation).limit(1)
        return office.session.scalar(told) is None
    return not hidden(office, [conversation], who)


def _ledger(office: Office, name: str) -> bool:
    row = office.session.get(LedgerRow, _number(name))
    who = viewer(office)
    if row is None:
        return False
    entry = as_entry(row)
    return ledger_sight.may_see(entry, who) and ledger_sight.sees_teller(entry, who)


def _survey_person(office: Office, name: str) -> bool:
    """People drawn are known to those who see the whole town."""
    seen = sight()
    return not seen.village and not seen.desk and office.session.get(SurveyPersonRow, _number(name)) is not None


KINDS: Mapping[str, Knows] = {
    "appointment": _appointment,
    "call": _call,
    "call_out": _by_id(CallOutRow, calls_out_within),
    "callback": _callback,
    "case": _case,
    "ledger": _ledger,
    "message": _by_id(MessageRow, messages_within),
    "resident": _by_id(ResidentRow, residents_within),
    "survey_person": _survey_person,
    "waiting": _by_id(WaitingRow, waiting_within),
}
"""By kind, as pages and looks name it: the code of an appointment or a case, the sid of a call, else the id."""
