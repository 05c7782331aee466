"""Call-backs and the attempts at reaching a person at once, on tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.domain.callbacks import OPEN, RINGING, UNFINISHED, CallBack
from hotline.store.tables import CallbackRow, CallbackStepRow, RingRow, TurnRow

_OF_DOMAIN = ("state", "owner", "tries", "next_try_at", "note", "done_at", "escalations")


class Callbacks:
    """Whom a person rings back."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: CallbackRow) -> CallbackRow:
        self._session.add(row)
        self._session.flush()
        return row

    def add_once(self, row: CallbackRow) -> bool:
        """False if there has been one for this cause (the unique cause decides)."""
        try:
            with self._session.begin_nested():
                self._session.add(row)
        except IntegrityError:
            return False
        return True

    def open_of_cause(self, cause: str) -> CallbackRow | None:
        """What was made for this cause and nobody has taken yet; held."""
        query = select(CallbackRow).where(CallbackRow.cause == cause, CallbackRow.state == OPEN)
        return self._session.scalars(query.with_for_update()).one_or_none()

    def locked(self, task: int) -> CallbackRow | None:
        """The call-back, held against everybody else until this transaction ends."""
        return self._session.scalars(
            select(CallbackRow)
            .where(CallbackRow.id == task)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()

    def unfinished_of(self, conversation: str) -> Sequence[CallbackRow]:
        """What is still to be done for one conversation, oldest first; held."""
        query = select(CallbackRow).where(
            CallbackRow.conversation == conversation, CallbackRow.state.in_(UNFINISHED)
        )
        return self._session.scalars(query.order_by(CallbackRow.id).with_for_update()).all()

    def unfinished(self) -> Sequence[CallbackRow]:
        """Everything to be done, the most pressing first."""
        query = select(CallbackRow).where(CallbackRow.state.in_(UNFINISHED))
        return self._session.scalars(query.order_by(CallbackRow.due_at, CallbackRow.id)).all()

    def all(self) -> Sequence[CallbackRow]:
        return self._session.scalars(select(CallbackRow).order_by(CallbackRow.due_at, CallbackRow.id)).all()

    def keep(self, row: CallbackRow, task: CallBack) -> None:
        for name in _OF_DOMAIN:
            setattr(row, name, getattr(task, name))

    def note_step(self, step: CallbackStepRow) -> None:
        self._session.add(step)
        self._session.flush()

    def steps(self, task: int) -> Sequence[CallbackStepRow]:
        """What was done about one, the first first."""
        query = select(CallbackStepRow).where(CallbackStepRow.callback == task).order_by(CallbackStepRow.id)
        return self._session.scalars(query).all()

    def left_ringing(self, before: datetime) -> Sequence[CallbackRow]:
        """Transfers that began so long ago that their call must be lost."""
        query = select(CallbackRow).where(CallbackRow.state == RINGING, CallbackRow.created_at <= before)
        return self._session.scalars(query.order_by(CallbackRow.id).with_for_update()).all()

    def transcripts(self, tasks: Sequence[CallbackRow]) -> dict[str, str]:
        """What was said in their recordings, by file name: the second transcript where there is one."""
        recorded = {task.recording: task.conversation for task in tasks if task.recording}
        if not recorded:
            return {}
        of_these = TurnRow.conversation.in_(set(recorded.values()))  # files have no index, conversations do
        query = select(TurnRow.audio, TurnRow.careful, TurnRow.heard).where(of_these, TurnRow.audio.in_(recorded))
        return {row[0]: row[1] or row[2] for row in self._session.execute(query)}


class Rings:
    """Attempts at connecting a caller to a person."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: RingRow) -> RingRow:
        self._session.add(row)
        self._session.flush()
        return row

    def locked(self, ring: int) -> RingRow | None:
        return self._session.scalars(
            select(RingRow).where(RingRow.id == ring).with_for_update().execution_options(populate_existing=True)
        ).one_or_none()

    def of_turn(self, conversation: str, turn: int, call: str) -> RingRow | None:
        """The attempt that was made for one turn of one call; held."""
        query = select(RingRow).where(
            RingRow.conversation == conversation, RingRow.turn == turn, RingRow.call == call
        )
        return self._session.scalars(query.with_for_update()).one_or_none()

    def all(self, conversation: str = "") -> Sequence[RingRow]:
        query = select(RingRow).order_by(RingRow.id)
        return self._session.scalars(
            query.where(RingRow.conversation == conversation) if conversation else query
        ).all()


def as_task(row: CallbackRow) -> CallBack:
    return CallBack(
        id=row.id,
        reason=row.reason,
        due_at=row.due_at,
        **{name: getattr(row, name) for name in _OF_DOMAIN},
    )
