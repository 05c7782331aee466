"""One person's data: all of it in one file for them, or erased at their wish. Console and commands share it.

Kept of whom is erased: that something was asked for, when, in which village and what became of it (figures, the
archive of cases and the ledger), on a pseudonym. Not erased: who looked at what, and why (the audit trail has
no names). What the office still owes somebody is done or called off first.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hotline.config import Settings
from hotline.domain.appointments import ARRIVED, BOOKED, OFFERED
from hotline.domain.callbacks import UNFINISHED
from hotline.domain.case_life import OPEN, Actor
from hotline.domain.catalogue import Town
from hotline.domain.discretion import may_see
from hotline.domain.errors import Refused
from hotline.store.erasure import forget, leave_no_trace
from hotline.store.person import Person, person_of
from hotline.store.repositories import as_grievance
from hotline.store.tables import (
    AppointmentRow,
    CallbackRow,
    CaseEventRow,
    ConversationRow,
    CorrectionRow,
    ErasureRow,
    GrievanceRow,
    LookRow,
    ResidentRow,
    RingRow,
    Table,
    TurnRow,
)
from hotline.store.unit_of_work import Office, Store

LEAST_REASON = 4
"""Characters of a reason that says something."""
NOT_THEIRS: Mapping[type[Table], tuple[str, ...]] = {RingRow: ("number",)}
"""Columns that are about staff."""


@dataclass(frozen=True)
class Asked:
    """Who does it, why, and when."""

    username: str
    reason: str
    now: datetime


@dataclass(frozen=True)
class Kept:
    """Where the person's files lie, and the lists of the town, whose staff may be called the same."""

    settings: Settings
    town: Town


@dataclass(frozen=True)
class Erased:
    """What came of it."""

    pseudonym: str
    counts: dict[str, int]
    files: int


def owed(person: Person, now: datetime) -> list[tuple[str, str]]:
    """What the office still owes the person: (appointment, case or callback; its code or number)."""
    rows = person.rows
    found = [("case", row.code) for row in rows.get(GrievanceRow, []) if row.status in OPEN]
    found += [
        ("appointment", row.code)
        for row in rows.get(AppointmentRow, [])
        if row.status == ARRIVED or (row.status in (BOOKED, OFFERED) and row.starts_at > now)
    ]
    found += [("callback", str(row.id)) for row in rows.get(CallbackRow, []) if row.state in UNFINISHED]
    return found


def export(office: Office, number: str, asked: Asked, *, viewer: Actor | None, recordings: Path) -> bytes:
    """Everything of the person as a ZIP: one JSON file a table, and the recordings. The look is written down.

    What the viewer may not know of (confidential matters) is left out, and the file says so; without a viewer,
    nothing is. Refused: unknown, no_reason.
    """
    _check(asked)
    person = person_of(office.session, number)
    if not any(person.rows.values()):
        raise Refused("unknown")
    shown, left_out = shown_to(person, viewer)
    _look(office, person, asked, "exported")
    return _zipped(shown, left_out, asked.now, recordings)


def shown_to(person: Person, viewer: Actor | None) -> tuple[Person, int]:
    """The person without the matters the viewer may not know of, and how many those are."""
    if viewer is None:
        return person, 0
    secret = [row for row in person.rows.get(GrievanceRow, []) if not may_see(as_grievance(row), viewer)]
    if not secret:
        return person, 0
    codes, ids = {row.code for row in secret}, {row.id for row in secret}
    talks = {row.conversation for row in secret if row.conversation}
    turns = {row.id for row in person.rows.get(TurnRow, []) if row.conversation in talks}
    kept: dict[Any, list[Any]] = {}
    for table, rows in person.rows.items():
        kept[table] = [
            row
            for row in rows
            if not (table is GrievanceRow and row.id in ids)
            and not (table is CaseEventRow and row.case in ids)
            and not (table is CorrectionRow and row.turn in turns)
            and not (table is ConversationRow and row.id in talks)
            and getattr(row, "conversation", None) not in talks
            and not _tells_of(row, codes)
        ]
    return Person(person.number, person.names, kept), len(secret)


def _tells_of(row: Any, codes: set[str]) -> bool:
    """Whether a message, a call out or a call-back is about one of these matters."""
    said = " ".join(str(getattr(row, name, "")) for name in ("reason", "about", "text"))
    return any(code in said for code in codes)


def _zipped(person: Person, left_out: int, now: datetime, recordings: Path) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        about = {"made_at": now.isoformat(), "tables": {}, "matters_left_out": left_out}
        for table, rows in person.rows.items():
            if not rows:
                continue
            hidden = NOT_THEIRS.get(table, ())
            views = [_view(row, hidden) for row in rows]
            about["tables"][table.__tablename__] = len(views)  # type: ignore[index]
            archive.writestr(f"{table.__tablename__}.json", json.dumps(views, ensure_ascii=False, indent=1))
        archive.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1))
        for path in _paths(person.files(), recordings):
            archive.write(path, f"recordings/{path.relative_to(recordings.resolve())}")
    return made.getvalue()


def _view(row: Any, hidden: Iterable[str]) -> dict[str, Any]:
    names = (column.key for column in row.__mapper__.column_attrs)
    return {name: _plain(getattr(row, name)) for name in names if name not in hidden}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def erase(store: Store, number: str, asked: Asked, kept: Kept) -> Erased:
    """Takes the person out of the records and removes their recordings; on record is that it was done, not who.

    Refused: unknown, no_reason, owed (`what`).
    """
    _check(asked)
    with store.open() as office:
        person = person_of(office.session, number)
        if not any(person.rows.values()):
            raise Refused("unknown")
        if still := owed(person, asked.now):
            raise Refused("owed", what=", ".join(f"{kind} {code}" for kind, code in still))
        files = person.files()
        _look(office, person, asked, "erased")
        pseudonym, counts = forget(office.session, person, besides=_staff(kept.town))
        row = ErasureRow(pseudonym=pseudonym, username=asked.username, at=asked.now, counts=counts, files=files)
        row.reason = _plainly(asked.reason, person)
        office.session.add(row)
        office.commit()
    finish(store, kept.settings.recordings)
    for path in (kept.settings.learnt, kept.settings.confusions):
        _forget_lines(path, person)
    leave_no_trace(store.engine)
    return Erased(pseudonym, counts, len(files))


def finish(store: Store, recordings: Path) -> None:
    """Removes the files of erasures that were cut short; run again, it does nothing."""
    with store.open() as office:
        rows = [row for row in office.session.scalars(select(ErasureRow)) if row.files]
        for row in rows:
            for path in _paths(row.files, recordings):
                path.unlink(missing_ok=True)
            row.files = []
        office.commit()


def _staff(town: Town) -> frozenset[str]:
    """Names of who works for the town, by its lists: a resident may be called the same."""
    named = {clerk.name for clerk in town.clerks.values()}
    return frozenset(named | {name for post in town.officers for name in (post.officer, post.deputy)})


def _forget_lines(path: Path, person: Person) -> None:
    """Takes out of what was learnt from calls every line that has their name or number."""
    if not path.is_file():
        return
    lines = path.read_text("utf8").splitlines(keepends=True)
    said = [text for text in (*person.names, person.number) if len(text) > 1]
    kept = [line for line in lines if not any(text in line for text in said)]
    if kept != lines:
        path.write_text("".join(kept), "utf8")


def _paths(files: Iterable[str], recordings: Path) -> list[Path]:
    """Those that are there; no name leads out of the folder."""
    folder = recordings.resolve()
    found = ((folder / name).resolve() for name in files)
    return [path for path in found if path.is_relative_to(folder) and path.is_file()]


def _check(asked: Asked) -> None:
    if len(asked.reason.strip()) < LEAST_REASON:
        raise Refused("no_reason")


def _look(office: Office, person: Person, asked: Asked, what: str) -> None:
    known = person.rows.get(ResidentRow, [])
    whom = f"resident {known[0].id}" if known else "somebody not known by name"
    reason = _plainly(asked.reason, person)
    office.note(LookRow(username=asked.username, what=f"{what} {whom}", reason=reason, at=asked.now))


def _plainly(reason: str, person: Person) -> str:
    """A reason without who it was about."""
    for said in (*person.names, person.number):
        reason = reason.replace(said, "＊＊") if len(said) > 1 else reason
    return reason.strip()[:500]
