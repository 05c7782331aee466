"""What staff do with appointments, cases and the ledger, as API and console ask for it.

The roof gives what really does it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from flask import request

from hotline.clock import Clock, utc_now
from hotline.domain.agency import HelperCase
from hotline.domain.appointments import Appointment, Wanted
from hotline.domain.calendar import Timetable
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.grievances import Grievance, Told
from hotline.domain.ledger.entries import Entry
from hotline.domain.repeats import Repeat, Sounds
from hotline.domain.slots import Plan
from hotline.domain.waiting import Entry as Waiting
from hotline.store.unit_of_work import Office, Store
from hotline.views import PlaceName


class AppointmentMoves(Protocol):
    """One person's moves with appointments in one transaction. Every one raises Refused."""

    seen: int | None
    """The version of the appointment they were looking at; Refused("changed") if it is another by now."""
    messages: list[int]
    """Outbox rows that leave after the commit."""

    def move(self, code: str, starts_at: datetime) -> Appointment: ...

    def cancel(self, code: str) -> Appointment: ...

    def arrive(self, code: str) -> Appointment: ...

    def done(self, code: str) -> Appointment: ...

    def no_show(self, code: str) -> Appointment: ...

    def help(self, code: str, agent: str) -> HelperCase: ...

    def progress(self, code: str, text: str) -> None: ...

    def deliver(self, code: str) -> HelperCase: ...

    def rate(self, code: str, rating: int) -> HelperCase: ...


class CaseMoves(Protocol):
    """Moves of cases in one transaction. Every one raises Refused."""

    @property
    def messages(self) -> list[int]: ...

    def make(self, code: str, move: str, actor: Actor, given: Mapping[str, Any]) -> Grievance: ...

    def repeats(self, code: str, viewer: Actor, sounds: Sounds) -> Sequence[tuple[Repeat, Grievance]]: ...


class Counter(Protocol):
    """What one person takes in for a resident, in one transaction. Every one raises Refused."""

    messages: list[int]

    def open_case(self, told: Told, accused: Sequence[str]) -> Grievance: ...

    def book(self, wanted: Wanted) -> Appointment: ...

    def wait(self, entry: Waiting) -> Waiting: ...

    def leave(self, entry: int) -> Waiting: ...


class CaseNews(Protocol):
    """What residents are told of a case that was put right."""

    messages: list[int]

    def confirm(self, case: Grievance) -> None:
        """Tells the resident by text what is on record, under its code; nothing where no number is known."""


class LedgerMoves(Protocol):
    """What is done with rows of the ledger, with what it tells whom. Raises Refused."""

    messages: list[int]
    """Outbox rows to send after the commit."""

    def make(self, row: int, move: str, actor: Actor, given: Mapping[str, Any]) -> Entry: ...

    def prove(self, row: int, actor: Actor, name: str, raw: bytes) -> Entry: ...


@dataclass(frozen=True)
class QueueState:
    """How one queue stands."""

    name: str
    waiting: int
    running: int
    failed: int
    workers: int


@dataclass(frozen=True)
class Serving:
    """The town as its newest lists have it, and what is done by them."""

    town: Town
    plan: Plan
    timetable: Timetable
    is_working_day: Callable[[date], bool]
    appointment_moves: Callable[[Office, str, datetime], AppointmentMoves]
    """Of somebody (staff:NAME) at a moment."""
    case_moves: Callable[[Office, datetime], CaseMoves]
    counter: Callable[[Office, Actor, datetime, str], Counter]
    """Of somebody at a moment, for one request."""
    sounds: Sounds
    """A text as it sounds, to find repeats by."""
    case_news: Callable[[Office], CaseNews]


@dataclass(frozen=True, kw_only=True)
class Behind:
    """What both API and console are given by the roof."""

    store: Store
    serving: Callable[[Office], Serving]
    """The town by its newest lists; looked up once a request."""
    time_name: Callable[[datetime], str]
    """A time as a clerk says it."""
    place_name: PlaceName
    ledger: Callable[[Office, Town, datetime], LedgerMoves]
    enqueue: Callable[[tuple[int, ...]], None]
    """Has messages sent, after the commit that wrote them."""
    queues: Callable[[], Sequence[QueueState]]
    """Raises ConnectionError where they cannot be reached."""
    clock: Clock = utc_now

    def opened(self) -> AbstractContextManager[Office]:
        """The records for the request in hand: what is asked for by GET is read beside who writes (ADR 22)."""
        return self.store.reading() if request.method in ("GET", "HEAD") else self.store.open()
