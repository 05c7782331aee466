"""Whoever could not be reached by a call: a text where one may arrive, else a task on a person's list.

Written in the transaction that settles the last attempt, once for the reason of the call.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import or_, select

from hotline.domain.callbacks import DANGER, OPEN
from hotline.domain.calling import CallingRules
from hotline.domain.courtesy import occasion
from hotline.domain.in_vain import after_all
from hotline.domain.messages import FAILED
from hotline.store.departure import barred, is_stale
from hotline.store.tables import CallbackRow, CallOutRow, MessageRow, WaitingRow
from hotline.store.unit_of_work import Office
from hotline.store.ways import way_to

logger = logging.getLogger(__name__)

UNREACHED = "unreached"
"""Why a person rings: the machine could not get through."""
TEXT_INSTEAD = "text_instead"
"""Where the order of a call keeps the words of the text that takes its place."""
READ = "read:"
"""How the reason of a call begins that reads a text out."""
INSTEAD = "instead:"
"""How the reason of a text begins that takes the place of a call."""


def tell_otherwise(office: Office, row: CallOutRow, rules: CallingRules, now: datetime) -> None:
    """Nobody will be rung for this any more, and nobody has been reached."""
    after = after_all(row.kind)
    if row.about.startswith("offer:"):
        _pass_on(office, row, now)
    if is_stale(office, row.about) or barred(office, row.number, row.kind):
        return
    if after.text and _text(office, row, now):
        return
    if after.task:
        put_task(office, (row.reason, row.kind), (row.number, _words(office, row)), (rules, now))


def told_otherwise(office: Office, row: CallOutRow) -> bool:
    """Whether that has been done: then nobody is rung for it again."""
    texts = select(MessageRow.id).where(MessageRow.reason == _instead(row.reason))
    tasks = select(CallbackRow.id).where(CallbackRow.cause == cause_of(row.reason))
    return bool(office.session.scalars(texts).first() or office.session.scalars(tasks).first())


def put_task(
    office: Office, why: tuple[str, str], whom: tuple[str, str], by: tuple[CallingRules, datetime]
) -> bool:
    """A call-back with a clock for a call that reached nobody, once for its reason.

    `why` is the reason and the kind of the call, `whom` the number and what is to be said.
    """
    (number, text), (rules, now) = whom, by
    urgent = occasion(why[1]).priority == 0
    row = CallbackRow(
        number=number,
        reason=DANGER if urgent else UNREACHED,
        text=text,
        conversation="",
        state=OPEN,
        due_at=now if urgent else rules.person_by(now),
        created_at=now,
        cause=cause_of(why[0]),
    )
    made = office.callbacks.add_once(row)
    if made:
        logger.warning("nobody was reached: a person rings", extra={"callback": row.id, "kind": why[1]})
    return made


def cause_of(reason: str) -> str:
    return f"call:{reason}"[:80]


def _instead(reason: str) -> str:
    return f"{INSTEAD}{reason}"[:80]


def _text(office: Office, row: CallOutRow, now: datetime) -> bool:
    """Puts the text into the outbox; False where none can be had."""
    body = _body(office, row)
    too_late = row.expires_at is not None and row.expires_at <= now
    if not body or too_late or way_to(office, row.number, row.kind, "sms").by != "sms":
        return False
    office.messages.put(
        _instead(row.reason),
        row.number,
        body,
        kind=row.kind,
        about=row.about,
        channel="sms",
        expires_at=row.expires_at,
    )
    return True


def _body(office: Office, row: CallOutRow) -> str:
    """What the text would say; empty where it has been tried and did not arrive."""
    if row.given.get(TEXT_INSTEAD):
        return str(row.given[TEXT_INSTEAD])
    sent = _texts_before(office, row)
    return "" if not sent or any(one.state in ("undelivered", FAILED) for one in sent) else sent[0].body


def _texts_before(office: Office, row: CallOutRow) -> list[MessageRow]:
    """The text the call was made for, and what was sent again of it."""
    reason = row.reason.removeprefix(READ)
    mine = or_(MessageRow.reason == reason, MessageRow.reason.in_([f"{reason}+{n}" for n in range(1, 10)]))
    return list(office.session.scalars(select(MessageRow).where(mine).order_by(MessageRow.id)))


def _words(office: Office, row: CallOutRow) -> str:
    """What the person is to say; of a case as it is written, its code in figures."""
    sent = _texts_before(office, row)
    if row.given.get("text") and not (sent and row.about.startswith("case:")):
        return str(row.given["text"])
    return sent[0].body if sent else str(row.given.get(TEXT_INSTEAD, ""))


def _pass_on(office: Office, row: CallOutRow, now: datetime) -> None:
    """A number that cannot be rung at all does not keep the place from the next."""
    if row.disposition != "failed" or is_stale(office, row.about):
        return
    entry = office.session.get(WaitingRow, int(row.about.split(":")[1]), with_for_update=True)
    if entry is not None:
        entry.held_until = now
