"""Whose words are masked by what, and staff by their names."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext
from sqlalchemy import select

from hotline.console.unmasking import mask_for
from hotline.domain.case_life import ADMINISTRATOR, AUDITOR, Actor
from hotline.masking import Mask
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Office

WITHOUT_TELLER = (ADMINISTRATOR, AUDITOR)
"""Roles that see a case without who told it; no reason lifts that."""


def case_mask(code: str, names: Iterable[str], viewer: Actor) -> Mask:
    """The same for a case, where some roles never see who told it."""
    return Mask.over(None, names) if viewer.role in WITHOUT_TELLER else mask_for("case", code, names)


class Staff:
    """Who works here, by user name."""

    def __init__(self, office: Office) -> None:
        self._names = {row.username: row.name for row in office.session.scalars(select(StaffRow))}

    def called(self, by: str) -> str:
        """The name behind a user name, `staff:NAME`, `machine`, `resident` or `clock`."""
        who = by.removeprefix("staff:")
        if who in ("machine", "clock", ""):
            return str(gettext("系统"))
        if who == "resident":
            return str(gettext("村民本人"))
        return self._names.get(who) or who
