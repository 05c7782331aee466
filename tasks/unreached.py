"""Texts that took the place of a call and did not arrive either: a person rings, once for each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from hotline.clock import Clock, utc_now
from hotline.domain.calling import ContactRules
from hotline.domain.in_vain import after_all
from hotline.domain.messages import FAILED, UNSURE
from hotline.store.in_vain import INSTEAD, put_task
from hotline.store.tables import CallbackRow, MessageRow
from hotline.store.unit_of_work import Office, Store

MOST_AT_ONCE = 200


def hand_to_people(store: Store, rules: ContactRules, clock: Clock = utc_now) -> int:
    """Puts one task for each on the list of call-backs; how many."""
    row, now = MessageRow, clock()
    cause = func.substr("call:" + func.substr(row.reason, len(INSTEAD) + 1), 1, 80)
    there = select(CallbackRow.id).where(CallbackRow.cause == cause)
    lost = select(row).where(
        row.reason.startswith(INSTEAD), row.state.in_(("undelivered", FAILED, UNSURE)), ~there.exists()
    )
    with store.open() as office:
        found = list(office.session.scalars(lost.order_by(row.id).limit(MOST_AT_ONCE)))
        made = [_put(office, one, rules, now) for one in found if after_all(one.kind).task]
        office.commit()
    return sum(made)


def _put(office: Office, row: MessageRow, rules: ContactRules, now: datetime) -> bool:
    reason = row.reason.removeprefix(INSTEAD)
    return put_task(office, (reason, row.kind), (row.to, row.body), (rules.calling, now))
