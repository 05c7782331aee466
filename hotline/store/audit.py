"""The audit trail on its table: sealed in the transaction that writes it, as its last step."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction, sessionmaker

from hotline.domain.audit import Head, Line, Verdict, seal, verify
from hotline.store.tables import AuditHeadRow, LookRow

_UNSEALED = "unsealed looks"
THE_HEAD = 1
AT_ONCE = 2000


def seal_at_commit(sessions: sessionmaker[Session]) -> None:
    """Whoever writes a line, it is chained before the commit: nobody has to remember to."""
    event.listen(sessions, "after_flush", _note)
    event.listen(sessions, "before_commit", _seal)
    event.listen(sessions, "after_soft_rollback", _forget)


def _note(session: Session, _flushed: UOWTransaction) -> None:
    written = [row for row in session.new if isinstance(row, LookRow)]
    if written:
        session.info.setdefault(_UNSEALED, []).extend(written)


def _seal(session: Session) -> None:
    """Takes the head and adds the lines of this transaction to the chain.

    The head is the last lock a transaction takes, so those who wait for it hold up nobody who holds it.
    """
    session.flush()
    if session.in_nested_transaction():
        return  # a savepoint is no commit: it may yet be taken back, and the head would be held too long
    rows = [
        row for row in session.info.pop(_UNSEALED, []) if row in session
    ]  # not those of a savepoint taken back
    if not rows:
        return
    head = session.get_one(AuditHeadRow, THE_HEAD, with_for_update=True, populate_existing=True)
    for row in sorted(rows, key=lambda row: row.id):
        head.place += 1
        row.place = head.place
        row.seal = head.seal = seal(head.seal, line_of(row))
    session.flush()
    session.info.pop(_UNSEALED, None)


def _forget(session: Session, ended: SessionTransaction) -> None:
    """What was noted before a savepoint outlives the savepoint: the whole transaction has to go."""
    if not ended.nested:
        session.info.pop(_UNSEALED, None)


def line_of(row: LookRow) -> Line:
    return Line(row.place or 0, row.at, row.username, row.kind, row.what, row.reason)


def head_of(session: Session) -> Head:
    row = session.get_one(AuditHeadRow, THE_HEAD)
    return Head(row.place, row.seal)


def checked(session: Session, noted: Head | None = None) -> Verdict:
    """Follows the whole chain; lines that are in the table and not in the chain break it too."""
    found = verify(_lines(session), head_of(session), noted)
    loose = session.scalar(select(func.count()).where(LookRow.place.is_(None))) or 0
    if found.whole and loose:
        return Verdict(found.lines, found.head, found.lines + 1, "extra")
    return found


def _lines(session: Session) -> Iterator[tuple[Line, str]]:
    row = LookRow
    columns = (row.place, row.at, row.username, row.kind, row.what, row.reason, row.seal)
    wanted = select(*columns).where(row.place.is_not(None)).order_by(row.place)
    for place, at, username, kind, what, reason, sealed in session.execute(wanted).yield_per(AT_ONCE):
        yield Line(place or 0, at, username, kind, what, reason), sealed
