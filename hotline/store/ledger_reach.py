"""Which rows of the ledger somebody may know of, as a condition on the table."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true

from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.store.tables import LedgerRow


def rows_within(who: Actor, town: Town) -> ColumnElement[bool]:
    """The same as `hotline.domain.ledger.sight.may_see`, which looks at each row once more."""
    row, me = LedgerRow, (who.username, who.name)
    served = [*me, *(clerk.id for clerk in town.clerks.values() if clerk.name in me)]
    not_about = or_(row.clerk.not_in([name for name in served if name]), row.kind == "praise")
    if who.role == "supervisor":
        return not_about
    open_to_all = and_(not_about, row.confidential.is_(False))
    if who.role in ("administrator", "auditor"):
        return open_to_all
    own = row.owner.in_([name for name in me if name])
    village = row.village.in_(who.villages) if who.villages else false()
    praised = and_(row.kind == "praise", row.clerk.in_([name for name in served if name]))
    return or_(and_(open_to_all, or_(own, village)), praised) if who.role else true()
