"""One utterance at a time: said, sent down the line, recognised, understood, judged.

A *wrong value accepted* is one the dialogue acts on without saying it back, however unsure it is (the dialogue
does not look at the confidence): agreement to a read-back that was not given, a wrong level, a wrong answer to
“shall we go on”, a call ended or handed to a person, a command or a danger that nobody spoke of. Services, places,
times, names, villages, topics and numbers are read back before anything is booked or filed; a repetition, a slower
voice and a read-back taken for wrong cost a turn, no more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asr_models.recogniser import Expected, Listener, Recogniser
from ivr.evaluation.call_goals import sound_of
from ivr.evaluation.callers import Told, say
from ivr.evaluation.figures import Share, percentile
from ivr.evaluation.line import Line, through
from ivr.evaluation.questions import question, setting
from ivr.understanding.answer import Understood
from ivr.understanding.expected import expected_for
from ivr.understanding.understand import understand_speech, understand_text

_READ_BACK = frozenset(("confirm", "gconfirm"))
_ACTED_ON = frozenset(("rating", "resume"))
_HARMLESS = frozenset(("repeat", "slower", "wrong"))
_ENDS = frozenset(("nothing", "person"))
"""Answers to the open question after which the call is over or somebody else's."""


@dataclass(frozen=True)
class Conditions:
    """Over which line, by which ears, and what is switched off to see what it is worth."""

    line: Line
    ears: Recogniser
    rescoring: bool = True
    folding: bool = True
    """Off: the words as recognised, understood as if they had been typed: no likeness of sound, no audio."""
    expected: bool = True
    """Off: the recogniser is not told what the question expects."""
    policy: bool = True
    """Off: doubtful values are kept, and confidence is as it was felt."""


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
        sample, got = self.told.sample, self.understood
        for key in ("command", "danger"):
            if key in got and got[key] != sample.wanted.get(key):
                return got[key] not in _HARMLESS
        if self.right or "value" not in got:
            return False
        if sample.question in _READ_BACK:
            return got["value"] is not False
        return sample.question in _ACTED_ON or (sample.question == "errand" and got["value"] in _ENDS)


def measure(tellings: Iterable[Told], conditions: Conditions, tick: Callable[[], None]) -> Iterator[Judged]:
    """Judges each utterance. Raises SpeechError."""
    for told in tellings:
        yield _judged(told, through(say(told), conditions.line, told.seed), conditions)
        tick()


def _judged(told: Told, pcm: bytes, conditions: Conditions) -> Judged:
    ask, against = question(told.sample.question), setting(told.sample.question)
    expected = expected_for(ask, against) if conditions.expected else Expected()
    listener: Listener = conditions.ears.listen(expected)
    listener.feed(pcm)
    began = time.perf_counter()
    hearing = listener.finish()
    if conditions.folding:
        score = listener.score if conditions.rescoring else None
        sense = understand_speech(ask, hearing, score, against, weigh=conditions.policy)
    else:
        sense = understand_text(ask, hearing.text, against)
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
    """Whether what is judged came out as wanted; of an utterance about nothing, that nothing was taken from it.

    A name that is put right is right by its sound: how it is written cannot be heard.
    """
    wanted = told.sample.wanted
    if not wanted:
        return "value" not in got and "command" not in got and "danger" not in got
    return all(_is_same(key, str(got.get(key)), str(value)) for key, value in wanted.items())


def _is_same(key: str, got: str, wanted: str) -> bool:
    return got == wanted or (key == "name" and sound_of(got) == sound_of(wanted))


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


def by_voice(judged: Sequence[Judged]) -> dict[str, Any]:
    voices = dict.fromkeys(one.told.voice for one in judged)
    return {voice: share([one for one in judged if one.told.voice == voice]).as_json() for voice in voices}


def latency(judged: Sequence[Judged]) -> dict[str, float]:
    times = [one.ms for one in judged]
    return {"median": round(percentile(times, 0.5)), "p95": round(percentile(times, 0.95)), "n": len(times)}
