"""How residents wish to be reached, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.store.tables import ContactWishRow


class ContactWishes:
    """Who has opted out, and who prefers a call."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def opted_out(self, number: str) -> bool:
        row = self._session.get(ContactWishRow, number)
        return row is not None and row.opted_out_at is not None

    def channel(self, number: str) -> str:
        """sms, voice, silent or empty for no preference."""
        row = self._session.get(ContactWishRow, number)
        return row.channel if row else ""

    def of(self, number: str) -> ContactWishRow | None:
        """What is known of the owner's wishes; None where nobody has said anything."""
        return self._session.get(ContactWishRow, number) if number else None

    def send_texts_to(self, number: str, other: str, now: datetime) -> None:
        """Texts for `number` go to `other` from now on; empty: to itself again. One who reads texts is not rung
        for want of a wish."""
        row = self._of(number, now)
        row.text_to, row.changed_at = other, now
        if row.channel == "voice" and other:
            row.channel = ""
        self._session.flush()

    def texted_for(self, number: str) -> Sequence[str]:
        """Whose texts go to this number."""
        query = select(ContactWishRow.number).where(ContactWishRow.text_to == number)
        return self._session.scalars(query.order_by(ContactWishRow.number)).all() if number else []

    def opt_out(self, number: str, by: str, now: datetime) -> bool:
        """Whether that is news. `by`: sms, voice, carrier or staff."""
        row = self._of(number, now)
        if row.opted_out_at is not None:
            return False
        row.opted_out_at, row.opted_out_by, row.changed_at = now, by, now
        self._session.flush()
        return True

    def opt_in(self, number: str, now: datetime) -> bool:
        """Whether that is news."""
        row = self._session.get(ContactWishRow, number, with_for_update=True)
        if row is None or row.opted_out_at is None:
            return False
        row.opted_out_at, row.opted_out_by, row.changed_at = None, "", now
        self._session.flush()
        return True

    def prefer(self, number: str, channel: str, now: datetime) -> None:
        """`channel`: sms, voice, silent or empty."""
        row = self._of(number, now)
        row.channel, row.changed_at = channel, now
        self._session.flush()

    def be_spoken_to(self, number: str, now: datetime, *, slow: bool, keypad: bool, human_first: bool) -> None:
        """How somebody likes the telephone: slowly, by keys, a person at once."""
        row = self._of(number, now)
        row.slow, row.keypad, row.human_first, row.changed_at = slow, keypad, human_first, now
        self._session.flush()

    def opt_outs(self) -> Sequence[ContactWishRow]:
        query = select(ContactWishRow).where(ContactWishRow.opted_out_at.is_not(None))
        return self._session.scalars(query.order_by(ContactWishRow.opted_out_at)).all()

    def _of(self, number: str, now: datetime) -> ContactWishRow:
        row = self._session.get(ContactWishRow, number, with_for_update=True)
        if row is None:
            row = ContactWishRow(number=number, channel="", text_to="", opted_out_by="", changed_at=now)
            self._session.add(row)
        return row
