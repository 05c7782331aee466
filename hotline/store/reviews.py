"""Calls that staff listen to again: which are worth it, who has one open, and who has been through it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, literal_column, select
from sqlalchemy.orm import Session

from hotline.domain.errors import Refused
from hotline.store.firsts import at_once, put_firsts
from hotline.store.tables import CallReviewRow, CallRow, TurnRow

HELD = timedelta(minutes=10)
"""For so long a call somebody has opened is not put before others."""
LATELY = timedelta(days=28)
"""Older calls teach little and nobody remembers them."""
_NONE: ColumnElement[str] = literal_column("''")
"""Written out: an index on some rows is only used where the database sees that no others are asked for."""
LOOKED_THROUGH = 600
"""Answers that are looked through for calls, the least certain first."""


class Reviews:
    """The reviews of calls within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, call: str) -> CallReviewRow | None:
        return self._session.get(CallReviewRow, call)

    def open(self, call: str, username: str, now: datetime) -> CallReviewRow | None:
        """Notes who has the call before them; gives the review as it was if another opened it a moment ago."""
        row, first = self._held(call, username, now)
        if not first and row.opened_by != username and not row.reviewed_by and now - row.opened_at < HELD:
            return row
        row.opened_by, row.opened_at = username, now
        return None

    def mark(self, call: str, username: str, now: datetime, *, seconds: int, seen: int) -> CallReviewRow:
        """They have been through it. Refused("changed", by, at) if somebody else has in the meantime."""
        row, _first = self._held(call, username, now)
        if row.version != seen:
            raise Refused("changed", by=row.reviewed_by, at=row.reviewed_at)
        row.version += 1
        row.reviewed_by, row.reviewed_at, row.seconds = username, now, seconds
        self._session.flush()
        return row

    def _held(self, call: str, username: str, now: datetime) -> tuple[CallReviewRow, bool]:
        """The review of a call, begun if nobody has, against everybody else until this transaction ends."""
        fresh = {"version": 0, "opened_by": username, "opened_at": now, "reviewed_by": "", "seconds": 0}
        first = put_firsts(at_once(self._session), CallReviewRow, [{"call": call, **fresh}], "call") == 1
        query = select(CallReviewRow).where(CallReviewRow.call == call).with_for_update()
        return self._session.scalars(query.execution_options(populate_existing=True)).one(), first

    def waiting(
        self, within: ColumnElement[bool], username: str, now: datetime, limit: int
    ) -> Sequence[tuple[CallRow, float]]:
        """Calls nobody has been through and nobody else has open, with their least certain answer, that first."""
        taken = select(CallReviewRow.call).where(
            (CallReviewRow.reviewed_by != "")
            | ((CallReviewRow.opened_by != username) & (CallReviewRow.opened_at > now - HELD))
        )
        query = (
            select(TurnRow.confidence, TurnRow.call)
            .join(CallRow, CallRow.sid == TurnRow.call)
            .where(TurnRow.audio != _NONE, TurnRow.at >= now - LATELY, TurnRow.call.not_in(taken), within)
            .order_by(TurnRow.confidence, TurnRow.at.desc(), TurnRow.id)
            .limit(LOOKED_THROUGH)
        )
        least: dict[str, float] = {}
        for confidence, call in self._session.execute(query):
            least.setdefault(call, confidence)
            if len(least) == limit:
                break
        rows = {row.sid: row for row in self._session.scalars(select(CallRow).where(CallRow.sid.in_(least)))}
        return [(rows[call], confidence) for call, confidence in least.items()]
