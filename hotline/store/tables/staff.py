"""Who works here, how they come in, and what they looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.tables.base import Table


class StaffRow(Table):
    __tablename__ = "staff"
    username: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    """The desk of a clerk, as in hotline.domain.rights; empty for who has none."""
    village: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    created_at: Mapped[datetime]
    locked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Nobody comes in under this name."""
    password_until: Mapped[datetime | None]
    """A password given by an administrator: good until then, and to be changed at once. Null for one's own."""
    totp_secret: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    """Sealed (hotline/sealing.py), by username; 32 characters of base32 where an older release kept it open."""
    totp_on: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether a code is asked for; a secret that was only shown does not count yet."""
    totp_step: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    """The latest step of time whose code was taken: none is taken twice."""


class StaffSessionRow(Table):
    """Somebody's being logged in at one browser."""

    __tablename__ = "staff_sessions"
    __table_args__ = (Index(None, "username"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the token in the cookie."""
    username: Mapped[str] = mapped_column(ForeignKey("staff.username", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(String(60))
    browser: Mapped[str] = mapped_column(String(120))
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RecoveryCodeRow(Table):
    """A code to come in with when the telephone with the codes is lost; good once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "username"),)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("staff.username", ondelete="CASCADE"))
    used_at: Mapped[datetime | None]


class NoteRow(Table):
    """What somebody wrote down for themselves about a call; nobody else reads it."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "username", "done_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40))
    call: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class LookRow(Table):
    """The audit trail: who looked at which record or recording, came in, or changed something; when, and why.

    Lines are chained (hotline.domain.audit) as the transaction that writes them commits.
    """

    __tablename__ = "looks"
    __table_args__ = (Index(None, "place", unique=True), Index(None, "username", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    """Why more was shown than is shown to everybody; empty where it was not."""
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(10), default="look", server_default=text("'look'"))
    """As in hotline.domain.audit.KINDS."""
    place: Mapped[int | None] = mapped_column(Integer)
    """Its place in the chain; null only until the commit."""
    seal: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))


class AuditHeadRow(Table):
    """The end of the chain: one row, held while lines are added."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(Integer)
    seal: Mapped[str] = mapped_column(String(64))
