"""The tables of the first release."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
TABLES = (
    "residents",
    "conversations",
    "journal",
    "calls",
    "turns",
    "appointments",
    "grievances",
    "callbacks",
    "messages",
    "receipts",
    "stream_tokens",
    "staff",
    "looks",
)
"""In the order in which they come to be; constraints are named by the convention of `Table.metadata`."""


def upgrade() -> None:
    create_people()
    create_conversations()
    create_calls()
    create_appointments()
    create_grievances()
    create_callbacks()
    create_messages()
    create_edges()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def words(name: str, length: int, *, index: bool | None = None, unique: bool | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, index=index, unique=unique)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def moment(name: str, *, nullable: bool = False, index: bool | None = None) -> sa.Column[datetime]:
    return sa.Column(name, TIME, nullable=nullable, index=index)


def number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON, nullable=False)


def identity() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def create_people() -> None:
    op.create_table(
        "residents",
        identity(),
        words("number", 40, unique=True),
        words("name", 40),
        words("village", 20),
        moment("created_at"),
    )
    op.create_table(
        "staff",
        sa.Column("username", sa.String(40), primary_key=True),
        words("name", 40),
        words("role", 20),
        words("password_hash", 200),
        moment("created_at"),
    )
    op.create_table("looks", identity(), words("username", 40), words("what", 120), moment("at"))


def create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(36), primary_key=True),
        words("number", 60),
        words("script", 40),
        number("version"),
        words("state", 20),
        number("turn"),
        words("open_key", 40),
        words("surface", 10),
        words("call", 64),
        moment("opened_at"),
        moment("touched_at"),
        sa.Index(None, "number", "state"),
    )
    op.create_table(
        "journal",
        identity(),
        sa.Column("conversation", sa.String(36), sa.ForeignKey("conversations.id"), nullable=False),
        number("place"),
        words("kind", 20),
        words("key", 40),
        json("payload"),
        moment("at"),
        sa.UniqueConstraint("conversation", "place"),
    )


def create_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("sid", sa.String(64), primary_key=True),
        words("number", 60, index=True),
        words("direction", 10),
        words("status", 20),
        words("surface", 10),
        words("conversation", 36, index=True),
        moment("started_at", index=True),
        moment("ended_at", nullable=True),
        number("seconds"),
    )
    op.create_table(
        "turns",
        identity(),
        sa.Column("conversation", sa.String(36), sa.ForeignKey("conversations.id"), nullable=False, index=True),
        words("call", 64, index=True),
        words("surface", 10),
        number("turn"),
        words("key", 40),
        text("asked"),
        text("heard"),
        json("alternatives"),
        sa.Column("confidence", sa.Double, nullable=False),
        json("understood"),
        words("audio", 200),
        json("timings_ms"),
        moment("at"),
    )


def create_appointments() -> None:
    op.create_table(
        "appointments",
        identity(),
        words("code", 6, unique=True),
        words("service", 20),
        words("place", 10),
        words("desk", 40),
        moment("starts_at", index=True),
        sa.Column("held_seat", sa.Integer),
        words("name", 40),
        words("village", 20),
        words("number", 60, index=True),
        words("status", 20),
        words("name_recording", 200),
        text("note"),
        words("conversation", 36, index=True),
        moment("created_at"),
        sa.UniqueConstraint("desk", "starts_at", "held_seat"),
    )


def create_grievances() -> None:
    op.create_table(
        "grievances",
        identity(),
        words("code", 6, unique=True),
        words("topic", 20),
        text("story"),
        words("village", 20),
        words("group_no", 20),
        text("place_told"),
        words("name", 40),
        words("number", 60, index=True),
        words("callback_number", 60),
        words("urgency", 10),
        words("status", 20),
        moment("sign_by"),
        words("recording", 200),
        words("name_recording", 200),
        words("conversation", 36, index=True),
        moment("created_at"),
    )


def create_callbacks() -> None:
    op.create_table(
        "callbacks",
        identity(),
        words("number", 60),
        words("reason", 40),
        words("recording", 200),
        text("text"),
        words("conversation", 36, index=True),
        words("state", 20),
        moment("due_at"),
        moment("created_at"),
    )


def create_messages() -> None:
    op.create_table(
        "messages",
        identity(),
        words("reason", 80, unique=True),
        words("to_number", 60),
        text("body"),
        words("state", 20),
        words("sid", 64, index=True),
        number("attempts"),
        text("error"),
        moment("created_at"),
        moment("claimed_at", nullable=True),
        moment("due_at", nullable=True),
        moment("sent_at", nullable=True),
        sa.Index(None, "state", "created_at"),
    )


def create_edges() -> None:
    op.create_table("receipts", sa.Column("key", sa.String(120), primary_key=True), text("answer"), moment("at"))
    op.create_table(
        "stream_tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        words("call", 64),
        moment("issued_at"),
        moment("used_at", nullable=True),
    )
