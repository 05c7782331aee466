"""What was heard in each answer: by the machine in the call, by the machine again, and by the staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.clock import utc_now
from hotline.store.tables import CorrectionRow, TurnRow


class Transcripts:
    """Second transcripts and corrections; the first transcript is never touched."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def heard_once(self, before: datetime, limit: int) -> Sequence[TurnRow]:
        """Answers with audio that nobody has transcribed again yet, the oldest first."""
        waiting = select(TurnRow).where(TurnRow.careful.is_(None), TurnRow.audio != "", TurnRow.at <= before)
        return self._session.scalars(waiting.order_by(TurnRow.id).limit(limit)).all()

    def note_careful(self, turn: int, text: str) -> None:
        """Keeps a second transcript; one that is there already stays."""
        row = self._session.get(TurnRow, turn)
        if row is not None and row.careful is None:
            row.careful = text

    def correct(self, turn: int, text: str, username: str) -> str | None:
        """Keeps what staff heard and gives the call of the turn; None where there is no such turn."""
        row = self._session.get(TurnRow, turn)
        if row is None:
            return None
        self._session.add(CorrectionRow(turn=turn, text=text, username=username, at=utc_now()))
        self._session.flush()
        return row.call

    def corrections(self, call: str = "") -> dict[int, str]:
        """The latest correction by turn, of one call or of all."""
        query = select(CorrectionRow.turn, CorrectionRow.text).order_by(CorrectionRow.id)
        if call:
            query = query.join(TurnRow, TurnRow.id == CorrectionRow.turn).where(TurnRow.call == call)
        return {turn: text for turn, text in self._session.execute(query)}  # noqa: C416 -- rows are no pairs to mypy

    def turns(self, ids: Iterable[int]) -> Sequence[TurnRow]:
        return self._session.scalars(select(TurnRow).where(TurnRow.id.in_(list(ids))).order_by(TurnRow.id)).all()
