"""What became of each person drawn, by AAPOR's Standard Definitions (2023), and the rates made of that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Disposition(StrEnum):
    """The final word on one person drawn; the value is AAPOR's code for telephone surveys."""

    COMPLETE = "1.1"
    PARTIAL = "1.2"
    """Broke off, but told enough to count: at least one rating."""
    REFUSED = "2.11"
    BREAK_OFF = "2.12"
    """Broke off before any rating."""
    NEVER_AVAILABLE = "2.21"
    """Somebody answered; the person was not there or had no time."""
    MACHINE_KNOWN = "2.22"
    """An answering machine that says whose it is."""
    DECEASED = "2.31"
    LANGUAGE = "2.33"
    BUSY = "3.12"
    NO_ANSWER = "3.13"
    MACHINE = "3.14"
    FAILED = "3.16"
    """Technical trouble of the line."""
    NOT_TRIED = "3.11"
    NOT_SERVED = "4.7"
    """Says it was never served: not of those the survey is about."""
    OUT_OF_SERVICE = "4.32"


INTERVIEWED = frozenset({Disposition.COMPLETE})
PARTIALS = frozenset({Disposition.PARTIAL})
REFUSALS = frozenset({Disposition.REFUSED, Disposition.BREAK_OFF})
NOT_CONTACTED = frozenset({Disposition.NEVER_AVAILABLE, Disposition.MACHINE_KNOWN})
OTHERS = frozenset({Disposition.DECEASED, Disposition.LANGUAGE})
UNKNOWN = frozenset(
    {Disposition.BUSY, Disposition.NO_ANSWER, Disposition.MACHINE, Disposition.FAILED, Disposition.NOT_TRIED}
)
INELIGIBLE = frozenset({Disposition.NOT_SERVED, Disposition.OUT_OF_SERVICE})


@dataclass(frozen=True)
class Rates:
    """How far the answers stand for those drawn."""

    drawn: int
    interviews: int
    partials: int
    response: float
    """RR1: complete interviews over everyone who may have been eligible; the strictest of AAPOR's rates."""
    cooperation: float
    """COOP1: complete interviews over everyone reached who could have answered."""
    contact: float
    """CON1: everyone reached over everyone who may have been eligible."""
    refusal: float
    """REF1."""
    broken_off: int


def rates(outcomes: Iterable[Disposition]) -> Rates:
    """The rates of a campaign; all zero where nobody was drawn."""
    counted = Counter(outcomes)

    def so_many(codes: frozenset[Disposition]) -> int:
        return sum(counted[code] for code in codes)

    complete, partial, refused = so_many(INTERVIEWED), so_many(PARTIALS), so_many(REFUSALS)
    others = so_many(OTHERS)
    reached = complete + partial + refused + others
    eligible = reached + so_many(NOT_CONTACTED) + so_many(UNKNOWN)

    def share(part: int, whole: int) -> float:
        return part / whole if whole else 0.0

    return Rates(
        drawn=sum(counted.values()),
        interviews=complete,
        partials=partial,
        response=share(complete, eligible),
        cooperation=share(complete, reached),
        contact=share(reached, eligible),
        refusal=share(refused, eligible),
        broken_off=counted[Disposition.BREAK_OFF] + partial,
    )
