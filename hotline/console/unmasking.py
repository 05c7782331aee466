"""Names and numbers in full, for a reason: of one record, for ten minutes, in this session alone.

Pages ask `mask_for(kind, id, names)` while they are made, and include `parts/unmask.html` for who needs more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from math import ceil

from flask import session

from hotline.console.parts import look, parts
from hotline.console.within import is_within
from hotline.domain.audit import UNMASK
from hotline.domain.errors import Refused
from hotline.masking import Mask
from hotline.store.unit_of_work import Office
from hotline.words import word

LASTS = timedelta(minutes=10)
SHORTEST_REASON, LONGEST_REASON = 4, 200
AT_ONCE = 20
"""So many records may be open in a session: the earliest is covered again."""
REASONS = tuple(word("unmask_reason", name) for name in ("ring_back", "at_the_desk", "case", "survey", "ordered"))
"""The common ones, to choose from; kept as they are in Chinese, whoever chose them."""
_KEPT = "unmasked"


def lifted(kind: str, name: str | int) -> bool:
    """Whether the names and numbers of this record are shown in this session now."""
    return _ends(kind, name) > parts().clock().timestamp()


def minutes_left(kind: str, name: str | int) -> int:
    """For how many minutes they still are; 0 where they are masked."""
    return max(0, ceil((_ends(kind, name) - parts().clock().timestamp()) / 60))


def mask_for(kind: str, name: str | int, names: Iterable[str] = ()) -> Mask:
    """What a page about this record hides; `names` are those known to be in its words."""
    return Mask.over("" if lifted(kind, name) else None, names)


def lift(office: Office, kind: str, name: str, reason: str) -> None:
    """Lifts the mask of a record and writes down why; the caller commits.

    Raises Refused("short_reason") without a reason in words, Refused("not_yours") where it may not be known.
    """
    why = " ".join(reason.split())
    if not SHORTEST_REASON <= len(why) <= LONGEST_REASON or not why.isprintable():
        raise Refused("short_reason")
    if not is_within(office, kind, name):
        raise Refused("not_yours")
    look(office, f"unmask {kind} {name}", why, kind=UNMASK)
    kept: dict[str, float] = dict(session.get(_KEPT, {}))
    kept.pop(f"{kind} {name}", None)
    kept[f"{kind} {name}"] = (parts().clock() + LASTS).timestamp()
    session[_KEPT] = dict(sorted(kept.items(), key=lambda item: item[1])[-AT_ONCE:])


def cover(kind: str, name: str) -> None:
    """Masks a record again before its time."""
    session[_KEPT] = {key: ends for key, ends in session.get(_KEPT, {}).items() if key != f"{kind} {name}"}


def _ends(kind: str, name: str | int) -> float:
    ends = session.get(_KEPT, {}).get(f"{kind} {name}", 0.0)
    return float(ends)
