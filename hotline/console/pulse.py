"""What has changed in the records: a few cheap numbers that grow, and the danger that has come in since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from hotline.domain.callbacks import DANGER, OPEN
from hotline.domain.case_life import Actor
from hotline.domain.discretion import may_see
from hotline.domain.rights import Sight
from hotline.store.repositories import as_grievance
from hotline.store.tables import (
    AppointmentMoveRow,
    CallbackRow,
    CallbackStepRow,
    CallRow,
    CaseEventRow,
    CorrectionRow,
    GrievanceRow,
    LedgerLineRow,
    MessageRow,
    NoteRow,
    ResidentRow,
    SurveyAnswerRow,
    TurnRow,
    WaitingRow,
)
from hotline.store.unit_of_work import Office

GROWING: Mapping[str, tuple[Any, ...]] = {
    "cases": (CaseEventRow.id,),
    "appointments": (AppointmentMoveRow.id, WaitingRow.id),
    "ledger": (LedgerLineRow.id,),
    "callbacks": (CallbackRow.id, CallbackStepRow.id),
    "calls": (CallRow.started_at, TurnRow.id),
    "corrections": (CorrectionRow.id,),
    "messages": (MessageRow.id,),
    "surveys": (SurveyAnswerRow.id,),
    "notes": (NoteRow.id,),
}
"""Each kind by columns whose largest value grows with every change; all are at the end of an index."""
OF_TODAY = frozenset({"cases", "appointments", "ledger", "callbacks", "calls", "corrections", "notes"})
"""Changes of these may change what waits for somebody."""
ALARMING = ("danger", "urgent")
LONGEST_CALL = timedelta(hours=3)
MOST_ALARMS = 20


@dataclass(frozen=True)
class Alarm:
    """Danger that has come in: a code, and what decides who may be told of it."""

    code: str
    village: str
    case: Any = None
    """The case as the domain has it; None for a call-back."""

    def concerns(self, sight: Sight, viewer: Actor) -> bool:
        if self.case is not None and not may_see(self.case, viewer):
            return False
        return not sight.village or sight.village == self.village


@dataclass(frozen=True)
class Pulse:
    """The records at one moment."""

    marks: Mapping[str, tuple[Any, ...]]
    last_case: int = 0
    last_callback: int = 0
    alarms: tuple[Alarm, ...] = field(default=())

    def changed(self, before: Pulse) -> list[str]:
        """The kinds that are otherwise than before; `today` where they may change what waits for somebody."""
        kinds = [kind for kind, mark in self.marks.items() if mark != before.marks.get(kind)]
        return [*kinds, "today"] if OF_TODAY.intersection(kinds) else kinds


def take_pulse(office: Office, before: Pulse | None, now: datetime) -> Pulse:
    """One statement for everything that grows; danger is looked for only where something has grown."""
    columns = [select(func.max(column)).scalar_subquery() for grown in GROWING.values() for column in grown]
    call, callback = CallRow, CallbackRow
    on_the_line = select(func.count()).where(call.started_at > now - LONGEST_CALL, call.ended_at.is_(None))
    waiting = select(func.count()).where(callback.state == OPEN)
    newest = (select(func.max(GrievanceRow.id)), select(func.max(callback.id)))
    found = office.session.execute(
        select(
            *columns,
            on_the_line.scalar_subquery(),
            waiting.scalar_subquery(),
            *(q.scalar_subquery() for q in newest),
        )
    ).one()
    values, marks = list(found), dict[str, tuple[Any, ...]]()
    for kind, grown in GROWING.items():
        marks[kind] = tuple(values.pop(0) for _ in grown)
    ringing, open_, case, last = values
    marks["calls"] += (ringing,)
    marks["callbacks"] += (open_,)
    pulse = Pulse(marks, case or 0, last or 0)
    alarms = _alarms(office, before, pulse) if before else ()
    return Pulse(marks, pulse.last_case, pulse.last_callback, alarms)


def _alarms(office: Office, before: Pulse, now: Pulse) -> tuple[Alarm, ...]:
    found: list[Alarm] = []
    if now.last_case > before.last_case:
        row = GrievanceRow
        new = select(row).where(row.id > before.last_case, row.urgency.in_(ALARMING)).limit(MOST_ALARMS)
        found += [Alarm(case.code, case.village, as_grievance(case)) for case in office.session.scalars(new)]
    if now.last_callback > before.last_callback:
        back = CallbackRow
        village = select(ResidentRow.village).where(ResidentRow.number == back.number).scalar_subquery()
        asked = select(back.id, village).where(back.id > before.last_callback, back.reason == DANGER)
        found += [
            Alarm(str(task), place or "") for task, place in office.session.execute(asked.limit(MOST_ALARMS))
        ]
    return tuple(found)
