"""Troubles that residents write to the hotline, as they come onto the board."""

from __future__ import annotations

import re

from sqlalchemy import select

from hotline.store.tables import GrievanceRow
from hotline.store.unit_of_work import Office, Store
from tests.nine_points.handsets import Handset
from tests.nine_points.waiting import came


def writes(telephone: Handset, name: str, trouble: str, records: Store) -> str:
    """Writes it in one breath, answers what is asked, and reads the code of the case."""
    errand = f"我是{name}，我们石桥村三组{trouble}"
    telephone.wants(errand=errand, name=name, story=trouble, village="石桥村", where="三组村口", topic="路灯")
    return came(records, lambda office: _code(office, telephone.number))


def _code(office: Office, number: str) -> str | None:
    row = GrievanceRow
    told = select(row.code).where(row.number.endswith(re.sub(r"\D", "", number)[-11:]))
    return office.session.scalars(told.order_by(row.id.desc())).first()
