"""What the review of calls shows and takes: the queue, who has been through a call, what was put right in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from hotline.console.areas.call_pages import CallLine, hidden_calls, lines_of
from hotline.console.areas.turn_pages import is_hidden, mask_of, staff_names
from hotline.console.parts import colleague, parts, sight, town, viewer
from hotline.console.times import of_the_day, to_minute
from hotline.domain.errors import Refused
from hotline.domain.rights import WRITERS
from hotline.store.reach import calls_within
from hotline.store.tables import CallReviewRow, CallRow, TurnRow
from hotline.store.unit_of_work import Office

IN_QUEUE = 30
LONGEST = 500
MOST_TURNS = 200
COVERED = "*＊"
"""Signs of a mask: a text with them was never said by anybody."""


@dataclass(frozen=True)
class Review:
    """How the review of a call stands."""

    version: int
    done: str
    """Who has been through it and when; empty if nobody has."""
    beside: str
    """Who else has it open; empty if nobody."""
    may_write: bool


@dataclass(frozen=True)
class Waiting:
    """A call in the queue."""

    call: CallLine
    sure: int
    """Of its least certain answer, in hundredths."""


def opened(office: Office, sid: str) -> Review:
    """The review of a call, opened by whoever is logged in if they may write."""
    who, now = colleague(), parts().clock()
    may_write = who.role in WRITERS
    other = office.reviews.open(sid, who.username, now) if may_write else None
    row = office.reviews.of(sid)
    beside = ""
    if other is not None:
        name = staff_names(office, {other.opened_by})[other.opened_by]
        beside = _("%(name)s正在听这通电话（%(at)s 打开的）。", name=name, at=of_the_day(other.opened_at))
    return Review(row.version if row else 0, _done(office, row), beside, may_write)


def _done(office: Office, row: CallReviewRow | None) -> str:
    if row is None or row.reviewed_at is None:
        return ""
    name = staff_names(office, {row.reviewed_by})[row.reviewed_by]
    took = f"{row.seconds // 60}:{row.seconds % 60:02d}"
    return str(_("%(name)s %(at)s 复查过，用时 %(took)s", name=name, at=to_minute(row.reviewed_at), took=took))


def queue(office: Office) -> list[Waiting]:
    """Calls worth going through, the least certain first."""
    found = office.reviews.waiting(calls_within(sight()), colleague().username, parts().clock(), IN_QUEUE)
    kept = hidden_calls(office, [row for row, _sure in found], viewer(office))
    shown = [(row, sure) for row, sure in found if row.sid not in kept]
    lines = lines_of(office, town(office), [row for row, _sure in shown])
    return [Waiting(line, round(sure * 100)) for line, (_row, sure) in zip(lines, shown, strict=True)]


def following(office: Office, after: str) -> str:
    """The next call of the queue; empty where there is none. `after` is the one that is skipped."""
    waiting = [one.call.sid for one in queue(office)]
    at = waiting.index(after) + 1 if after in waiting else 0
    ahead = waiting[at:] + waiting[:at]
    return next((sid for sid in ahead if sid != after), "")


def put_right(office: Office, row: CallRow, given: Any) -> tuple[list[dict[str, int]], list[dict[str, Any]]]:
    """Keeps what was put right in a call: what was kept, and what another clerk had put right in the meantime.

    `given` is [{"id", "seen", "text"}]. Refused("bad_correction") keeps nothing.
    """
    kept: list[dict[str, int]] = []
    stale: list[dict[str, Any]] = []
    mask = mask_of(office, row)
    for turn, seen, text in _checked(given):
        found = office.session.get(TurnRow, turn)
        if found is None or found.call != row.sid or is_hidden(found, mask):
            raise Refused("bad_correction")
        try:
            office.transcripts.correct(turn, text, colleague().username, seen=seen)
        except Refused as no:
            stale.append(_stale(office, turn, no))
            continue
        kept.append({"id": turn, "seen": office.transcripts.latest([turn])[turn].id})
    return kept, stale


def _stale(office: Office, turn: int, no: Refused) -> dict[str, Any]:
    by = str(no.facts["by"])
    at: Any = no.facts["at"]
    says = _(
        "%(name)s %(at)s 已经把这句改成“%(text)s”。您写的还在，再按一次保存就用您的。",
        name=staff_names(office, {by})[by],
        at=of_the_day(at),
        text=str(no.facts["text"]),
    )
    return {"id": turn, "seen": office.transcripts.latest([turn])[turn].id, "says": says}


def _checked(given: Any) -> Sequence[tuple[int, int, str]]:
    """(turn, correction seen, text) of each; Refused("bad_correction") where it is anything else."""
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_TURNS:
        raise Refused("bad_correction")
    return [_checked_one(one) for one in given]


def _checked_one(given: Any) -> tuple[int, int, str]:
    if not isinstance(given, dict):
        raise Refused("bad_correction")
    turn, seen, text = given.get("id"), given.get("seen"), given.get("text")
    if type(turn) is not int or type(seen) is not int or not isinstance(text, str) or not 0 < turn < 2**31:
        raise Refused("bad_correction")
    text = " ".join(text.split())
    if not 1 <= len(text) <= LONGEST or not text.isprintable() or any(sign in text for sign in COVERED):
        raise Refused("bad_correction")
    return turn, seen, text
