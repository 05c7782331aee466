"""The life of a case: who has it, its clocks, its history, and its words to be searched by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from hotline.domain.case_text import searched_words

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
WORDS = (
    ("kind", 20, "help"),
    ("case_class", 20, "promised"),
    ("tell_by", 10, "sms"),
    ("unit", 60, ""),
    ("officer", 40, ""),
    ("deputy", 40, ""),
    ("taken_by", 40, ""),
    ("main_code", 6, ""),
)
COUNTS = (("dispatches", 0), ("granted_days", 0), ("extended_days", 0), ("tellers", 1), ("version", 0))
FLAGS = ("confidential", "supervised")
MOMENTS = ("dispatched_at", "answer_by", "answer_from", "paused_at")
INDEXES = (
    ("status", "sign_by"),
    ("status", "answer_by"),
    ("status", "paused_at"),
    ("village", "id"),
    ("topic", "id"),
    ("unit", "id"),
    ("main_code",),
)
STAFF_TOPIC = "G15"


def upgrade() -> None:
    widen_grievances()
    create_events()
    create_alerts()
    create_search()
    carry_over()


def downgrade() -> None:
    op.execute("DROP TABLE case_words")
    op.drop_table("case_alerts")
    op.drop_table("case_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION case_events_stay")
    with op.batch_alter_table("grievances") as table:
        for columns in INDEXES:
            table.drop_index(f"ix_grievances_{'_'.join(columns)}")
        for name in (*(w[0] for w in WORDS), *(c[0] for c in COUNTS), *FLAGS, *MOMENTS, "accused", "answer"):
            table.drop_column(name)


def widen_grievances() -> None:
    """Rows that are there get what a new row would have; afterwards the program says it, not the database."""
    filled: list[sa.Column[Any]] = [
        *(sa.Column(n, sa.String(size), nullable=False, server_default=value) for n, size, value in WORDS),
        *(sa.Column(n, sa.Integer, nullable=False, server_default=str(value)) for n, value in COUNTS),
        *(sa.Column(n, sa.Boolean, nullable=False, server_default=sa.false()) for n in FLAGS),
        sa.Column("accused", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("answer", sa.Text, nullable=False, server_default=""),
    ]
    with op.batch_alter_table("grievances") as table:
        for column in [*filled, *(sa.Column(name, TIME) for name in MOMENTS)]:
            table.add_column(column)
    with op.batch_alter_table("grievances") as table:
        for column in filled:
            table.alter_column(column.name, server_default=None)
        for columns in INDEXES:
            table.create_index(f"ix_grievances_{'_'.join(columns)}", list(columns))


def words(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, TIME, nullable=False)


def of_case(*, index: bool | None = None) -> sa.Column[int]:
    return sa.Column("case_id", sa.Integer, sa.ForeignKey("grievances.id"), nullable=False, index=index)


def create_events() -> None:
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer, primary_key=True),
        of_case(),
        sa.Column("place", sa.Integer, nullable=False),
        words("move", 20),
        words("came_from", 20),
        words("went_to", 20),
        words("actor", 40),
        words("role", 20),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        moment("at"),
        sa.UniqueConstraint("case_id", "place"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER case_events_stay_{change.lower()} BEFORE {change} ON case_events"
                " BEGIN SELECT RAISE(ABORT, 'the history of a case is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION case_events_stay() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the history of a case is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER case_events_stay BEFORE UPDATE OR DELETE ON case_events"
        " FOR EACH ROW EXECUTE FUNCTION case_events_stay()"
    )


def create_alerts() -> None:
    op.create_table(
        "case_alerts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reason", sa.String(80), nullable=False, unique=True),
        of_case(index=True),
        words("what", 20),
        words("level", 20),
        words("told", 40),
        moment("due"),
        moment("at"),
    )


def create_search() -> None:
    """What each database has of its own for whole words: neither needs an extension or a right."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE case_words USING fts5(words, columnsize=0)")
        return
    op.execute("CREATE TABLE case_words (id integer PRIMARY KEY, words tsvector NOT NULL)")
    op.execute("CREATE INDEX ix_case_words_words ON case_words USING gin (words)")


def carry_over() -> None:
    """Cases that are there can be found, and complaints about staff are the supervisor's from now on."""
    bind = op.get_bind()
    cases = sa.table("grievances", *map(sa.column, ("id", "code", "story", "place_told", "topic", "confidential")))
    sqlite = bind.dialect.name == "sqlite"
    put = (
        "INSERT INTO case_words (rowid, words) VALUES (:id, :words)"
        if sqlite
        else "INSERT INTO case_words (id, words) VALUES (:id, to_tsvector('simple', :words))"
    )
    query = sa.select(cases.c.id, cases.c.code, cases.c.story, cases.c.place_told)
    for row in bind.execute(query).all():
        bind.execute(sa.text(put), {"id": row.id, "words": searched_words(row.code, row.story, row.place_told)})
    bind.execute(sa.update(cases).where(cases.c.topic == STAFF_TOPIC).values(confidential=sa.true()))
