"""What the API is given by the roof: the records, the town, and words and queues it must not know itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import current_app, g

from hotline.api.use_cases import Serving
from hotline.clock import Clock, utc_now
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.ledger.entries import Entry
from hotline.domain.slots import Plan
from hotline.store.unit_of_work import Office, Store
from hotline.views import PlaceName

REQUESTS_A_MINUTE = 600
LARGEST_BODY = 64 * 1024
"""Bytes; the largest thing anybody writes here is a few hundred characters."""


@dataclass(frozen=True)
class QueueState:
    """How one queue stands."""

    name: str
    waiting: int
    running: int
    failed: int
    workers: int


class LedgerMoves(Protocol):
    """What is done with rows of the ledger, with what it tells whom. Raises Refused."""

    messages: list[int]
    """Outbox rows to send after the commit."""

    def make(self, row: int, move: str, actor: Actor, given: Mapping[str, Any]) -> Entry: ...

    def prove(self, row: int, actor: Actor, name: str, raw: bytes) -> Entry: ...


@dataclass(frozen=True)
class Parts:
    """Everything behind the API."""

    store: Store
    serving: Callable[[Office], Serving]
    """Looked up once a request, at the door."""
    time_name: Callable[[datetime], str]
    """A time as a clerk says it."""
    place_name: PlaceName
    ledger: Callable[[Office, Town, datetime], LedgerMoves]
    enqueue: Callable[[tuple[int, ...]], None]
    """Has messages sent, after the commit that wrote them."""
    queues: Callable[[], Sequence[QueueState]]
    """Raises ConnectionError where they cannot be reached."""
    clock: Clock = utc_now
    requests_a_minute: int = REQUESTS_A_MINUTE

    @property
    def now_serving(self) -> Serving:
        """Of the request that is being answered."""
        found: Serving = g.serving
        return found

    @property
    def town(self) -> Town:
        return self.now_serving.town

    @property
    def plan(self) -> Plan:
        return self.now_serving.plan


def parts() -> Parts:
    """Those of the API that answers this request."""
    found: Parts = current_app.extensions["hotline"]
    return found
