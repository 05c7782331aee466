"""The callback ledger: rows, history, proof, alerts; bulletins and commendations as issued."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_ledger()
    create_lines()
    create_besides()
    create_reports()


def downgrade() -> None:
    for name in ("reports", "ledger_alerts", "ledger_proofs", "ledger_lines", "ledger"):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_lines_stay")


def words(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON, nullable=False)


def moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, TIME, nullable=False)


def of_row(*, index: bool | None = None) -> sa.Column[int]:
    return sa.Column("ledger_id", sa.Integer, sa.ForeignKey("ledger.id"), nullable=False, index=index)


def create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer, primary_key=True),
        *(words("source", 60), words("proposed", 20), words("kind", 20), words("state", 20), words("owner", 40)),
        *(text("words"), words("recording", 200), json("ratings"), sa.Column("solved", sa.Boolean)),
        *(sa.Column("confidence", sa.Float, nullable=False), json("reasons")),
        *(words("service", 40), words("place", 40), words("clerk", 40), json("about")),
        sa.Column("number", sa.String(60), nullable=False, index=True),
        *(words("conversation", 36), words("topic", 20), words("village", 20), flag("confidential")),
        *(moment("answered_at"), sa.Column("call_by", TIME), moment("due"), flag("extended")),
        *(sa.Column("runs_from", TIME), text("remedy"), text("reply")),
        sa.Column("version", sa.Integer, nullable=False),
        sa.UniqueConstraint("source", "proposed"),
        *(sa.Index(None, *columns) for columns in (("state", "call_by"), ("state", "due"))),
        *(sa.Index(None, column) for column in ("answered_at", "owner")),
    )


def create_lines() -> None:
    op.create_table(
        "ledger_lines",
        sa.Column("id", sa.Integer, primary_key=True),
        of_row(),
        sa.Column("place", sa.Integer, nullable=False),
        *(words("move", 20), words("came_from", 20), words("went_to", 20), words("who", 40), text("reason")),
        *(json("facts"), moment("at"), words("digest", 64)),
        sa.UniqueConstraint("ledger_id", "place"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER ledger_lines_stay_{change.lower()} BEFORE {change} ON ledger_lines"
                " BEGIN SELECT RAISE(ABORT, 'the history of the ledger is only added to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION ledger_lines_stay() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the history of the ledger is only added to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_lines_stay BEFORE UPDATE OR DELETE ON ledger_lines"
        " FOR EACH ROW EXECUTE FUNCTION ledger_lines_stay()"
    )


def create_besides() -> None:
    op.create_table(
        "ledger_proofs",
        sa.Column("id", sa.Integer, primary_key=True),
        of_row(),
        *(words("digest", 64), words("form", 10), sa.Column("size_bytes", sa.Integer, nullable=False)),
        *(words("name", 120), words("who", 40), moment("at")),
        sa.UniqueConstraint("ledger_id", "digest"),
    )
    op.create_table(
        "ledger_alerts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reason", sa.String(80), nullable=False, unique=True),
        of_row(index=True),
        *(words("what", 20), words("level", 20), words("told", 40), moment("due"), moment("at")),
    )


def create_reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer, primary_key=True),
        *(words("kind", 20), words("period", 10)),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("year", "serial")),
        *(json("figures"), moment("made_at"), words("confirmed_by", 40), sa.Column("confirmed_at", TIME)),
        json("chosen"),
        sa.UniqueConstraint("kind", "period"),
        sa.UniqueConstraint("kind", "year", "serial"),
    )
