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
from hotline.store.tables import StaffRow
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


class Doorkeeper:
    """Checks names and passwords; a wrong name takes as long as a wrong password."""

    def __init__(self, store: Store, hasher: PasswordHasher | None = None) -> None:
        self._store = store
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody's password")

    def admit(self, username: str, password: str) -> StaffRow | None:
        """The person of that name if the password is theirs."""
        with self._store.open() as office:
            row = office.session.get(StaffRow, username[:40])
            right = self._verify(row.password_hash if row else self._nobody, password[:LONGEST_PASSWORD])
            if row is None or not right:
                return None
            if self._hasher.check_needs_rehash(row.password_hash):
                row.password_hash = self._hasher.hash(password)
                office.commit()
            return row

    def known(self, username: str, seal: str) -> StaffRow | None:
        """The person a session names, if they still are one and have the same password as then."""
        with self._store.open() as office:
            row = office.session.get(StaffRow, username[:40])
        return row if row is not None and hmac.compare_digest(seal_of(row), seal) else None

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False
