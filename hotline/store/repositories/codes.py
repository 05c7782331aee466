"""The one set of codes that callers are told."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.store.tables import AppointmentRow, GrievanceRow


def code_in_use(session: Session, code: str) -> bool:
    """Appointments and cases share one set of codes: a caller should not need to say which it is."""
    return bool(
        session.scalar(select(AppointmentRow.id).where(AppointmentRow.code == code))
        or session.scalar(select(GrievanceRow.id).where(GrievanceRow.code == code))
    )
