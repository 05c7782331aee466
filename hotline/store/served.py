"""Everybody served in a week, whatever brought them: appointments done, cases closed, walk-ins."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.domain.appointments import DONE
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.case_life import ARCHIVED, AT_ONCE, CLOSED
from hotline.domain.surveys.frame import Served
from hotline.store.tables import AppointmentRow, CaseEventRow, GrievanceRow, WalkInRow

_SERVED_CASE = (CLOSED, AT_ONCE)


def served_between(session: Session, first: date, last: date) -> list[Served]:
    """One for each finished matter of these days, both included, town time."""
    begin = datetime.combine(first, time(), TOWN_TIME)
    end = datetime.combine(last + timedelta(days=1), time(), TOWN_TIME)
    found = [*_appointments(session, begin, end), *_cases(session, begin, end), *_walk_ins(session, first, last)]
    return [one for one, _ in found]


def confidential_between(session: Session, first: date, last: date) -> frozenset[str]:
    """Ids of the matters of these days nobody is rung about: no telephone is told who reported somebody."""
    begin = datetime.combine(first, time(), TOWN_TIME)
    end = datetime.combine(last + timedelta(days=1), time(), TOWN_TIME)
    return frozenset(one.id for one, confidential in _cases(session, begin, end) if confidential)


def served_matter(session: Session, matter: str) -> Served | None:
    """One finished matter by its id; None if there is none, or it is not finished, or confidential."""
    kind, _, code = matter.partition(":")
    if kind == "appointment":
        row = session.scalars(select(AppointmentRow).where(AppointmentRow.code == code)).one_or_none()
        return _of_appointment(row) if row is not None and row.status == DONE else None
    if kind == "case":
        case = session.scalars(select(GrievanceRow).where(GrievanceRow.code == code)).one_or_none()
        if case is None or case.confidential or case.status not in (*_SERVED_CASE, ARCHIVED):
            return None
        return _of_case(case, _closed_at(session, case))
    return None


def latest_matter(session: Session, number: str, since: datetime) -> Served | None:
    """What this number had finished last, if that is not longer ago than `since`."""
    done = select(AppointmentRow).where(
        AppointmentRow.number == number, AppointmentRow.status == DONE, AppointmentRow.starts_at >= since
    )
    appointment = session.scalars(done.order_by(AppointmentRow.starts_at.desc()).limit(1)).first()
    closed = (
        select(GrievanceRow, CaseEventRow.at)
        .join(CaseEventRow, CaseEventRow.case == GrievanceRow.id)
        .where(
            GrievanceRow.number == number,
            GrievanceRow.confidential.is_(False),
            GrievanceRow.status.in_((*_SERVED_CASE, ARCHIVED)),
            CaseEventRow.went_to.in_(_SERVED_CASE),
            CaseEventRow.at >= since,
        )
    )
    case = session.execute(closed.order_by(CaseEventRow.at.desc()).limit(1)).first()
    found = [(appointment.starts_at, _of_appointment(appointment))] if appointment is not None else []
    found += [(case[1], _of_case(case[0], case[1]))] if case is not None else []
    return max(found, key=lambda one: one[0])[1] if found else None


def _appointments(session: Session, begin: datetime, end: datetime) -> list[tuple[Served, bool]]:
    row = AppointmentRow
    query = select(row.code, row.number, row.service, row.place, row.desk, row.clerk, row.starts_at).where(
        row.status == DONE, row.starts_at >= begin, row.starts_at < end
    )
    return [
        (Served(f"appointment:{code}", number, service, _place(place, desk), clerk, _day(at)), False)
        for code, number, service, place, desk, clerk, at in session.execute(query)
    ]


def _cases(session: Session, begin: datetime, end: datetime) -> list[tuple[Served, bool]]:
    """Those still closed that were closed in these days for the last time."""
    last_closed = func.max(CaseEventRow.at).label("closed_at")
    closed = (
        select(CaseEventRow.case.label("closed_case"), last_closed)
        .where(CaseEventRow.went_to.in_(_SERVED_CASE))
        .group_by(CaseEventRow.case)
        .having(last_closed >= begin, last_closed < end)
        .subquery()
    )
    query = (
        select(GrievanceRow, closed.c.closed_at)
        .join(closed, closed.c.closed_case == GrievanceRow.id)
        .where(GrievanceRow.status.in_((*_SERVED_CASE, ARCHIVED)))
    )
    return [(_of_case(row, at), row.confidential) for row, at in session.execute(query)]


def _walk_ins(session: Session, first: date, last: date) -> list[tuple[Served, bool]]:
    row = WalkInRow
    query = select(row.id, row.number, row.service, row.place, row.clerk, row.day).where(
        row.day >= first, row.day <= last
    )
    return [(Served(f"walk-in:{one.id}", *one[1:]), False) for one in session.execute(query)]


def _closed_at(session: Session, case: GrievanceRow) -> datetime:
    query = select(func.max(CaseEventRow.at)).where(
        CaseEventRow.case == case.id, CaseEventRow.went_to.in_(_SERVED_CASE)
    )
    return session.scalar(query) or case.created_at


def _of_appointment(row: AppointmentRow) -> Served:
    place = _place(row.place, row.desk)
    return Served(f"appointment:{row.code}", row.number, row.service, place, row.clerk, _day(row.starts_at))


def _of_case(row: GrievanceRow, closed: datetime) -> Served:
    number = row.callback_number or row.number
    return Served(f"case:{row.code}", number, row.topic, row.village, row.taken_by or row.officer, _day(closed))


def _place(place: str, desk: str) -> str:
    """Each village station is a place of its own."""
    return desk if place == Place.VILLAGE and desk else place


def _day(at: datetime) -> date:
    return at.astimezone(TOWN_TIME).date()
