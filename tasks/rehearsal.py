"""What most jobs do, done once before a worker forks them, and taken back.

A job that has to put together first how the records are asked does so with the one writer's place of SQLite in its
hand: 60 to 120 ms for which everybody else waits, and the caller on the line too. What is known before the fork is
known after it.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallOrder, ContactRules
from hotline.domain.messages import SENDING
from hotline.store import ringing
from hotline.store.delivery import take_sid
from hotline.store.departure import held_back
from hotline.store.ringing import Told
from hotline.store.unit_of_work import Office
from tasks.workplace import records

logger = logging.getLogger(__name__)

NOBODY = "13800000000"
"""No number is rung or written to: the transaction is never kept."""
MORNING = datetime(2100, 1, 6, 10, tzinfo=TOWN_TIME)
"""Within calling hours, and after whatever the gate waits for."""
_ANY = ContactRules()


def rehearse(url: str) -> None:
    """A call and a text from their writing to their end, without a trace; no connection is left open.

    Where the records are away, the jobs themselves find that out.
    """
    store = records(url)
    try:
        with store.open() as office:
            _ring(office)
            _write(office)
    except SQLAlchemyError:
        logger.warning("the records are away: the first jobs take longer", exc_info=True)
    finally:
        store.close()


def _ring(office: Office) -> None:
    call = office.calls_out.put(CallOrder("rehearsal", NOBODY, "asked", ""), MORNING)
    if call is None:
        return
    ringing.take_leave(office, call, _ANY.calling, MORNING)
    office.session.flush()
    for status in ("queued", "no-answer"):
        ringing.report(office, call, Told("CA-rehearsal", status), (_ANY.calling, MORNING))
        office.session.flush()


def _write(office: Office) -> None:
    message = office.messages.put("rehearsal", NOBODY, "好")
    row = office.messages.locked(message) if message is not None else None
    if row is None or held_back(office, row, _ANY, MORNING):
        return
    row.state, row.attempts, row.claimed_at = SENDING, row.attempts + 1, MORNING
    office.session.flush()
    take_sid(office, row, "SM-rehearsal")
    office.session.flush()
