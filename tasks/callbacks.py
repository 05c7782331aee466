"""Call-backs that are late: the supervisor on duty is told, once a level, however often this runs."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from datetime import datetime

from hotline.callback_desk import sweep_overdue
from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.duty import IsWorkingDay, Line, Person
from hotline.domain.residents import plain_number
from hotline.holidays import is_working_day
from hotline.store.tables import CallbackRow
from hotline.store.unit_of_work import Office, Store
from ivr.clerking.hand_over import overdue_text
from tasks.workplace import workplace

log = logging.getLogger(__name__)


def sweep_callbacks() -> int:
    """The job: everything that is late by now."""
    settings = Settings.from_environment(os.environ)
    return tell_of_late(workplace().store, utc_now(), is_working_day, settings.duty_number)


def tell_of_late(store: Store, now: datetime, is_working_day: IsWorkingDay, duty_number: str = "") -> int:
    """Writes a text for each late call-back to the outbox, whose own sweep sends it; how many were late."""
    with store.open() as office:
        late = sweep_overdue(office, now)
        if late:
            roster = office.duty.roster()
            people = roster.line_up(Line.SUPERVISOR, now, is_working_day, fallback=duty_number)
            _tell(office, late, people)
        office.commit()
    return len(late)


def _tell(office: Office, late: Sequence[CallbackRow], people: Sequence[Person]) -> None:
    if not people:
        log.error("late call-backs and nobody to tell", extra={"callbacks": len(late)})
        return
    to = plain_number(people[0].number)
    for row in late:
        office.messages.put(f"overdue:{row.id}:{row.escalations}", to, overdue_text(row), kind="alert")
