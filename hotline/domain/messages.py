"""How far a message has come on its way to a resident; a state is never taken back."""

from __future__ import annotations

WAITING = "waiting"
"""In the outbox; nobody has asked the carrier yet, or the carrier certainly did not take it."""
SENDING = "sending"
"""A worker is asking the carrier, or died while it did."""
UNSURE = "unsure"
"""Nobody can say whether the carrier took it: a person decides, the machine does not send it twice."""
FAILED = "failed"

_ORDER = (
    (WAITING,),
    (SENDING,),
    (UNSURE,),
    ("queued",),
    ("sent",),
    ("delivered", "undelivered", FAILED, "canceled"),
    ("read",),
)
_RANK = {state: rank for rank, states in enumerate(_ORDER) for state in states}

REPORTED = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "delivered": "delivered",
    "partially_delivered": "undelivered",
    "undelivered": "undelivered",
    "failed": FAILED,
    "canceled": "canceled",
    "read": "read",
}
"""A carrier's word for a state, and ours: until it says sent, it has it in its queue."""


def further(now: str, reported: str) -> str:
    """The state after a report: the reported one if it lies ahead, for reports come in any order."""
    return reported if _RANK[reported] > _RANK[now] else now
