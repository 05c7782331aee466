"""The one set of codes that callers are told."""

from __future__ import annotations

from sqlalchemy import bindparam, select, union_all
from sqlalchemy.orm import Session

from hotline.store.tables import AppointmentRow, GrievanceRow

_IN_USE = union_all(
    select(AppointmentRow.id).where(AppointmentRow.code == bindparam("code")),
    select(GrievanceRow.id).where(GrievanceRow.code == bindparam("code")),
)


def code_in_use(session: Session, code: str) -> bool:
    """Appointments and cases share one set of codes: a caller should not need to say which it is."""
    return session.connection().execute(_IN_USE, {"code": code}).first() is not None
