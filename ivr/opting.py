"""“退订” and “恢复” by text: each is answered once, and the same text twice gets the same answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError

from hotline.store.tables import ReceiptRow
from hotline.store.unit_of_work import Store
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import words


def opted(store: Store, wish: tuple[str, str], receipt: str, now: datetime) -> str:
    """Does what (number, "out" or "in") asks; the answer, empty where nothing changed by it."""
    try:
        return _opted(store, wish, receipt, now)
    except IntegrityError:  # the same text, or another of that number, at the same moment
        with store.open() as office:
            done = office.records.receipt(receipt)
            if done is not None:
                return done.answer
        return _opted(store, wish, receipt, now)


def _opted(store: Store, wish: tuple[str, str], receipt: str, now: datetime) -> str:
    number, way = wish
    with store.open() as office:
        if way == "out":
            answer = words(Prompt("sms.opted_out")) if office.contact_wishes.opt_out(number, "sms", now) else ""
        else:
            answer = words(Prompt("sms.opted_in")) if office.contact_wishes.opt_in(number, now) else ""
        office.records.add(ReceiptRow(key=receipt, answer=answer, at=now))
        office.commit()
    return answer
