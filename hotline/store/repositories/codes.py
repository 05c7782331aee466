"""The one set of codes that callers are told."""

from __future__ import annotations

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from hotline.store.tables import AppointmentRow, GrievanceRow


def code_in_use(session: Session, code: str) -> bool:
    """Appointments and cases share one set of codes: a caller should not need to say which it is."""
    either = select(AppointmentRow.id).where(AppointmentRow.code == code)
    other = select(GrievanceRow.id).where(GrievanceRow.code == code)
    return session.connection().execute(union_all(either, other)).first() is not None
