"""What the domain and the desk ask of the tables, in their own words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.clock import utc_now
from hotline.domain.appointments import Appointment, Wanted, desk_of
from hotline.domain.calendar import Place
from hotline.domain.grievances import Grievance, Told
from hotline.store.tables import (
    AppointmentRow,
    CallbackRow,
    CallRow,
    ConversationRow,
    GrievanceRow,
    JournalRow,
    MessageRow,
    ReceiptRow,
    ResidentRow,
    StreamTokenRow,
    TurnRow,
)


class Conversations:
    """Conversations and their journals."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def locked(self, conversation: str) -> ConversationRow | None:
        """The conversation, held against every other turn until this transaction ends."""
        query = select(ConversationRow).where(ConversationRow.id == conversation).with_for_update()
        return self._session.scalars(query).one_or_none()

    def open_for(self, number: str, since: datetime) -> ConversationRow | None:
        """The number's own unfinished conversation, if it was touched recently enough to go on with."""
        query = (
            select(ConversationRow)
            .where(ConversationRow.number == number, ConversationRow.state == "open")
            .where(ConversationRow.touched_at >= since)
            .order_by(ConversationRow.touched_at.desc())
            .limit(1)
            .with_for_update()
        )
        return self._session.scalars(query).one_or_none()

    def add(self, row: ConversationRow) -> None:
        self._session.add(row)
        self._session.flush()

    def journal(self, conversation: str) -> Sequence[JournalRow]:
        query = select(JournalRow).where(JournalRow.conversation == conversation).order_by(JournalRow.place)
        return self._session.scalars(query).all()

    def append(self, entries: Sequence[JournalRow]) -> None:
        self._session.add_all(entries)
        self._session.flush()


class Appointments:
    """The diary of the domain, on tables."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def taken(self, desk: str, since: datetime, until: datetime) -> dict[datetime, int]:
        row = AppointmentRow
        query = (
            select(row.starts_at, func.count())
            .where(row.desk == desk, row.starts_at.between(since, until), row.held_seat.is_not(None))
            .group_by(row.starts_at)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def hold(self, desk: str, starts_at: datetime, seats: int) -> int | None:
        query = select(AppointmentRow.held_seat).where(
            AppointmentRow.desk == desk,
            AppointmentRow.starts_at == starts_at,
            AppointmentRow.held_seat.is_not(None),
        )
        held = set(self._session.scalars(query))
        return next((seat for seat in range(seats) if seat not in held), None)

    def add(self, wanted: Wanted, *, code: str, seat: int, conversation: str) -> Appointment | None:
        """Keeps it; None if somebody took the seat in the same instant (the unique index decides)."""
        row = AppointmentRow(
            code=code,
            service=wanted.service,
            place=str(wanted.place),
            desk=desk_of(wanted.place, wanted.village),
            starts_at=wanted.starts_at,
            held_seat=seat,
            name=wanted.name,
            village=wanted.village,
            number=wanted.number,
            name_recording=wanted.name_recording,
            note=wanted.note,
            conversation=conversation,
            status="booked",
            created_at=utc_now(),
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return None
        return as_appointment(row)

    def code_in_use(self, code: str) -> bool:
        return _code_in_use(self._session, code)

    def all(self) -> list[Appointment]:
        rows = self._session.scalars(select(AppointmentRow).order_by(AppointmentRow.starts_at))
        return [as_appointment(row) for row in rows]


class Grievances:
    """The casebook of the domain, on tables."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, told: Told, *, code: str, sign_by: datetime, conversation: str) -> Grievance:
        row = GrievanceRow(
            **vars(told),
            code=code,
            sign_by=sign_by,
            conversation=conversation,
            status="accepted",
            created_at=utc_now(),
        )
        self._session.add(row)
        self._session.flush()
        return as_grievance(row)

    def code_in_use(self, code: str) -> bool:
        return _code_in_use(self._session, code)

    def by_code(self, code: str) -> Grievance | None:
        row = self._session.scalars(select(GrievanceRow).where(GrievanceRow.code == code)).one_or_none()
        return as_grievance(row) if row else None

    def all(self) -> list[Grievance]:
        return [as_grievance(row) for row in self._session.scalars(select(GrievanceRow).order_by(GrievanceRow.id))]


class Messages:
    """The outbox."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, reason: str, to: str, body: str) -> int | None:
        """Queues a message once per reason; None if that reason has been dealt with before."""
        row = MessageRow(reason=reason, to=to, body=body, created_at=utc_now(), state="waiting")
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return None
        return row.id

    def locked(self, message: int) -> MessageRow | None:
        return self._session.get(MessageRow, message, with_for_update=True)

    def by_sid(self, sid: str) -> MessageRow | None:
        query = select(MessageRow).where(MessageRow.sid == sid).with_for_update()
        return self._session.scalars(query).one_or_none()

    def waiting(self, limit: int = 200) -> list[int]:
        query = select(MessageRow.id).where(MessageRow.state == "waiting").order_by(MessageRow.id).limit(limit)
        return list(self._session.scalars(query))


class Records:
    """Calls, turns, residents, call-backs, receipts: what is kept beside the conversation itself."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def call(self, sid: str) -> CallRow | None:
        return self._session.get(CallRow, sid)

    def resident(self, number: str) -> ResidentRow | None:
        return self._session.scalars(select(ResidentRow).where(ResidentRow.number == number)).one_or_none()

    def know_resident(self, number: str, *, name: str = "", village: str = "") -> ResidentRow:
        """The resident of a number, with what has been newly learned of them."""
        row = self.resident(number)
        if row is None:
            row = ResidentRow(number=number, created_at=utc_now(), name="", village="")
            self._session.add(row)
        row.name = name or row.name
        row.village = village or row.village
        self._session.flush()
        return row

    def add(self, row: CallRow | TurnRow | CallbackRow | ReceiptRow | StreamTokenRow) -> None:
        self._session.add(row)
        self._session.flush()

    def receipt(self, key: str) -> ReceiptRow | None:
        return self._session.get(ReceiptRow, key)

    def use_token(self, digest: str, now: datetime, good_for: timedelta) -> str | None:
        """The call a stream token was issued for, the first time it is shown within its time."""
        row = self._session.get(StreamTokenRow, digest, with_for_update=True)
        if row is None or row.used_at is not None or now - row.issued_at > good_for:
            return None
        row.used_at = now
        return row.call

    def turns_of(self, call: str) -> Sequence[TurnRow]:
        return self._session.scalars(select(TurnRow).where(TurnRow.call == call).order_by(TurnRow.id)).all()

    def calls(self, limit: int = 1000) -> Sequence[CallRow]:
        return self._session.scalars(select(CallRow).order_by(CallRow.started_at.desc()).limit(limit)).all()

    def residents(self) -> Sequence[ResidentRow]:
        return self._session.scalars(select(ResidentRow).order_by(ResidentRow.id)).all()


def _code_in_use(session: Session, code: str) -> bool:
    """Appointments and cases share one set of codes: a caller should not need to say which it is."""
    return bool(
        session.scalar(select(AppointmentRow.id).where(AppointmentRow.code == code))
        or session.scalar(select(GrievanceRow.id).where(GrievanceRow.code == code))
    )


def as_appointment(row: AppointmentRow) -> Appointment:
    return Appointment(
        row.id,
        row.code,
        row.service,
        Place(row.place),
        row.starts_at,
        row.name,
        row.village,
        row.number,
        row.status,
        row.held_seat if row.held_seat is not None else -1,
        row.conversation,
        row.created_at,
        row.name_recording,
        row.note,
    )


def as_grievance(row: GrievanceRow) -> Grievance:
    fields: dict[str, Any] = {name: getattr(row, name) for name in Grievance.__dataclass_fields__}
    return Grievance(**fields)
