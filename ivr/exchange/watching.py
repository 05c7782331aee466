"""A synthetic call as lines of text, while it happens."""

from __future__ import annotations

from collections.abc import Callable

from ivr.exchange.call_report import CallReport
from ivr.exchange.plant import WORDS
from ivr.exchange.synthetic import Moment


def shown(show: Callable[[str], None]) -> Callable[[Moment], None]:
    """A watcher for `Manner.watch` that shows each moment as one line."""

    def watch(moment: Moment) -> None:
        gap = moment.turn.gap_ms if moment.turn else None
        seconds = "" if gap is None else f"{gap / 1000:.2f}"
        show(WORDS[f"call_{moment.kind}"].format(text=moment.text, turn=moment.turn, gap=seconds).rstrip())

    return watch


def verdict(report: CallReport) -> str:
    """Whether the caller got what was expected, in one line."""
    return WORDS["call_met"] if report.met else WORDS["call_unmet"].format(text="; ".join(report.failures))
