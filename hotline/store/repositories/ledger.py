"""The callback ledger, on tables: rows as they stand, every line that led there, proof, who was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.domain.errors import Refused
from hotline.domain.ledger.chain import digest_of
from hotline.domain.ledger.entries import OVER, Entry, Line, clocks
from hotline.domain.ledger.heard import Heard
from hotline.domain.ledger.proposals import Cue, Kind, Proposal, Told, propose, read_cues
from hotline.holidays import is_working_day
from hotline.store.tables import LedgerAlertRow, LedgerLineRow, LedgerProofRow, LedgerRow

CUES = Path(__file__).parent.parent.parent / "data" / "ledger" / "words.tsv"
_FIELDS = tuple(field.name for field in fields(Entry))
_LINE_FIELDS = tuple(field.name for field in fields(Line))


@dataclass(frozen=True)
class Sought:
    """Which rows are wanted; what is empty does not matter."""

    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    owner: str = ""
    clerk: str = ""
    place: str = ""
    open_only: bool = False
    before: int = 0
    """Only rows with a smaller id than this: the last one of the page before."""
    page: int = 50


@dataclass(frozen=True)
class Alert:
    """Somebody is told of a clock of a row."""

    reason: str
    what: str
    level: str
    told: str
    due: datetime


class Ledger:
    """The ledger of the domain, on tables."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def propose(self, heard: Heard) -> list[int]:
        """Opens a row for each kind the answer speaks for; the ids of those that are new.

        The same source makes each kind once, however often this is asked. Whose they are is settled next, by
        `Ledgerwork.assign` or within a minute by the sweep.
        """
        told = Told(heard.ratings, heard.solved, heard.remark)
        found = (self._open(heard, one) for one in propose(told, shipped_cues()))
        return [row for row in found if row is not None]

    def _open(self, heard: Heard, proposal: Proposal) -> int | None:
        call_by, due = clocks(proposal.kind, heard.answered_at, is_working_day)
        kind = str(proposal.kind)
        given = {name: getattr(heard, name) for name in _AS_HEARD}
        judged = {"confidence": proposal.confidence, "reasons": list(proposal.reasons)}
        row = LedgerRow(
            **given, **judged, kind=kind, proposed=kind, state="proposed", words=heard.remark,
            ratings=dict(heard.ratings), about=[heard.clerk] if heard.clerk else [], call_by=call_by, due=due,
            version=0,
        )  # fmt: skip
        try:
            with self._session.begin_nested():
                self._session.add(row)
                self._session.flush()
                row.confidential = as_entry(row).confidential
                opened = Line(0, "propose", "", "proposed", "machine", "", heard.answered_at, {"kind": kind})
                self._session.add(_line_row(row.id, "", opened))
        except IntegrityError:
            return None
        return row.id

    def entry(self, row: int) -> Entry | None:
        found = self._session.get(LedgerRow, row)
        return as_entry(found) if found else None

    def locked(self, row: int) -> Entry | None:
        """The row, held against everybody else until this transaction ends."""
        query = select(LedgerRow).where(LedgerRow.id == row).with_for_update()
        found = self._session.scalars(query.execution_options(populate_existing=True)).one_or_none()
        return as_entry(found) if found else None

    def keep(self, before: Entry, after: Entry, line: Line) -> Entry:
        """Keeps a move with its line. Refused("moved_meanwhile") if somebody else was quicker."""
        changed = {name: _kept(getattr(after, name)) for name in _FIELDS if name != "id"}
        query = (
            update(LedgerRow)
            .where(LedgerRow.id == before.id, LedgerRow.version == before.version)
            .values({getattr(LedgerRow, name): value for name, value in changed.items()})
            .values(confidential=after.confidential)
        )
        try:
            with self._session.begin_nested():
                result: Any = self._session.execute(query)
                if result.rowcount != 1:
                    raise Refused("moved_meanwhile")
                self._session.add(_line_row(before.id, self._last_digest(before.id), line))
        except IntegrityError as quicker:
            raise Refused("moved_meanwhile") from quicker
        return after

    def chain_anew(self, row: int) -> None:
        """Computes the chain of a row again, where what tells of a person was taken out of its lines."""
        before, line = "", LedgerLineRow
        for one in self._session.scalars(select(line).where(line.ledger == row).order_by(line.place)):
            before = one.digest = digest_of(row, before, _as_line(one))
        self._session.flush()

    def _last_digest(self, row: int) -> str:
        line = LedgerLineRow
        query = select(line.digest).where(line.ledger == row).order_by(line.place.desc()).limit(1)
        return self._session.scalars(query).first() or ""

    def history(self, row: int) -> list[tuple[Line, str]]:
        """Every line of a row with its digest, the first first."""
        query = select(LedgerLineRow).where(LedgerLineRow.ledger == row).order_by(LedgerLineRow.place)
        return [(_as_line(one), one.digest) for one in self._session.scalars(query)]

    def search(self, sought: Sought) -> list[Entry]:
        """The newest rows that fit, at most a page."""
        row = LedgerRow
        wanted: list[ColumnElement[bool]] = []
        wanted += [row.kind.in_(sought.kinds)] if sought.kinds else []
        wanted += [row.state.in_(sought.states)] if sought.states else []
        wanted += [row.state.not_in(OVER)] if sought.open_only else []
        for column in ("owner", "clerk", "place"):
            value = getattr(sought, column)
            wanted += [getattr(row, column) == value] if value else []
        wanted += [row.id < sought.before] if sought.before else []
        query = select(row).where(*wanted).order_by(row.id.desc()).limit(sought.page)
        return [as_entry(found) for found in self._session.scalars(query)]

    def answered(self, since: datetime, until: datetime) -> list[Entry]:
        """Rows of what was said in a span of time, the first first."""
        row = LedgerRow
        query = select(row).where(row.answered_at >= since, row.answered_at < until).order_by(row.id)
        return [as_entry(found) for found in self._session.scalars(query)]

    def in_state(self, state: str, *, after: int = 0, limit: int = 500) -> list[Entry]:
        """Rows in a state, in the order of their ids, a page at a time."""
        row = LedgerRow
        query = select(row).where(row.state == state, row.id > after).order_by(row.id).limit(limit)
        return [as_entry(found) for found in self._session.scalars(query)]

    def unassigned(self, *, limit: int = 500) -> list[int]:
        """Rows nobody has looked up an owner for yet."""
        row = LedgerRow
        query = select(row.id).where(row.state == "proposed", row.version == 0).order_by(row.id).limit(limit)
        return list(self._session.scalars(query))

    def late(self, now: datetime) -> Iterator[Entry]:
        """Rows of which a clock may have run out, however many."""
        row, after = LedgerRow, 0
        missed = or_(row.due < now, and_(row.call_by < now, row.state.in_(("proposed", "confirmed", "reopened"))))
        query = select(row).where(row.state.not_in((*OVER, "rectified")), missed).order_by(row.id).limit(500)
        while page := [as_entry(found) for found in self._session.scalars(query.where(row.id > after))]:
            yield from page
            after = page[-1].id

    def note_alert(self, row: int, alert: Alert, at: datetime) -> bool:
        """Writes down that somebody is told; False if they were before (the unique reason decides)."""
        try:
            with self._session.begin_nested():
                self._session.add(LedgerAlertRow(ledger=row, at=at, **vars(alert)))
        except IntegrityError:
            return False
        return True

    def attach(self, proof: LedgerProofRow) -> bool:
        """Keeps what shows that it was mended; False if the very same is there already."""
        try:
            with self._session.begin_nested():
                self._session.add(proof)
        except IntegrityError:
            return False
        return True

    def proofs(self, row: int) -> Sequence[LedgerProofRow]:
        query = select(LedgerProofRow).where(LedgerProofRow.ledger == row).order_by(LedgerProofRow.id)
        return self._session.scalars(query).all()


_AS_HEARD = ("source", "answered_at", "solved", "recording", "service", "place", "clerk", "number", "conversation")


@cache
def shipped_cues() -> tuple[Cue, ...]:
    """The words that tell what a remark is."""
    return read_cues(CUES.read_text("utf8"))


def as_entry(row: LedgerRow) -> Entry:
    found: dict[str, Any] = {name: getattr(row, name) for name in _FIELDS}
    known = {"kind": Kind(row.kind), "reasons": tuple(row.reasons), "about": tuple(row.about or ())}
    return Entry(**(found | known))


def _kept(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Kind) else value


def _as_line(row: LedgerLineRow) -> Line:
    return Line(**{name: getattr(row, name) for name in _LINE_FIELDS})


def _line_row(row: int, before: str, line: Line) -> LedgerLineRow:
    utc = {"at": line.at.astimezone(UTC), "facts": dict(line.facts)}
    given = {name: getattr(line, name) for name in _LINE_FIELDS} | utc
    return LedgerLineRow(ledger=row, digest=digest_of(row, before, line), **given)
