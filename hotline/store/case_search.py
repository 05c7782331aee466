"""Cases found by what is written in them, and listed by what they are: newest first, a page at a time.

Each database does it with what it has of its own (SQLite's FTS5, PostgreSQL's tsvector with GIN), on words made of
neighbouring characters (`hotline.domain.case_text`), for neither knows where a Chinese word ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    column,
    func,
    literal,
    or_,
    select,
    table,
    text,
    true,
)
from sqlalchemy.orm import Session

from hotline.domain.case_life import MACHINE, SUPERVISOR, VILLAGE, Actor
from hotline.domain.case_text import phrase, searched_words
from hotline.domain.grievances import Grievance
from hotline.domain.sounds import sound_words
from hotline.store.tables import GrievanceRow

PAGE = 50
LONGEST_PAGE = 500
NEWEST = 20_000
"""Cases that are looked through one after the other before the index is asked (PostgreSQL)."""
FEW = 1_000
"""Cases that are rather looked at one by one than asked of the index."""
WORDS_TABLE = "case_words"
"""With its index no part of the models: the two databases make it each in their own way."""
_ID: ColumnElement[Any] = GrievanceRow.id.expression


@dataclass(frozen=True)
class Sought:
    """Which cases are wanted; what is empty does not matter."""

    text: str = ""
    statuses: tuple[str, ...] = ()
    kind: str = ""
    topic: str = ""
    village: str = ""
    unit: str = ""
    urgency: str = ""
    supervised: bool = False
    before: int = 0
    """Only cases with a smaller id than this: the last one of the page before."""
    page: int = PAGE


def search(
    session: Session, sought: Sought, viewer: Actor, *within: ColumnElement[bool]
) -> Sequence[GrievanceRow]:
    """The newest cases that fit and that the viewer may know of, at most a page; only those `within` too."""
    wanted = Wanted(sought, viewer, within)
    if not sought.text:
        return _page(session, select(GrievanceRow), wanted, _ID)
    said = phrase(sought.text)
    if not said[0]:
        return []
    few = _few(session, wanted)
    if _is_sqlite(session):
        return _in_sqlite(session, wanted, said, few)
    return _in_postgres(session, wanted, said, few)


def count(session: Session, sought: Sought, viewer: Actor, *within: ColumnElement[bool]) -> int:
    """How many there are in all of what `search` gives in pages."""
    query = select(GrievanceRow)
    if sought.text:
        said = phrase(sought.text)
        if not said[0]:
            return 0
        query = _matching(said)[0] if _is_sqlite(session) else _saying(_EVERY, said)
    fits = query.where(*Wanted(sought, viewer, within).fits())
    return session.scalar(select(func.count()).select_from(fits.subquery())) or 0


@dataclass(frozen=True)
class Wanted:
    """Which cases, for whom, and within what else."""

    sought: Sought
    viewer: Actor
    within: tuple[ColumnElement[bool], ...] = ()

    def fits(self) -> list[ColumnElement[bool]]:
        return [*_filters(self.sought), *self.within, _may_know(self.viewer)]


Said = tuple[str, bool]
"""As `hotline.domain.case_text.phrase` gives it."""
_EVERY = table(WORDS_TABLE, column("id", Integer), column("words"))
"""On PostgreSQL."""


def _few(session: Session, wanted: Wanted) -> Sequence[int] | None:
    """The cases the filters leave, where they leave few: what is said in each is then looked at, however many
    others say it. None where they leave many, or there are no filters.
    """
    if not (_filters(wanted.sought) or wanted.within):
        return None
    found = session.scalars(_newest(select(GrievanceRow.id), wanted, _ID).limit(FEW + 1)).all()
    return found if len(found) <= FEW else None


def _in_sqlite(session: Session, wanted: Wanted, said: Said, few: Sequence[int] | None) -> Sequence[GrievanceRow]:
    if few is None:
        query, number = _matching(said)
        return _page(session, query, wanted, number)
    words, beginning = said
    every = table(WORDS_TABLE, column("rowid"), column("words", String))
    run = f" {words}" if beginning else f" {words} "
    told = func.instr(literal(" ") + every.c.words + literal(" "), run) > 0
    query = select(GrievanceRow).join(every, every.c.rowid == GrievanceRow.id)
    return _page(session, query.where(GrievanceRow.id.in_(few), told), wanted, _ID)


def _in_postgres(
    session: Session, wanted: Wanted, said: Said, few: Sequence[int] | None
) -> Sequence[GrievanceRow]:
    """First among few, or the newest, one after the other: what many cases say fills a page there, and its index
    would hand over all of them to be sorted. What few say is found by the index. (A LIMIT keeps PostgreSQL from
    asking the index after all: it takes what is said in a third of all cases for rare, for it is long.)
    """
    some = select(_EVERY.c.id, _EVERY.c.words)
    newest = some.order_by(_EVERY.c.id.desc()).limit(NEWEST)
    if wanted.sought.before:
        newest = newest.where(_EVERY.c.id < wanted.sought.before)
    places: Sequence[FromClause] = (newest.subquery(), _EVERY)
    if few is not None:
        places = (some.where(_EVERY.c.id.in_(few)).limit(FEW).subquery(),)
    found: Sequence[GrievanceRow] = ()
    for among in places:
        found = _page(session, _saying(among, said), wanted, _ID)
        if len(found) == _size(wanted.sought):
            return found
    return found


def _matching(said: Said) -> tuple[Select[Any], ColumnElement[Any]]:
    """Cases that say it, by SQLite's index, and the column that has them in order."""
    words, beginning = said
    every = table(WORDS_TABLE, column("rowid"), column("words", String))
    match = text(f"{WORDS_TABLE} MATCH :said").bindparams(said=f"{words}*" if beginning else f'"{words}"')
    query = select(GrievanceRow).join(every, every.c.rowid == GrievanceRow.id).where(match)
    return query, every.c.rowid  # newest first already: nothing to sort


def _saying(among: Any, said: Said) -> Select[Any]:
    """Cases that say it, on PostgreSQL."""
    words, beginning = said
    fits = func.to_tsquery("simple", f"{words}:*") if beginning else func.phraseto_tsquery("simple", words)
    return select(GrievanceRow).join(among, among.c.id == GrievanceRow.id).where(among.c.words.op("@@")(fits))


def _page(
    session: Session, query: Select[Any], wanted: Wanted, number: ColumnElement[Any]
) -> Sequence[GrievanceRow]:
    return session.scalars(_newest(query, wanted, number).limit(_size(wanted.sought))).all()


def _newest(query: Select[Any], wanted: Wanted, number: ColumnElement[Any]) -> Select[Any]:
    """What fits and may be known, the newest first."""
    if wanted.sought.before:
        query = query.where(number < wanted.sought.before)
    return query.where(*wanted.fits()).order_by(number.desc())


def _size(sought: Sought) -> int:
    return max(1, min(sought.page, LONGEST_PAGE))


def index_words(session: Session, case: Grievance) -> None:
    """Makes a case be found by its code, its story, its place and its answer; not by who told it."""
    told = (case.code, case.story, case.where, case.answer)
    words = f"{searched_words(*told)} {sound_words(*told)}"
    given = {"id": case.id, "words": words}
    session.execute(text(f"DELETE FROM {WORDS_TABLE} WHERE {_key(session)} = :id"), {"id": case.id})  # noqa: S608
    value = ":words" if _is_sqlite(session) else "to_tsvector('simple', :words)"
    put = f"INSERT INTO {WORDS_TABLE} ({_key(session)}, words) VALUES (:id, {value})"  # noqa: S608
    session.execute(text(put), given)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _key(session: Session) -> str:
    return "rowid" if _is_sqlite(session) else "id"


def _filters(sought: Sought) -> list[ColumnElement[bool]]:
    row = GrievanceRow
    by: dict[Any, str] = {
        row.kind: sought.kind,
        row.topic: sought.topic,
        row.village: sought.village,
        row.unit: sought.unit,
        row.urgency: sought.urgency,
    }
    found = [column_ == value for column_, value in by.items() if value]
    if sought.statuses:
        found.append(row.status.in_(sought.statuses))
    if sought.supervised:
        found.append(row.supervised.is_(True))
    return found


def _may_know(viewer: Actor) -> ColumnElement[bool]:
    """What `discretion.may_see` says, as far as a page must not be filled with what is then left out."""
    row = GrievanceRow
    if viewer.role == MACHINE:
        return true()
    known: ColumnElement[bool] = true()
    if viewer.role != SUPERVISOR:
        known = row.confidential.is_(False)
    if viewer.role == VILLAGE:
        mine = [name for name in (viewer.name, viewer.username) if name]
        held = or_(row.officer.in_(mine), row.deputy.in_(mine), row.taken_by.in_(mine))
        known = known & or_(row.village.in_(viewer.villages), held)
    return known
