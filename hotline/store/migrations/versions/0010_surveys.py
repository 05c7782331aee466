"""The weekly callback: draws, people asked, answers, ratings, walk-ins, hours at which people answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_surveys()
    create_people()
    create_answers()
    create_ratings()
    create_walk_ins()


def downgrade() -> None:
    for table in ("answering_hours", "walk_ins", "ratings", "survey_answers", "survey_people", "survey_frame"):
        op.drop_table(table)
    op.drop_table("surveys")


def words(name: str, length: int, *, primary: bool = False, index: bool | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False, primary_key=primary, index=index)


def matter() -> list[sa.Column[str]]:
    """Whom a finished matter was with, and whose work it was."""
    return [words("number", 60), words("service", 40), words("place", 40), words("clerk", 40)]


def create_surveys() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("week", sa.String(8), nullable=False, unique=True),
        words("seed", 80),
        sa.Column("size", sa.Integer(), nullable=False),
        words("state", 10),
        words("made_by", 40),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_table(
        "survey_frame",
        sa.Column("survey", sa.Integer(), sa.ForeignKey("surveys.id"), primary_key=True),
        words("matter", 40, primary=True),
        *matter(),
        sa.Column("day", sa.Date(), nullable=False),
        words("stratum", 40),
        sa.Column("chance", sa.Float(), nullable=False),
        words("out", 20),
    )


def create_people() -> None:
    op.create_table(
        "survey_people",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("survey", sa.Integer(), sa.ForeignKey("surveys.id"), nullable=False),
        sa.Column("place_in_draw", sa.Integer(), nullable=False),
        words("matter", 40),
        *matter(),
        sa.Column("day", sa.Date(), nullable=False),
        words("stratum", 40),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        words("state", 10),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("call_out", sa.Integer(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        words("disposition", 5),
        words("medium", 10),
        words("conversation", 36, index=True),
        sa.Column("drawn_at", TIME, nullable=False),
        sa.Column("told_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("handed_at", TIME, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.UniqueConstraint("survey", "number"),
        sa.Index(None, "survey", "state", "due_at"),
        sa.Index(None, "number", "drawn_at"),
    )


def create_answers() -> None:
    op.create_table(
        "survey_answers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person", sa.Integer(), sa.ForeignKey("survey_people.id"), nullable=False),
        words("key", 20),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("yes", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        words("recording", 200),
        words("medium", 10),
        sa.Column("at", TIME, nullable=False),
        sa.UniqueConstraint("person", "key"),
    )


def create_ratings() -> None:
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("matter", sa.String(40), nullable=False, unique=True),
        *matter(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        words("recording", 200),
        words("medium", 10),
        words("conversation", 36),
        sa.Column("at", TIME, nullable=False, index=True),
        sa.Index(None, "number"),
    )


def create_walk_ins() -> None:
    op.create_table(
        "walk_ins",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date(), nullable=False, index=True),
        *matter(),
        sa.Column("imported_at", TIME, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
    )
    op.create_table(
        "answering_hours",
        words("number", 60, primary=True),
        words("slot", 10, primary=True),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
    )
