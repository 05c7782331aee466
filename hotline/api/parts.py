"""What the API is given by the roof: the records, the town, and words and queues it must not know itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, g

from hotline.clock import Clock, utc_now
from hotline.domain.catalogue import Town
from hotline.domain.slots import Plan
from hotline.serving import LedgerMoves, QueueState, Serving
from hotline.store.unit_of_work import Office, Store
from hotline.views import PlaceName

REQUESTS_A_MINUTE = 600
LARGEST_BODY = 64 * 1024
"""Bytes; the largest thing anybody writes here is a few hundred characters."""


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
