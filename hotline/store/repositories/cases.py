"""The casebook of the domain, on tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import utc_now
from hotline.domain.grievances import Grievance, Told
from hotline.store.repositories import codes
from hotline.store.tables import GrievanceRow


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
        return codes.code_in_use(self._session, code)

    def by_code(self, code: str) -> Grievance | None:
        row = self._session.scalars(select(GrievanceRow).where(GrievanceRow.code == code)).one_or_none()
        return as_grievance(row) if row else None

    def all(self) -> list[Grievance]:
        return [as_grievance(row) for row in self._session.scalars(select(GrievanceRow).order_by(GrievanceRow.id))]


def as_grievance(row: GrievanceRow) -> Grievance:
    fields: dict[str, Any] = {name: getattr(row, name) for name in Grievance.__dataclass_fields__}
    return Grievance(**fields)
