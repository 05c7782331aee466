"""Whoever rang and was not served is rung back once: cut off before a word, or given up and not resumed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from hotline.clock import Clock, utc_now
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallOrder, ContactRules, first_moment
from hotline.domain.numbers import Reach, reach_of
from hotline.store.departure import barred
from hotline.store.in_vain import TEXT_INSTEAD
from hotline.store.tables import CallbackRow, CallRow, ConversationRow, JournalRow
from hotline.store.unit_of_work import Office, Store
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import words

SILENT_FOR = timedelta(minutes=30)
"""So long the resident may take it up again."""
NOT_AFTER = timedelta(days=1)
"""An older call is past: nobody would know what it was about."""


def plan_callbacks(store: Store, rules: ContactRules, clock: Clock = utc_now) -> int:
    """Writes down one call back for each number and day; how many."""
    now = clock()
    query = select(CallRow).where(
        CallRow.direction == "inbound",
        CallRow.number != "",
        CallRow.ended_at.between(now - NOT_AFTER, now - SILENT_FOR),
    )
    with store.open() as office:
        missed = [
            call for call in office.session.scalars(query.order_by(CallRow.ended_at)) if _unserved(office, call)
        ]
        planned = [_put(office, call, rules, now) for call in missed]
        office.commit()
    return sum(planned)


def _put(office: Office, call: CallRow, rules: ContactRules, now: datetime) -> bool:
    day = call.started_at.astimezone(TOWN_TIME).strftime("%Y%m%d")
    order = CallOrder(
        reason=f"missed:{call.number}:{day}",
        number=call.number,
        kind="missed",
        script="missed",
        given={TEXT_INSTEAD: words(Prompt("sms.missed"))},
        due_at=first_moment("missed", now, rules.calling),
        expires_at=now + 2 * NOT_AFTER,
    )
    return office.calls_out.put(order, now) is not None


def _unserved(office: Office, call: CallRow) -> bool:
    ended = call.ended_at
    if ended is None or reach_of(call.number) is Reach.NOWHERE or barred(office, call.number, "missed"):
        return False
    return not _in_touch_since(office, call, ended) and _broken_off(office, call)


def _in_touch_since(office: Office, call: CallRow, ended: datetime) -> bool:
    """Whether they rang again, wrote, or were rung."""
    rang = select(func.count()).where(CallRow.number == call.number, CallRow.started_at > ended)
    wrote = select(func.count()).where(
        ConversationRow.number == call.number,
        ConversationRow.touched_at > ended,
        ConversationRow.id != call.conversation,
    )
    return bool(office.session.scalar(rang)) or bool(office.session.scalar(wrote))


def _broken_off(office: Office, call: CallRow) -> bool:
    """Whether nothing was said, or what was begun is still open; after an errand “还有别的事吗” is no errand."""
    row = office.session.get(ConversationRow, call.conversation) if call.conversation else None
    if row is None:
        return True
    if row.call != call.sid or row.state not in ("open", "abandoned"):
        return False
    if row.state == "abandoned":
        return row.turn == 0
    back = select(func.count()).where(CallbackRow.conversation == row.id)
    done = select(func.count()).where(JournalRow.conversation == row.id, JournalRow.kind == "answered")
    served = row.open_key == "errand" and bool(office.session.scalar(done))
    return not served and not office.session.scalar(back)
