"""Who is let in: passwords, and how often one may be wrong."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hotline.clock import Clock
from hotline.domain.audit import FAILED, LOGIN, LOGOUT
from hotline.store.staff_sessions import NOTED_EVERY, StaffSessions
from hotline.store.tables import LookRow, StaffRow
from hotline.store.unit_of_work import Store

WITHIN = timedelta(minutes=5)
FAILURES_OF_NAME = 5
"""So many within that time, and nobody is let in under that name until the first of them is forgotten."""
FAILURES_FROM_ADDRESS = 30
"""The same for an address, behind which a whole office may sit."""
REMEMBERED = 10_000
"""Names and addresses kept in mind: a flood of made-up names does not fill the memory."""
LONGEST_PASSWORD = 1024


@dataclass
class Failures:
    """Recent failures by who failed, forgotten in time. Each process counts its own."""

    clock: Clock
    allowed: int
    _times: dict[str, deque[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, who: str) -> timedelta:
        """How long they have to wait before the next try; zero for not at all."""
        now = self.clock()
        with self._lock:
            times = self._recent(who, now)
            return times[0] + WITHIN - now if len(times) >= self.allowed else timedelta()

    def count(self, who: str) -> None:
        with self._lock:
            if len(self._times) >= REMEMBERED:
                self._times.pop(next(iter(self._times)))
            self._times.setdefault(who, deque(maxlen=self.allowed)).append(self.clock())

    def forget(self, who: str) -> None:
        with self._lock:
            self._times.pop(who, None)

    def _recent(self, one: str, now: datetime) -> deque[datetime]:
        times = self._times.get(one, deque())
        while times and now - times[0] > WITHIN:
            times.popleft()
        return times


def seal_of(person: StaffRow) -> str:
    """What a session keeps of the password it was opened with: a new password ends it."""
    return hashlib.sha256(person.password_hash.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Known:
    """Somebody a browser belongs to."""

    person: StaffRow
    session: int


class Doorkeeper:
    """Checks names and passwords; a wrong name, a locked one and a wrong password take the same time."""

    def __init__(self, store: Store, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._store = store
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody's password")

    def admit(self, username: str, password: str, address: str) -> StaffRow | None:
        """The person of that name if the password is theirs and they may come in.

        Nobody waits for the database while a password is checked.
        """
        with self._store.open() as office:
            row = office.session.get(StaffRow, username[:40])
        right = self._verify(row.password_hash if row else self._nobody, password[:LONGEST_PASSWORD])
        late = row is not None and row.password_until is not None and row.password_until < self._clock()
        if row is None or not right or row.locked or late:
            self.refuse(row.username if row else "", f"log in from {address}")
            return None
        if self._hasher.check_needs_rehash(row.password_hash):
            self._rehash(row, password)
        return row

    def refuse(self, username: str, what: str) -> None:
        """Writes down who was not let in; a name nobody has is not kept, it may be a password."""
        self._note(FAILED, username, what)

    def enter(self, person: StaffRow, address: str, browser: str) -> str:
        """A new session for somebody who was let in; its token."""
        with self._store.open() as office:
            token = StaffSessions(office.session).begin(person.username, self._clock(), address, browser)
            row = LookRow(username=person.username, kind=LOGIN, what=f"log in from {address}", reason="")
            row.at = self._clock()
            office.session.add(row)
            office.commit()
        return token

    def known(self, token: str, seal: str, *, busy: bool) -> Known | None:
        """Whose session this is, if it stands and the password is that of then; `busy` keeps it awake."""
        now = self._clock()
        with self._store.reading() as office:
            found = StaffSessions(office.session).find(token, now)
        if found is None or not hmac.compare_digest(seal_of(found[1]), seal):
            return None
        row, person = found
        if busy and now - row.seen_at >= NOTED_EVERY:
            with self._store.open() as office:
                StaffSessions(office.session).note(row.id, now)
                office.commit()
        return Known(person, row.id)

    def leave(self, username: str, session: int) -> None:
        """Ends a session at its own wish."""
        with self._store.open() as office:
            StaffSessions(office.session).end(username, self._clock(), only=session)
            office.commit()
        self._note(LOGOUT, username, "log out")

    @property
    def hasher(self) -> PasswordHasher:
        return self._hasher

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def is_password(self, person: StaffRow, password: str) -> bool:
        """Whether it is theirs: asked again before something weighty."""
        return self._verify(person.password_hash, password[:LONGEST_PASSWORD])

    def _rehash(self, row: StaffRow, password: str) -> None:
        hashed = self._hasher.hash(password)
        with self._store.open() as office:
            office.session.get_one(StaffRow, row.username).password_hash = hashed
            office.commit()
        row.password_hash = hashed

    def _note(self, kind: str, username: str, what: str) -> None:
        with self._store.open() as office:
            row = LookRow(username=username, kind=kind, what=what[:120], reason="")
            row.at = self._clock()
            office.session.add(row)
            office.commit()

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False
