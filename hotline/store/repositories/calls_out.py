"""Calls to be made, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.domain.calling import OPEN_STATES, WAITING, WITHDRAWN, CallOrder
from hotline.domain.courtesy import occasion
from hotline.store.firsts import at_once, put_first
from hotline.store.leaving import note_call
from hotline.store.tables import CallOutRow, GateRow

NAME = "call-"
"""An attempt's name where the carrier keeps it for us: call-17."""


class CallsOut:
    """Every attempt at every call the office makes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, order: CallOrder, now: datetime, attempt: int = 1) -> int | None:
        """Writes an attempt down, to be made when it is due; None if that attempt is on record already."""
        values: dict[str, Any] = {
            "reason": order.reason,
            "attempt": attempt,
            "number": order.number,
            "kind": order.kind,
            "priority": occasion(order.kind).priority,
            "script": order.script,
            "given": dict(order.given),
            "about": order.about,
            "state": WAITING,
            "created_at": now,
            "due_at": order.due_at or now,
            "expires_at": order.expires_at,
        }
        call = put_first(at_once(self._session), CallOutRow, values)
        if call is not None and values["due_at"] <= now:
            note_call(self._session, call)
        return call

    def locked(self, call: int) -> CallOutRow | None:
        return self._session.get(CallOutRow, call, with_for_update=True)

    def numbered(self, name: str) -> int | None:
        """Which attempt a carrier names to us; None for a name we never gave."""
        digits = name.removeprefix(NAME)
        ours = name.startswith(NAME) and digits.isascii() and digits.isdigit() and len(digits) < 10
        return int(digits) if ours else None

    def named(self, name: str) -> CallOutRow | None:
        """The attempt of that name, held."""
        call = self.numbered(name)
        return None if call is None else self.locked(call)

    def by_sid(self, sid: str) -> CallOutRow | None:
        if not sid:
            return None
        return self._session.scalars(select(CallOutRow).where(CallOutRow.sid == sid).limit(1)).one_or_none()

    def known_sids(self, sids: Sequence[str]) -> set[str]:
        return set(self._session.scalars(select(CallOutRow.sid).where(CallOutRow.sid.in_(sids))))

    def asked_since(self, reason: str, since: datetime) -> bool:
        """Whether the carrier was asked for this reason since then."""
        query = select(func.count()).where(CallOutRow.reason == reason, CallOutRow.asked_at >= since)
        return bool(self._session.scalar(query))

    def on_the_line(self, number: str) -> bool:
        """Whether a call of ours to that number is under way."""
        query = select(func.count()).where(CallOutRow.number == number, CallOutRow.state.in_(OPEN_STATES))
        return bool(self._session.scalar(query))

    def word_left(self, reason: str) -> bool:
        """Whether a machine has been told to ring back about this."""
        query = select(func.count()).where(CallOutRow.reason == reason, CallOutRow.left_word.is_(True))
        return bool(self._session.scalar(query))

    def withdraw(self, about: str, *, kind: str) -> int:
        """Takes back what still waits of this kind about this; how many."""
        waiting = (CallOutRow.about == about, CallOutRow.kind == kind, CallOutRow.state == WAITING)
        found = list(self._session.scalars(select(CallOutRow.id).where(*waiting).with_for_update()))
        if found:
            self._session.execute(update(CallOutRow).where(CallOutRow.id.in_(found)).values(state=WITHDRAWN))
        return len(found)

    def latest(self, limit: int = 1000) -> Sequence[CallOutRow]:
        return self._session.scalars(select(CallOutRow).order_by(CallOutRow.id.desc()).limit(limit)).all()

    def gate(self) -> GateRow:
        """The door calls leave through, held until this transaction ends. Taken before any attempt is."""
        query = select(GateRow).where(GateRow.id == 1).with_for_update()
        row = self._session.scalars(query).one_or_none()
        if row is not None:
            return row
        try:
            with self._session.begin_nested():
                self._session.add(GateRow(id=1, paused=False, recent=[]))
        except IntegrityError:
            pass  # somebody else has just put it up
        return self._session.scalars(query).one()
