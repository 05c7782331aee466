"""What was said is found, by characters and by sound; people by name, sound and the end of a number."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from hotline.domain.case_text import searched_words
from hotline.domain.sounds import sound_of, sound_words

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT_ONCE = 1000
TABLES = ("turn_words", "ledger_words")
NAMED = ("residents", "appointments", "grievances")
NUMBERED = (*NAMED, "calls", "ledger")


def upgrade() -> None:
    op.create_table(
        "known_names",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("sound", sa.String(240), nullable=False),
        sa.Column("initials", sa.String(40), nullable=False),
    )
    op.create_table(
        "known_numbers",
        sa.Column("number", sa.String(60), primary_key=True),
        sa.Column("ending", sa.String(4), nullable=False),
        sa.Index(None, "ending"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("username", sa.String(40), nullable=False),
        sa.Column("call", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.Index(None, "username", "done_at"),
        sa.Index(None, "call"),
    )
    for table in NAMED:
        op.create_index(op.f(f"ix_{table}_name"), table, ["name"])
    for table in TABLES:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"CREATE VIRTUAL TABLE {table} USING fts5(words, columnsize=0)")
        else:
            op.execute(f"CREATE TABLE {table} (id integer PRIMARY KEY, words tsvector NOT NULL)")
            op.execute(f"CREATE INDEX ix_{table}_words ON {table} USING gin (words)")
    carry_over()


def carry_over() -> None:
    """What is there already can be found from now on; cases by their sound too."""
    for row in _rows("SELECT id, heard, careful FROM turns"):
        _put("turn_words", row.id, row.heard, row.careful or "", *_corrected(row.id))
    for row in _rows("SELECT id, words FROM ledger"):
        _put("ledger_words", row.id, row.words)
    for row in _rows("SELECT id, code, story, place_told, answer FROM grievances"):
        op.get_bind().execute(sa.text(f"DELETE FROM case_words WHERE {_key()} = :id"), {"id": row.id})  # noqa: S608
        _put("case_words", row.id, row.code, row.story, row.place_told, row.answer)
    names = sa.table("known_names", *map(sa.column, ("name", "sound", "initials")))
    numbers = sa.table("known_numbers", *map(sa.column, ("number", "ending")))
    for name in _every("name", NAMED):
        sound, initials = sound_of(name)
        op.get_bind().execute(names.insert(), {"name": name, "sound": sound, "initials": initials})
    for number in _every("number", NUMBERED):
        if len(number) >= 4 and number.isascii():
            op.get_bind().execute(numbers.insert(), {"number": number, "ending": number[-4:]})


def _rows(query: str) -> Iterator[sa.Row[tuple[object, ...]]]:
    yield from op.get_bind().execute(sa.text(query)).all()


def _every(column: str, tables: tuple[str, ...]) -> list[str]:
    union = " UNION ".join(f"SELECT {column} FROM {table}" for table in tables)  # noqa: S608 -- names of ours
    return [str(row[0]) for row in _rows(union) if row[0]]


def _corrected(turn: int) -> list[str]:
    latest = sa.text("SELECT text FROM corrections WHERE turn = :turn ORDER BY id DESC LIMIT 1")
    return [row.text for row in op.get_bind().execute(latest, {"turn": turn})]


def _put(table: str, row: int, *texts: str) -> None:
    value = ":words" if _key() == "rowid" else "to_tsvector('simple', :words)"
    told = list(dict.fromkeys(text for text in texts if text))
    words = f"{searched_words(*told)} {sound_words(*told)}"
    put = f"INSERT INTO {table} ({_key()}, words) VALUES (:id, {value})"  # noqa: S608 -- names of ours
    op.get_bind().execute(sa.text(put), {"id": row, "words": words})


def _key() -> str:
    return "rowid" if op.get_bind().dialect.name == "sqlite" else "id"


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    for table in NAMED:
        op.drop_index(op.f(f"ix_{table}_name"), table)
    op.drop_table("notes")
    op.drop_table("known_numbers")
    op.drop_table("known_names")
