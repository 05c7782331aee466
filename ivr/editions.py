"""The town as each version of its lists has it: scripts and rules, made once for a version.

A conversation keeps the version it began with (docs/adr/0017): its words, its roster and its journal agree
until it is over, whatever is imported meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hotline.store.unit_of_work import Office
from ivr.clerk import OfficeRules
from ivr.scripts.book import Scripts

KEPT = 4
"""Versions held ready; older ones are made again where a conversation still needs one."""


@dataclass(frozen=True)
class Edition:
    """One version of the town, ready to serve."""

    number: int
    scripts: Scripts
    rules: OfficeRules


Make = Callable[[Office, int], Edition]
"""Makes the edition of a version. Raises KeyError for one there is not."""


class Editions:
    """The versions of one town. Safe to share between threads: a version never changes."""

    def __init__(self, first: Edition, make: Make) -> None:
        self._make = make
        self._ready = {first.number: first}
        self.newest_seen = first
        self.greet: Callable[[Edition], None] = lambda _edition: None
        """Told of each version that comes to count while this process runs; never waits."""

    def newest(self, office: Office) -> Edition:
        """What a conversation that begins now goes by; asks the database for a number, and only for that."""
        before, self.newest_seen = self.newest_seen, self.of(office, office.catalogue.newest())
        if self.newest_seen.number > before.number:
            self.greet(self.newest_seen)
        return self.newest_seen

    def of(self, office: Office, number: int) -> Edition:
        """The edition of a version. Raises KeyError for one there is not."""
        ready = self._ready.get(number)
        if ready is None:
            ready = self._make(office, number)
            newer = dict(sorted({**self._ready, number: ready}.items())[-KEPT:])
            self._ready = newer  # replaced whole: another thread reads the old or the new one
        return ready
