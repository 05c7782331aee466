"""Whom the ledger asks and tells: the resident whether it is solved, the owner and the supervisor what is late."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import OPEN_STATES, WAITING, CallOrder
from hotline.domain.catalogue import Town
from hotline.domain.ledger.entries import Entry
from hotline.domain.numbers import Reach, reach_of
from hotline.store.departure import barred
from hotline.store.repositories.ledger import Alert
from hotline.store.tables import CallOutRow, MessageRow
from hotline.store.unit_of_work import Office
from ivr.dialogue.steps import Json, Prompt
from ivr.scripts.wording import label, words

RECHECK = "recheck"
STEP = "step"
ASK_FOR = timedelta(days=21)
"""After so long nobody is asked any more; the supervisor closes it by hand."""
ANSWER_WITHIN = timedelta(days=3)
"""So long a text is waited for."""
LONGEST_SPOKEN = 60
_ROW = re.compile(r"ledger:(\d{1,9})")


def about_row(row: int) -> str:
    return f"ledger:{row}"


def row_of(about: str) -> int | None:
    """The row that a call or a message is about; None if it is about something else."""
    found = _ROW.fullmatch(about)
    return int(found[1]) if found else None


def can_tell(office: Office, number: str) -> bool:
    """Whether the resident can be told by itself: there is a number, and they have not said no."""
    return reach_of(number) is not Reach.NOWHERE and not barred(office, number, STEP)


def tell(office: Office, entry: Entry, what: str) -> int | None:
    """One text of the outbox for one state of a row, in the way the resident has chosen."""
    if not can_tell(office, entry.number):
        return None
    text = words(Prompt(f"sms.ledger.{what}", _facts(entry)))
    reason = f"ledger:{entry.id}:{what}:{entry.version}"
    return office.messages.put(reason, entry.number, text, kind=STEP, about=about_row(entry.id))


def ask_again(office: Office, entry: Entry, now: datetime) -> int | None:
    """Has the resident asked whether it is solved: by a call, or by text where that is what they prefer."""
    if not can_tell(office, entry.number):
        return None
    if office.contact_wishes.channel(entry.number) == "sms" and reach_of(entry.number) is Reach.MOBILE:
        return ask_by_text(office, entry, now)
    order = CallOrder(
        reason=f"recheck:{entry.id}:{entry.version}",
        number=entry.number,
        kind=RECHECK,
        script=RECHECK,
        about=about_row(entry.id),
        expires_at=now + ASK_FOR,
    )
    office.calls_out.put(order, now)
    return None


def ask_by_text(office: Office, entry: Entry, now: datetime) -> int | None:
    """The same question as a text; None where the number has none, or it has been asked so before."""
    if reach_of(entry.number) is not Reach.MOBILE or barred(office, entry.number, RECHECK):
        return None
    return office.messages.put(
        f"recheck:{entry.id}:{entry.version}",
        entry.number,
        words(Prompt("sms.ledger.recheck", _facts(entry))),
        kind=RECHECK,
        channel="sms",
        about=about_row(entry.id),
        expires_at=now + ASK_FOR,
    )


def rings_still(office: Office, entry: Entry) -> bool:
    """Whether a call that asks is still to be made, or is being made."""
    asking = select(CallOutRow.id).where(
        CallOutRow.about == about_row(entry.id),
        CallOutRow.kind == RECHECK,
        CallOutRow.state.in_((WAITING, *OPEN_STATES)),
    )
    return office.session.scalars(asking.limit(1)).first() is not None


def text_waits(office: Office, entry: Entry, now: datetime) -> bool:
    """Whether a text that asks may still be answered."""
    asked = select(MessageRow.created_at).where(
        MessageRow.about == about_row(entry.id), MessageRow.kind == RECHECK
    )
    newest = office.session.scalars(asked.order_by(MessageRow.id.desc()).limit(1)).first()
    return newest is not None and now < newest + ANSWER_WITHIN


def asked_in_vain(office: Office, entry: Entry) -> bool:
    """Whether the calls are over, or there was nobody to ask: the supervisor may close it by hand."""
    return not rings_still(office, entry)


def asked_by_text(office: Office, number: str, now: datetime) -> Entry | None:
    """The row a number has been asked about by text and has not answered yet, the newest."""
    asked = select(MessageRow.about).where(
        MessageRow.to == number, MessageRow.kind == RECHECK, MessageRow.created_at > now - ANSWER_WITHIN
    )
    for about in office.session.scalars(asked.order_by(MessageRow.id.desc()).limit(5)):
        row = row_of(about)
        entry = office.ledger.entry(row) if row is not None else None
        if entry is not None and entry.state == "rectified" and entry.number == number:
            return entry
    return None


def asked_by_call(office: Office, call: CallOutRow) -> Entry | None:
    """The row a call was to ask about, if that is still to be asked of its number."""
    row = row_of(call.about)
    entry = office.ledger.entry(row) if row is not None else None
    return entry if entry is not None and entry.state == "rectified" and entry.number == call.number else None


def to_staff(office: Office, entry: Entry, alert: Alert, phone: str) -> int | None:
    """Tells the owner or the supervisor by text; nothing of who said it."""
    if not phone:
        return None
    values: dict[str, Json] = {"row": entry.id, "what": label(f"ledger.late.{alert.what}"), "owner": entry.owner}
    text = words(Prompt(f"sms.ledger.late.{alert.level}", values))
    return office.messages.put(alert.reason, phone, text, kind=STEP, about=about_row(entry.id))


def phone_of_owner(town: Town, name: str) -> str:
    """Where an owner is told, by the list of officers; empty where it has no number."""
    named = (post for post in town.officers if post.officer == name)
    return next((post.phone for post in named if post.phone), "")


def to_owner(office: Office, entry: Entry, phone: str, what: str) -> int | None:
    """Tells the owner that a problem has come, or come back, and by when a person has called."""
    if not phone or entry.call_by is None:
        return None
    values: dict[str, Json] = {"row": entry.id, "by": f"{entry.call_by.astimezone(TOWN_TIME):%Y-%m-%dT%H:%M}"}
    text = words(Prompt(f"sms.ledger.{what}", values))
    reason = f"ledger:{entry.id}:{what}:{entry.version}"
    return office.messages.put(reason, phone, text, kind=STEP, about=about_row(entry.id))


def facts_for_asking(entry: Entry) -> dict[str, Json]:
    """What a resident hears of a row: telephones are shared, so of a complaint about somebody only the day."""
    return {
        "row": entry.id,
        **_facts(entry),
        "remedy": "" if entry.confidential else entry.remedy[:LONGEST_SPOKEN],
    }


def _facts(entry: Entry) -> dict[str, Json]:
    told = entry.remedy if entry.remedy and not entry.confidential else label("ledger.mended")
    return {
        "told_on": f"{entry.answered_at.astimezone(TOWN_TIME):%Y-%m-%d}",
        "remedy": told[:LONGEST_SPOKEN],
        "reply": entry.reply,
    }
