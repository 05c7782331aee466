"""What is done about a message that did not arrive: a table by the carrier's code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


def _minutes(*spans: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(minutes=span) for span in spans)


BACK_OFF = _minutes(0.5, 1, 2, 5, 15, 30, 60)
"""Before the next attempt, where the carrier did not take a message; the last for all that follow."""
BACK_OFF_BY_CODE: Mapping[str, tuple[timedelta, ...]] = {
    "20003": _minutes(5, 15, 60),  # somebody must mend the account first
    "14107": _minutes(1, 2, 5, 15),  # too many a minute
    "21611": _minutes(15, 60),  # the number's own queue is full
    "30001": _minutes(15, 60),
}


@dataclass(frozen=True)
class Remedy:
    """`again`: after how long a fresh text is sent, once for each. `call`: then it is read out over a call."""

    again: tuple[timedelta, ...] = ()
    call: bool = False
    opted_out: bool = False


NO_REMEDY = Remedy()
REMEDIES: Mapping[str, Remedy] = {
    "21610": Remedy(opted_out=True),
    "21612": Remedy(call=True),  # no route for texts
    "21614": Remedy(call=True),  # a landline
    "30001": Remedy(_minutes(15, 60), call=True),  # queue overflow
    "30003": Remedy(_minutes(30, 60), call=True),  # switched off or out of reach
    "30004": Remedy(call=True),  # blocked
    "30005": Remedy(call=True),  # no such handset for texts
    "30006": Remedy(call=True),  # a landline, or a carrier out of reach
    "30007": Remedy(call=True),  # taken for spam: the same text would be again
    "30008": Remedy(_minutes(10), call=True),  # the carrier does not know
}
UNEXPLAINED = Remedy(_minutes(10), call=True)


def back_off(code: str, attempts: int) -> timedelta:
    """How long to wait before asking the carrier again, after so many attempts."""
    spans = BACK_OFF_BY_CODE.get(code, BACK_OFF)
    return spans[min(max(attempts, 1), len(spans)) - 1]


def remedy_for(code: str, *, undelivered: bool) -> Remedy:
    """`undelivered`: the carrier took it and reports that it did not arrive; otherwise it refused it for good."""
    return REMEDIES.get(code, UNEXPLAINED if undelivered else NO_REMEDY)
