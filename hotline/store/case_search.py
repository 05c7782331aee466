"""Cases found by what is written in them, and listed by what they are: newest first, a page at a time.

Each database does it with what it has of its own (SQLite's FTS5, PostgreSQL's tsvector with GIN), on words made of
neighbouring characters (`hotline.domain.case_text`), for neither knows where a Chinese word ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, column, func, or_, select, table, text, true
from sqlalchemy.orm import Session

from hotline.domain.case_life import MACHINE, SUPERVISOR, VILLAGE, Actor
from hotline.domain.case_text import phrase, searched_words
from hotline.domain.grievances import Grievance
from hotline.store.tables import GrievanceRow

PAGE = 50
LONGEST_PAGE = 500
NEWEST = 20_000
"""Cases that are looked through one after the other before the index is asked (PostgreSQL)."""
WORDS_TABLE = "case_words"
"""With its index no part of the models: the two databases make it each in their own way."""


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
    fits = (*_filters(sought), _may_know(viewer), *within)
    if not sought.text:
        return _page(session, sought, select(GrievanceRow).where(*fits), GrievanceRow.id.expression)
    words, beginning = phrase(sought.text)
    if not words:
        return []
    if _is_sqlite(session):
        query, number = _told(words, beginning=beginning)
        return _page(session, sought, query.where(*fits), number)  # newest first already: nothing to sort
    found: Sequence[GrievanceRow] = ()
    for among in (_newest(sought), _EVERY):
        found = _page(session, sought, _said(among, words, beginning=beginning).where(*fits), _NUMBER)
        if len(found) == _size(sought):
            return found
    return found


def count(session: Session, sought: Sought, viewer: Actor, *within: ColumnElement[bool]) -> int:
    """How many there are in all of what `search` gives in pages."""
    query = select(GrievanceRow)
    if sought.text:
        words, beginning = phrase(sought.text)
        if not words:
            return 0
        on_sqlite = _is_sqlite(session)
        query = _told(words, beginning=beginning)[0] if on_sqlite else _said(_EVERY, words, beginning=beginning)
    fits = query.where(*_filters(sought), _may_know(viewer), *within)
    return session.scalar(select(func.count()).select_from(fits.subquery())) or 0


_NUMBER = GrievanceRow.id.expression
_EVERY = table(WORDS_TABLE, column("id", Integer), column("words"))
"""On PostgreSQL."""


def _told(words: str, *, beginning: bool) -> tuple[Select[Any], ColumnElement[Any]]:
    """Cases that say it, on SQLite; and the column that has them in order."""
    found = table(WORDS_TABLE, column("rowid"), column("words"))
    said = text(f"{WORDS_TABLE} MATCH :said").bindparams(said=f"{words}*" if beginning else f'"{words}"')
    query = select(GrievanceRow).join(found, found.c.rowid == GrievanceRow.id).where(said)
    return query, found.c.rowid


def _said(among: Any, words: str, *, beginning: bool) -> Select[Any]:
    """Cases that say it, on PostgreSQL."""
    said = func.to_tsquery("simple", f"{words}:*") if beginning else func.phraseto_tsquery("simple", words)
    return select(GrievanceRow).join(among, among.c.id == GrievanceRow.id).where(among.c.words.op("@@")(said))


def _newest(sought: Sought) -> Any:
    """First among the newest, one after the other: what many cases say fills a page there, and its index would
    hand over all of them to be sorted. What few say is found by the index."""
    newest = select(_EVERY.c.id, _EVERY.c.words).order_by(_EVERY.c.id.desc()).limit(NEWEST)
    if sought.before:
        newest = newest.where(_EVERY.c.id < sought.before)
    return newest.subquery()


def _page(
    session: Session, sought: Sought, query: Select[Any], number: ColumnElement[Any]
) -> Sequence[GrievanceRow]:
    if sought.before:
        query = query.where(number < sought.before)
    return session.scalars(query.order_by(number.desc()).limit(_size(sought))).all()


def _size(sought: Sought) -> int:
    return max(1, min(sought.page, LONGEST_PAGE))


def index_words(session: Session, case: Grievance) -> None:
    """Makes a case be found by its code, its story, its place and its answer; not by who told it."""
    words = searched_words(case.code, case.story, case.where, case.answer)
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
