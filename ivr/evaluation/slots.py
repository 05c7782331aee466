"""One utterance at a time: said, sent down the line, recognised, understood, judged.

A *wrong value accepted* is one the dialogue would act on without saying it back: an answer to a read-back
(`confirm`), a rating, a command. Everything else is read back before anything is booked or filed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asr_models.recogniser import Listener, Recogniser
from ivr.evaluation.callers import Told, say
from ivr.evaluation.figures import Share, percentile
from ivr.evaluation.line import Line, through
from ivr.evaluation.questions import question, setting
from ivr.understanding.answer import Understood
from ivr.understanding.expected import expected_for
from ivr.understanding.understand import understand_speech

ACTED_ON = frozenset(("yes_no", "ratings", "commands"))
SURE = 0.7
"""Confidence from which the dialogue goes on without asking again."""


@dataclass(frozen=True)
class Conditions:
    """Over which line, by which ears, and what is switched off to see what it is worth."""

    line: Line
    ears: Recogniser
    rescoring: bool = True


@dataclass(frozen=True)
class Judged:
    """What became of one utterance."""

    told: Told
    heard: str
    understood: Mapping[str, Any]
    confidence: float
    right: bool
    silent: bool
    """Nothing was understood: it would be asked again."""
    ms: float
    """Recognition and understanding, after the utterance had ended."""

    @property
    def accepted_wrong(self) -> bool:
        slot = self.told.sample.slot
        return slot in ACTED_ON and not self.right and not self.silent and self.confidence >= SURE


def measure(tellings: Iterable[Told], conditions: Conditions, tick: Callable[[], None]) -> Iterator[Judged]:
    """Judges each utterance. Raises SpeechError."""
    for told in tellings:
        yield _judged(told, through(say(told), conditions.line, told.seed), conditions)
        tick()


def _judged(told: Told, pcm: bytes, conditions: Conditions) -> Judged:
    ask, against = question(told.sample.question), setting(told.sample.question)
    listener: Listener = conditions.ears.listen(expected_for(ask, against))
    listener.feed(pcm)
    began = time.perf_counter()
    hearing = listener.finish()
    sense = understand_speech(ask, hearing, listener.score if conditions.rescoring else None, against)
    took = 1000 * (time.perf_counter() - began)
    got = flat(sense)
    return Judged(told, hearing.text, got, sense.confidence, is_right(told, got), not got, took)


def flat(sense: Understood) -> dict[str, Any]:
    """Everything understood, by key; empty for nothing."""
    found: dict[str, Any] = dict(sense.slots)
    if sense.value is not None:
        found["value"] = sense.value
    if sense.command is not None:
        found["command"] = str(sense.command)
    if sense.danger:
        found["danger"] = sense.danger
    return found


def is_right(told: Told, got: Mapping[str, Any]) -> bool:
    """Whether what is judged came out as wanted; of an utterance about nothing, that nothing was taken from it."""
    wanted = told.sample.wanted
    if not wanted:
        return "value" not in got and "command" not in got and "danger" not in got
    return all(str(got.get(key)) == str(value) for key, value in wanted.items())


def share(judged: Sequence[Judged]) -> Share:
    return Share(sum(one.right for one in judged), len(judged))


def summary(judged: Sequence[Judged]) -> dict[str, Any]:
    """The figures of one line by group, and by slot, as JSON has them."""
    groups = sorted({one.told.sample.group for one in judged})
    found: dict[str, Any] = {
        group: share([one for one in judged if one.told.sample.group == group]).as_json() for group in groups
    }
    wrong = Share(sum(one.accepted_wrong for one in judged), len(judged))
    return found | {"accepted_wrong": round(wrong.accuracy, 4)}


def by_slot(judged: Sequence[Judged]) -> dict[str, Any]:
    slots = dict.fromkeys(one.told.sample.slot for one in judged)
    return {slot: share([one for one in judged if one.told.sample.slot == slot]).as_json() for slot in slots}


def latency(judged: Sequence[Judged]) -> dict[str, float]:
    times = [one.ms for one in judged]
    return {"median": round(percentile(times, 0.5)), "p95": round(percentile(times, 0.95)), "n": len(times)}
