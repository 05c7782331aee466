"""The casebook of the domain, on tables: cases as they stand, and every step that led there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.clock import Clock, utc_now
from hotline.domain.case_life import ACCEPTED, DISPATCHED, OPEN, RETURNED, THE_MACHINE, UNDER_WAY, Actor
from hotline.domain.case_moves import Event, Moved, accepted
from hotline.domain.discretion import is_confidential, visible
from hotline.domain.errors import Refused
from hotline.domain.escalation import Alert, earliest_wait
from hotline.domain.grievances import Grievance, Told
from hotline.store.case_search import Sought, index_words, search
from hotline.store.repositories import codes
from hotline.store.tables import CaseAlertRow, CaseEventRow, GrievanceRow

_FIELDS = tuple(field.name for field in fields(Grievance))
_EVENT_FIELDS = tuple(field.name for field in fields(Event))


class Grievances:
    """The casebook of the domain, on tables."""

    def __init__(self, session: Session, clock: Clock = utc_now) -> None:
        self._session = session
        self._clock = clock

    def add(
        self,
        told: Told,
        *,
        code: str,
        sign_by: datetime,
        conversation: str,
        answer_by: datetime | None = None,
        answer_from: datetime | None = None,
        accused: Sequence[str] = (),
        by: Actor = THE_MACHINE,
    ) -> Grievance:
        """Keeps a case with the first row of its history. Refused("known") for a reference that is there."""
        row = GrievanceRow(
            **vars(told),
            code=code,
            sign_by=sign_by,
            answer_by=answer_by,
            answer_from=answer_from,
            conversation=conversation,
            status=ACCEPTED,
            confidential=is_confidential(told.kind, told.topic),
            accused=list(accused),
            created_at=answer_from or self._clock(),
        )
        self._first_of_its_reference(row)
        case = as_grievance(row)
        self._session.add(_event_row(row.id, accepted(case, by)))
        index_words(self._session, case)
        return case

    def _first_of_its_reference(self, row: GrievanceRow) -> None:
        """Two clerks may type in the same letter at once: the index decides."""
        if row.reference is None:
            self._session.add(row)
            self._session.flush()
            return
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError as other:
            raise Refused("known", reference=row.reference) from other

    def code_in_use(self, code: str) -> bool:
        return codes.code_in_use(self._session, code)

    def by_code(self, code: str) -> Grievance | None:
        row = self._session.scalars(select(GrievanceRow).where(GrievanceRow.code == code)).one_or_none()
        return as_grievance(row) if row else None

    def by_number(self, number: str) -> list[Grievance]:
        """Every case told from a number, the newest first; none for a withheld one."""
        if not number:
            return []
        query = select(GrievanceRow).where(GrievanceRow.number == number).order_by(GrievanceRow.id.desc())
        return [as_grievance(row) for row in self._session.scalars(query)]

    def all(self) -> list[Grievance]:
        return [as_grievance(row) for row in self._session.scalars(select(GrievanceRow).order_by(GrievanceRow.id))]

    def search(self, sought: Sought, viewer: Actor) -> list[Grievance]:
        """The newest cases that fit, as the viewer may see them; at most a page."""
        found = (visible(as_grievance(row), viewer) for row in search(self._session, sought, viewer))
        return [case for case in found if case is not None]

    def keep(self, moved: Moved) -> Grievance:
        """Keeps a move with its row of history. Refused("moved_meanwhile") if somebody else was quicker."""
        after, before = moved.after, moved.before
        changed = {name: _kept(getattr(after, name)) for name in _FIELDS if name not in ("id", "code")}
        query = (
            update(GrievanceRow)
            .where(GrievanceRow.id == before.id, GrievanceRow.version == before.version)
            .values({getattr(GrievanceRow, name): value for name, value in changed.items()})
        )
        try:
            with self._session.begin_nested():
                result: Any = self._session.execute(query)
                if result.rowcount != 1:
                    raise Refused("moved_meanwhile")
                self._session.add(_event_row(before.id, moved.event))
        except IntegrityError as quicker:
            raise Refused("moved_meanwhile") from quicker
        if after.answer != before.answer:
            index_words(self._session, after)
        return after

    def history(self, case: int) -> list[Event]:
        """Every step of a case, the first first."""
        query = select(CaseEventRow).where(CaseEventRow.case == case).order_by(CaseEventRow.place)
        return [Event(**{n: getattr(row, n) for n in _EVENT_FIELDS}) for row in self._session.scalars(query)]

    def merged_into(self, code: str) -> list[Grievance]:
        """The repeats that have joined a case."""
        query = select(GrievanceRow).where(GrievanceRow.main == code).order_by(GrievanceRow.id)
        return [as_grievance(row) for row in self._session.scalars(query)]

    def near(self, case: Grievance, span: timedelta, most: int) -> list[Grievance]:
        """Open cases told within a span before and after this one that may be of the same village, as secret
        as it is; at most so many before and after, those next to it in time. Its repeats are among them."""
        row = GrievanceRow
        alike = [row.status.in_(OPEN), row.confidential.is_(case.confidential)]
        if case.village:
            alike.append(row.village.in_((case.village, "")))
        query = select(row).where(*alike, row.created_at.between(case.created_at - span, case.created_at + span))
        before = query.where(row.id < case.id).order_by(row.id.desc()).limit(most)
        after = query.where(row.id > case.id).order_by(row.id).limit(most)
        return [as_grievance(found) for side in (before, after) for found in self._session.scalars(side)]

    def late(self, now: datetime, *, after: int = 0, limit: int = 500) -> list[Grievance]:
        """Cases of which a clock has run out, in the order of their ids, a page at a time."""
        row = GrievanceRow
        unsigned = row.status.in_((ACCEPTED, DISPATCHED, RETURNED)) & (row.sign_by <= now)
        unanswered = row.status.in_(UNDER_WAY) & row.paused_at.is_(None) & (row.answer_by <= now)
        waiting = row.status.in_(UNDER_WAY) & (row.paused_at <= earliest_wait(now))
        query = select(row).where(or_(unsigned, unanswered, waiting), row.id > after).order_by(row.id).limit(limit)
        return [as_grievance(found) for found in self._session.scalars(query)]

    def every_late(self, now: datetime) -> Iterator[Grievance]:
        """All of them, however many."""
        after = 0
        while page := self.late(now, after=after):
            yield from page
            after = page[-1].id

    def standing_since(self, states: Sequence[str], until: datetime, limit: int = 200) -> list[str]:
        """Codes of cases in one of these states that last moved at or before `until`, the oldest first."""
        row, event = GrievanceRow, CaseEventRow
        last = (event.case == row.id) & (event.place == row.version)
        query = select(row.code).join(event, last).where(row.status.in_(states), event.at <= until)
        return list(self._session.scalars(query.order_by(row.id).limit(limit)))

    def note_alert(self, case: Grievance, alert: Alert, *, told: str, at: datetime) -> bool:
        """Writes down that somebody is told; False if they were before (the unique reason decides)."""
        row = CaseAlertRow(
            reason=alert.reason, case=case.id, what=alert.what, level=alert.level, told=told, due=alert.due, at=at
        )
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return False
        return True


def as_grievance(row: GrievanceRow) -> Grievance:
    found: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    return Grievance(**(found | {"accused": tuple(row.accused)}))


def _kept(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _event_row(case: int, event: Event) -> CaseEventRow:
    given = {name: getattr(event, name) for name in _EVENT_FIELDS}
    return CaseEventRow(case=case, **(given | {"facts": dict(event.facts), "at": event.at.astimezone(UTC)}))
