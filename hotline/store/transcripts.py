"""What was heard in each answer: by the machine in the call, by the machine again, and by the staff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.clock import Clock, utc_now
from hotline.domain.errors import Refused
from hotline.store.tables import CallbackRow, CorrectionRow, TurnRow

ELSEWHERE = "http%"
"""What the name of a recording looks like that still lies at the carrier."""


class Transcripts:
    """Second transcripts and corrections; the first transcript is never touched."""

    def __init__(self, session: Session, clock: Clock = utc_now) -> None:
        self._session = session
        self._clock = clock

    def heard_once(self, before: datetime, limit: int) -> Sequence[TurnRow]:
        """Answers with audio that nobody has transcribed again yet, the oldest first."""
        here = (TurnRow.audio != "") & TurnRow.audio.not_like(ELSEWHERE)
        waiting = select(TurnRow).where(TurnRow.careful.is_(None), here, TurnRow.at <= before)
        return self._session.scalars(waiting.order_by(TurnRow.id).limit(limit)).all()

    def left_at_carrier(self, since: datetime, limit: int) -> Sequence[TurnRow]:
        """Recordings that could not be had during the call, the oldest first: their address stands for them."""
        waiting = select(TurnRow).where(TurnRow.audio.like(ELSEWHERE), TurnRow.at >= since)
        return self._session.scalars(waiting.order_by(TurnRow.id).limit(limit)).all()

    def fetched(self, turn: int, name: str) -> None:
        """The recording lies here now, under this name, wherever its address was kept."""
        row = self._session.get(TurnRow, turn, with_for_update=True)
        if row is None or row.audio == name:
            return
        where = CallbackRow.recording == row.audio
        self._session.execute(update(CallbackRow).where(where).values(recording=name))
        row.audio = name

    def note_careful(self, turn: int, text: str) -> None:
        """Keeps a second transcript; one that is there already stays."""
        row = self._session.get(TurnRow, turn)
        if row is not None and row.careful is None:
            row.careful = text

    def correct(self, turn: int, text: str, username: str, *, seen: int | None = None) -> str | None:
        """Keeps what staff heard and gives the call of the turn; None where there is no such turn.

        `seen` is the correction they had before them (0: none). Refused("changed", text, by, at) if another is the
        latest by now.
        """
        row = self._session.get(TurnRow, turn, with_for_update=True)
        if row is None:
            return None
        last = self.latest([turn]).get(turn)
        if seen is not None and last is not None and last.id != seen:
            raise Refused("changed", text=last.text, by=last.username, at=last.at)
        self._session.add(CorrectionRow(turn=turn, text=text, username=username, at=self._clock()))
        self._session.flush()
        return row.call

    def corrections(self, call: str = "") -> dict[int, str]:
        """The latest correction by turn, of one call or of all."""
        query = select(CorrectionRow.turn, CorrectionRow.text).order_by(CorrectionRow.id)
        if call:
            query = query.join(TurnRow, TurnRow.id == CorrectionRow.turn).where(TurnRow.call == call)
        return {turn: text for turn, text in self._session.execute(query)}  # noqa: C416 -- rows are no pairs to mypy

    def latest(self, turns: Iterable[int]) -> dict[int, CorrectionRow]:
        """The correction that counts, of each of these turns that has one."""
        query = select(CorrectionRow).where(CorrectionRow.turn.in_(list(turns))).order_by(CorrectionRow.id)
        return {row.turn: row for row in self._session.scalars(query)}

    def turns(self, ids: Iterable[int]) -> Sequence[TurnRow]:
        return self._session.scalars(select(TurnRow).where(TurnRow.id.in_(list(ids))).order_by(TurnRow.id)).all()
