"""A second factor, sessions one can end, and the audit trail as a chain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from hotline.domain.audit import FIRST, Line, seal

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

REFUSES = "the audit trail is only added to"
STAFF = ("locked", "password_until", "totp_secret", "totp_on", "totp_step")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("staff", sa.Column("locked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("staff", sa.Column("password_until", moment))
    op.add_column("staff", sa.Column("totp_secret", sa.String(64), nullable=False, server_default=""))
    op.add_column("staff", sa.Column("totp_on", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("staff", sa.Column("totp_step", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        _whose(),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("browser", sa.String(120), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.Index(None, "username"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("digest", sa.String(64), primary_key=True),
        _whose(),
        sa.Column("used_at", moment),
        sa.Index(None, "username"),
    )
    _chain()


def _whose() -> sa.Column[Any]:
    owner = sa.ForeignKey("staff.username", ondelete="CASCADE")
    return sa.Column("username", sa.String(40), owner, nullable=False)


def _chain() -> None:
    op.add_column("looks", sa.Column("kind", sa.String(10), nullable=False, server_default="look"))
    op.add_column("looks", sa.Column("place", sa.Integer()))
    op.add_column("looks", sa.Column("seal", sa.String(64), nullable=False, server_default=""))
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    place, last = _seal_what_there_is()
    op.get_bind().execute(head.insert().values(id=1, place=place, seal=last))
    op.create_index("ix_looks_place", "looks", ["place"], unique=True)
    op.create_index("ix_looks_username_id", "looks", ["username", "id"])
    _refuse_changes()


def _seal_what_there_is() -> tuple[int, str]:
    """What was written down before there was a chain is its beginning."""
    bind = op.get_bind()
    looks = sa.table("looks", *(sa.column(name) for name in ("id", "username", "what", "reason", "place", "seal")),
                     sa.column("at", sa.DateTime(timezone=True)))  # fmt: skip
    place, last, sealed = 0, FIRST, []
    for row in bind.execute(sa.select(looks).order_by(looks.c.id)):
        place += 1
        last = seal(last, Line(place, _aware(row.at), row.username, "look", row.what, row.reason))
        sealed.append({"row": row.id, "at_place": place, "sealed": last})
    if sealed:
        changed = looks.update().where(looks.c.id == sa.bindparam("row"))
        bind.execute(changed.values(place=sa.bindparam("at_place"), seal=sa.bindparam("sealed")), sealed)
    return place, last


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _refuse_changes() -> None:
    """The database itself refuses to change a sealed line or to take one out."""
    if op.get_bind().dialect.name == "sqlite":
        sealed = {"UPDATE": " WHEN OLD.seal <> ''", "DELETE": ""}
        for change, when in sealed.items():
            op.execute(
                f"CREATE TRIGGER looks_stay_{change.lower()} BEFORE {change} ON looks{when}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSES}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION looks_stay() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN IF OLD.seal <> '' THEN RAISE EXCEPTION '{REFUSES}'; END IF;"
        " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER looks_stay BEFORE UPDATE OR DELETE ON looks FOR EACH ROW EXECUTE FUNCTION looks_stay()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER looks_stay_update")
        op.execute("DROP TRIGGER looks_stay_delete")
    else:
        op.execute("DROP TRIGGER looks_stay ON looks")
        op.execute("DROP FUNCTION looks_stay()")
    op.drop_table("audit_head")
    op.drop_index("ix_looks_place", "looks")
    op.drop_index("ix_looks_username_id", "looks")
    for name in ("seal", "place", "kind"):
        op.drop_column("looks", name)
    op.drop_table("recovery_codes")
    op.drop_table("staff_sessions")
    for name in reversed(STAFF):
        op.drop_column("staff", name)
