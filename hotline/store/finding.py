"""Anything of the records found by what somebody types: words, sounds, names, the end of a number, a code.

Each kind for itself, at most a page, the newest first, and only what is within sight. What is in the words of
many is looked for among the newest first, as `hotline.store.case_search` does and says why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Integer, column, func, or_, select, table, text
from sqlalchemy.orm import Session

from hotline.domain.case_life import ADMINISTRATOR, AUDITOR, Actor
from hotline.domain.case_text import phrase
from hotline.domain.discretion import visible
from hotline.domain.grievances import Grievance
from hotline.domain.ledger.entries import Entry
from hotline.domain.ledger.sight import may_see, sees_teller
from hotline.domain.rights import Sight
from hotline.domain.sounds import readings, typed
from hotline.store.case_search import WORDS_TABLE
from hotline.store.reach import appointments_within, calls_within, grievances_within, residents_within
from hotline.store.repositories.cases import as_grievance
from hotline.store.repositories.ledger import as_entry
from hotline.store.tables import (
    AppointmentRow,
    CallRow,
    GrievanceRow,
    KnownNameRow,
    KnownNumberRow,
    LedgerRow,
    ResidentRow,
    TurnRow,
)
from hotline.store.word_index import ENDING, LEDGER, TURNS

PAGE = 20
NEWEST = 20_000
"""Entries that are looked through one after the other before the index is asked (PostgreSQL)."""
MATCHES, MATCHES_OF_A_VILLAGE = 120, 1_000
"""Of the newest entries that say it, so many are looked at for whether they are within sight: of the whole town,
so that what only few of a village's people said may lie further back."""
MOST_PEOPLE = 50
LONGEST = 100
_DIGITS = re.compile(r"\d{4,20}")


@dataclass(frozen=True)
class Query:
    """What was typed, as each kind of record can be asked for it."""

    typed: str
    digits: str = ""
    words: str = ""
    beginning: bool = False
    sounds: tuple[str, ...] = ()
    letters: str = ""

    @property
    def code(self) -> str:
        return self.digits if len(self.digits) == 6 else ""

    @property
    def says(self) -> bool:
        """Whether anything is sought in what people said."""
        return bool(self.words or self.sounds)


@dataclass(frozen=True)
class Found:
    """What fits, by kind."""

    cases: Sequence[Grievance] = ()
    turns: Sequence[TurnRow] = ()
    """Of calls, each of them once: the newest turn that says it."""
    calls: Sequence[CallRow] = ()
    """Of the turns, and those of the numbers found."""
    ledger: Sequence[Entry] = ()
    appointments: Sequence[AppointmentRow] = ()
    residents: Sequence[ResidentRow] = ()
    names: frozenset[str] = field(default_factory=frozenset)


def query_of(said: str) -> Query:
    """Digits are the end of a number or a code, letters are sounds, everything else is words."""
    said = said.strip()[:LONGEST]
    plain = re.sub(r"[\s\-*]", "", said)
    if _DIGITS.fullmatch(plain) and plain.isascii():
        words, beginning = phrase(plain)
        return Query(said, digits=plain, words=words, beginning=beginning)
    if sounds := readings(said):
        return Query(said, sounds=tuple(sounds), letters=typed(said))
    words, beginning = phrase(said)
    letters = typed(said)
    initials = letters if letters.isascii() and letters.isalpha() and 2 <= len(letters) <= LONGEST else ""
    return Query(said, words=words, beginning=beginning, letters=initials)


def find(session: Session, query: Query, sight: Sight, viewer: Actor) -> Found:
    """Everything that fits; nothing for an empty query."""
    if not query.typed:
        return Found()
    names, numbers = _names(session, query), _numbers(session, query)
    turns, calls = _turns(session, query, sight), _calls(session, numbers, sight)
    return Found(
        cases=_cases(session, query, (names, numbers), (sight, viewer)),
        turns=turns,
        calls=[*calls, *_calls_of(session, turns, {call.sid for call in calls})],
        ledger=_ledger(session, query, numbers, viewer),
        appointments=_appointments(session, query, (names, numbers), sight),
        residents=_residents(session, (names, numbers), sight),
        names=frozenset(names),
    )


def _names(session: Session, query: Query) -> list[str]:
    """Names that are typed like this: in characters, by sound, by initials."""
    row = KnownNameRow
    if query.letters:
        like = row.sound.startswith(query.letters, autoescape=True)
        found = select(row.name).where(or_(like, row.initials == query.letters))
    elif not query.digits and len(query.typed) > 1:
        found = select(row.name).where(row.name.contains(query.typed, autoescape=True))
    else:
        return []
    return list(session.scalars(found.limit(MOST_PEOPLE)))


def _numbers(session: Session, query: Query) -> list[str]:
    if not query.digits:
        return []
    row = KnownNumberRow
    ends = (row.ending == query.digits[-ENDING:], row.number.endswith(query.digits, autoescape=True))
    return list(session.scalars(select(row.number).where(*ends).limit(MOST_PEOPLE)))


def _saying(session: Session, name: str, query: Query, most: int = MATCHES) -> list[int]:
    """The newest entries of an index that say it."""
    if not query.says:
        return []
    if session.get_bind().dialect.name == "sqlite":
        return _in_sqlite(session, name, query, most)
    every = table(name, column("id", Integer), column("words"))
    newest = select(every.c.id, every.c.words).order_by(every.c.id.desc()).limit(NEWEST).subquery()
    found: list[int] = []
    for among in (newest, every):
        fits = or_(*(among.c.words.op("@@")(one) for one in _tsqueries(query)))
        found = list(session.scalars(select(among.c.id).where(fits).order_by(among.c.id.desc()).limit(most)))
        if len(found) == most:
            break
    return found


def _in_sqlite(session: Session, name: str, query: Query, most: int) -> list[int]:
    said = [f"{query.words}*" if query.beginning else f'"{query.words}"'] if query.words else []
    said += [f'"{sound}"' for sound in query.sounds]
    asked = f"SELECT rowid FROM {name} WHERE {name} MATCH :said ORDER BY rowid DESC LIMIT :most"  # noqa: S608
    return list(session.scalars(text(asked), {"said": " OR ".join(said), "most": most}))


def _tsqueries(query: Query) -> list[ColumnElement[object]]:
    found: list[ColumnElement[object]] = [func.phraseto_tsquery("simple", sound) for sound in query.sounds]
    if query.beginning:
        found.append(func.to_tsquery("simple", f"{query.words}:*"))
    elif query.words:
        found.append(func.phraseto_tsquery("simple", query.words))
    return found


def _turns(session: Session, query: Query, sight: Sight) -> list[TurnRow]:
    """The newest turn of each call that says it."""
    row, most = TurnRow, MATCHES_OF_A_VILLAGE if sight.village else MATCHES
    ids = _saying(session, TURNS, query, most)
    if not ids:
        return []
    seen = select(row.id, row.call).join(CallRow, CallRow.sid == row.call)
    newest: dict[str, int] = {}
    for turn, call in session.execute(seen.where(row.id.in_(ids), calls_within(sight)).order_by(row.id.desc())):
        newest.setdefault(call, turn)
        if len(newest) == PAGE:
            break
    return list(session.scalars(select(row).where(row.id.in_(newest.values())).order_by(row.id.desc())))


def _calls(session: Session, numbers: Sequence[str], sight: Sight) -> list[CallRow]:
    if not numbers:
        return []
    row = CallRow
    query = select(row).where(row.number.in_(numbers), calls_within(sight))
    return list(session.scalars(query.order_by(row.started_at.desc()).limit(PAGE)))


def _calls_of(session: Session, turns: Sequence[TurnRow], but: set[str]) -> list[CallRow]:
    wanted = [turn.call for turn in turns if turn.call not in but]
    rows = (
        {row.sid: row for row in session.scalars(select(CallRow).where(CallRow.sid.in_(wanted)))} if wanted else {}
    )
    return [rows[sid] for sid in wanted if sid in rows]


People = tuple[Sequence[str], Sequence[str]]
"""Names and numbers."""


def _cases(session: Session, query: Query, people: People, who: tuple[Sight, Actor]) -> list[Grievance]:
    """Who may not know who told a case does not find it by them either."""
    row, (names, numbers), (sight, viewer) = GrievanceRow, people, who
    ways: list[ColumnElement[bool]] = []
    if query.code:
        ways.append(row.code == query.code)
    if ids := _saying(session, WORDS_TABLE, query):
        ways.append(row.id.in_(ids))
    if viewer.role not in (ADMINISTRATOR, AUDITOR):
        ways += [row.name.in_(names)] if names else []
        ways += [row.number.in_(numbers)] if numbers else []
    if not ways:
        return []
    found = select(row).where(grievances_within(sight), or_(*ways)).order_by(row.id.desc()).limit(2 * PAGE)
    shown = (visible(as_grievance(one), viewer) for one in session.scalars(found))
    return [case for case in shown if case is not None][:PAGE]


def _ledger(session: Session, query: Query, numbers: Sequence[str], viewer: Actor) -> list[Entry]:
    row, ids = LedgerRow, _saying(session, LEDGER, query)
    if not (ids or numbers):
        return []
    fits = or_(row.id.in_(ids), row.number.in_(numbers))
    found = session.scalars(select(row).where(fits).order_by(row.id.desc()).limit(MATCHES))
    said, shown = set(ids), (as_entry(one) for one in found)
    seen = [e for e in shown if may_see(e, viewer) and (e.id in said or sees_teller(e, viewer))]
    return seen[:PAGE]


def _appointments(session: Session, query: Query, people: People, sight: Sight) -> list[AppointmentRow]:
    row, (names, numbers) = AppointmentRow, people
    ways: list[ColumnElement[bool]] = [
        column_.in_(known) for column_, known in ((row.name, names), (row.number, numbers)) if known
    ]
    if query.code:
        ways.append(row.code == query.code)
    if not ways:
        return []
    query_ = select(row).where(appointments_within(sight), or_(*ways)).order_by(row.starts_at.desc()).limit(PAGE)
    return list(session.scalars(query_))


def _residents(session: Session, people: People, sight: Sight) -> list[ResidentRow]:
    row, (names, numbers) = ResidentRow, people
    ways = [column_.in_(known) for column_, known in ((row.name, names), (row.number, numbers)) if known]
    if not ways:
        return []
    query = select(row).where(residents_within(sight), or_(*ways)).order_by(row.id.desc()).limit(PAGE)
    return list(session.scalars(query))
