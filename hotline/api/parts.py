"""What the API is given by the roof: the records, the town, and words and queues it must not know itself."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g

from hotline.domain.catalogue import Town
from hotline.domain.slots import Plan
from hotline.serving import Behind, Serving

REQUESTS_A_MINUTE = 600
LARGEST_BODY = 64 * 1024
"""Bytes; the largest thing anybody writes here is a few hundred characters."""


@dataclass(frozen=True, kw_only=True)
class Parts(Behind):
    """Everything behind the API."""

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
