"""What bad lines cost: the same utterances over lines that differ in one thing; and which times are confused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hotline.domain.errors import Refused
from hotline.domain.wishes import Wish
from ivr.evaluation.callers import Told
from ivr.evaluation.figures import Share
from ivr.evaluation.line import Line
from ivr.evaluation.slots import Conditions, Judged, measure, share

NOISES = ("white", "voices", "prompt", "hum", "wind")
SNRS_DB = (30.0, 20.0, 10.0, 5.0)
LOSSES = (0.01, 0.03, 0.06, 0.1)
BURSTS = (1.0, 4.0)
LEVELS_DB = (-20.0, -10.0, 10.0, 20.0)
"""Against speech at -20 dBFS: from hardly audible to clipped."""
_WEEKDAYS = "一二三四五六天"
_NOT_SAID = "-"


@dataclass(frozen=True)
class Point:
    """One line of a sweep and how much was right over it."""

    axis: str
    """ "noise", "loss" or "level"."""
    kind: str
    at: float
    share: Share

    def as_json(self) -> dict[str, Any]:
        return {"axis": self.axis, "kind": self.kind, "at": self.at, **self.share.as_json()}


def lines() -> list[tuple[str, str, float, Line]]:
    """(axis, kind, place on the axis, line): noise by kind, loss by length of its bursts, level."""
    quiet = Line("sweep")
    found = [("noise", kind, db, replace(quiet, noise=kind, snr_db=db)) for kind in NOISES for db in SNRS_DB]
    for burst in BURSTS:
        kind = f"in runs of {burst:.0f}"
        found += [("loss", kind, loss, replace(quiet, loss=loss, burst=burst)) for loss in LOSSES]
    return found + [("level", "level", db, replace(quiet, level_db=db)) for db in LEVELS_DB]


def sweep(told: Sequence[Told], conditions: Conditions, tick: Callable[[], None]) -> list[Point]:
    """Every line with every utterance. Raises SpeechError."""
    return [
        Point(axis, kind, at, share(list(measure(told, replace(conditions, line=line), tick))))
        for axis, kind, at, line in lines()
    ]


def spread(told: Sequence[Told], most: int) -> list[Told]:
    """So many of the utterances, from all over the list."""
    step = max(1, len(told) // max(1, most))
    return list(told[::step][:most])


def confusions(judged: Sequence[Judged]) -> dict[str, Counter[tuple[str, str]]]:
    """How often which day and which hour was taken for which, (wanted, got); "-" where none was understood."""
    found: dict[str, Counter[tuple[str, str]]] = {"day": Counter(), "hour": Counter()}
    for one in judged:
        if one.told.sample.group != "times":
            continue
        wanted, got = (_parts(source.get("value")) for source in (one.told.sample.wanted, one.understood))
        for part, table in found.items():
            if wanted[part] != _NOT_SAID:
                table[wanted[part], got[part]] += 1
    return found


def _parts(value: Any) -> Mapping[str, str]:
    try:
        wish = Wish.parse(str(value))
    except Refused:
        wish = Wish()
    hour = f"{wish.at.hour}:{wish.at.minute:02}" if wish.at else _NOT_SAID
    return {"day": _WEEKDAYS[wish.day.weekday()] if wish.day else _NOT_SAID, "hour": hour}


def told_of(points: Sequence[Point]) -> str:
    """The sweep as Markdown."""
    rows = ["| axis | kind | at | right | n | 95 % |", "|---|---|---|---|---|---|"]
    for one in points:
        low, high = one.share.interval
        rows.append(
            f"| {one.axis} | {one.kind} | {one.at:g} | {one.share.accuracy:.1%} | {one.share.n} "
            f"| {low:.1%} to {high:.1%} |"
        )
    return "\n".join(rows) + "\n"
