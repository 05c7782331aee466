"""What is done with those who work here: taken on, given a place, locked out, given a password. Raises Refused."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import select

from hotline.domain.audit import STAFF
from hotline.domain.calendar import Place
from hotline.domain.catalogue import Town
from hotline.domain.errors import Refused
from hotline.domain.rights import ROLES, STATION
from hotline.store.staff_sessions import StaffSessions
from hotline.store.tables import LookRow, StaffRow
from hotline.store.unit_of_work import Office

ADMINISTRATOR = "administrator"
GOOD_FOR = timedelta(days=3)
"""A password somebody is given is good for so long, and for setting one's own only."""
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike when read out."""
LONGEST_NAME = 40


@dataclass(frozen=True)
class Part:
    """What somebody does here."""

    name: str
    role: str
    place: str
    village: str


class StaffMoves:
    """One administrator's moves in one transaction, each a line of the audit trail."""

    def __init__(self, office: Office, town: Town, by: str, now: datetime) -> None:
        self._office = office
        self._town = town
        self._by = by
        self._now = now

    def add(self, username: str, part: Part, hasher: PasswordHasher) -> str:
        """Somebody new; the password to tell them. Refused: bad_username, known_username, and as `change`."""
        if not username.isascii() or not username.isidentifier() or len(username) > LONGEST_NAME:
            raise Refused("bad_username")
        if self._office.session.get(StaffRow, username) is not None:
            raise Refused("known_username")
        self._check(part)
        password = one_time_password()
        self._office.session.add(
            StaffRow(
                username=username, **vars(part), password_hash=hasher.hash(password), created_at=self._now,
                password_until=self._now + GOOD_FOR,
            )
        )  # fmt: skip
        self._note(username, f"added as {_said(part)}")
        return password

    def change(self, username: str, part: Part) -> None:
        """Another name, role or place. Refused: last_administrator, unknown_username, bad_name, _role, _place."""
        row = self._row(username)
        self._check(part)
        if part.role != ADMINISTRATOR:
            self._keep_one(row)
        row.name, row.role, row.place, row.village = part.name, part.role, part.place, part.village
        self._note(username, _said(part))

    def lock(self, username: str, *, locked: bool) -> None:
        """Lets somebody in no more (sessions end), or again. Refused: unknown_username, last_administrator."""
        row = self._row(username)
        if locked:
            self._keep_one(row)
            StaffSessions(self._office.session).end(username, self._now)
        row.locked = locked
        self._note(username, "locked" if locked else "unlocked")

    def new_password(self, username: str, hasher: PasswordHasher) -> str:
        """A password to tell somebody who lost theirs; it also takes their second factor away."""
        row = self._row(username)
        password = one_time_password()
        row.password_hash, row.password_until = hasher.hash(password), self._now + GOOD_FOR
        row.totp_on, row.totp_secret = False, ""
        StaffSessions(self._office.session).end(username, self._now)
        self._note(username, "new password, second factor off")
        return password

    def _row(self, username: str) -> StaffRow:
        row = self._office.session.get(StaffRow, username)
        if row is None:
            raise Refused("unknown_username")
        return row

    def _keep_one(self, row: StaffRow) -> None:
        """The last administrator who can come in stays one."""
        if row.role != ADMINISTRATOR or row.locked:
            return
        able = select(StaffRow.username).where(StaffRow.role == ADMINISTRATOR, StaffRow.locked.is_(False))
        names = self._office.session.scalars(able.order_by(StaffRow.username).with_for_update()).all()
        if not set(names) - {row.username}:
            raise Refused("last_administrator")

    def _check(self, part: Part) -> None:
        if not part.name or len(part.name) > LONGEST_NAME or not part.name.isprintable():
            raise Refused("bad_name")
        if part.role not in ROLES:
            raise Refused("bad_role")
        if part.village and part.village not in self._town.villages:
            raise Refused("bad_place")
        desks = {"", str(Place.HOME), str(Place.WINDOW), *(STATION + village for village in self._town.villages)}
        window = part.place.removeprefix(f"{Place.WINDOW}:")
        if part.place not in desks and not (window != part.place and window.isascii() and window.isdigit()):
            raise Refused("bad_place")
        if len(part.place) > LONGEST_NAME:
            raise Refused("bad_place")

    def _note(self, username: str, what: str) -> None:
        row = LookRow(username=self._by, kind=STAFF, what=f"staff {username}: {what}"[:120], reason="")
        row.at = self._now
        self._office.session.add(row)


def one_time_password() -> str:
    """Sixteen letters in fours: 79 random bits, easy to read out."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def _said(part: Part) -> str:
    return ", ".join(f"{name} {value}" for name, value in vars(part).items() if value)
