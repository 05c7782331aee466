"""How far a message has come on its way to a resident; a state is never taken back."""

from __future__ import annotations

from datetime import timedelta

WAITING = "waiting"
"""In the outbox; nobody has asked the carrier yet, or the carrier certainly did not take it."""
SENDING = "sending"
"""A worker is asking the carrier, or died while it did."""
UNSURE = "unsure"
"""Nobody can say whether the carrier took it: a person decides, the machine does not send it twice."""
FAILED = "failed"
EXPIRED = "expired"
"""It would have come too late to be of use."""
WITHDRAWN = "withdrawn"
"""What it told of is no longer so, or a person took it back."""
BARRED = "barred"
"""The resident has opted out."""
CALLED = "called"
"""It became a call, which is on record by itself."""

_ORDER = (
    (WAITING,),
    (SENDING,),
    (UNSURE,),
    ("queued",),
    ("sent",),
    ("delivered", "undelivered", FAILED, "canceled", EXPIRED, WITHDRAWN, BARRED, CALLED),
    ("read",),
)
_RANK = {state: rank for rank, states in enumerate(_ORDER) for state in states}
STATES = tuple(_RANK)

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

GIVE_UP_AFTER = timedelta(hours=24)


def further(now: str, reported: str) -> str:
    """The state after a report: the reported one if it lies ahead, for reports come in any order."""
    return reported if _RANK[reported] > _RANK[now] else now


def segments(body: str) -> int:
    """How many parts a carrier bills: Chinese goes as UCS-2, 70 characters alone and 67 a part beyond."""
    alone, split = (160, 153) if body.isascii() else (70, 67)
    units = len(body.encode("utf-16-le")) // 2
    return max(1, 1 if units <= alone else -(-units // split))
