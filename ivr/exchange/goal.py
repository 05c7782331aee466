"""What a synthetic caller wants: read from YAML, checked before anybody rings.

```yaml
from: "13800000001"
voice: wang            # a name of ivr.exchange.callers.voices
speed: 0.9             # 0.85 where nothing is said
hesitant: true         # 那个……, 嗯
local: true            # the accent of the area
say:                   # by question key; a list answers repeated askings in turn, its last is repeated
  errand: [我想来办个老年证, 没得了]
  when: 礼拜六上午九点
default: 对            # to any other question; without it the caller stays silent
correct:               # said instead where the hotline reads something back without these words
  - {at: confirm, unless_heard: [王桂花, 名字录下来了], say: 不对，我叫王桂花，桂花树的桂花}
keys:                  # pressed where nothing is to be said, and on keypad menus
  callback_number: "13800000001#"
barge_in:              # talks into the prompt that follows the answer to `after` (or "start")
  - {after: errand, wait_s: 1.0, say: 明天上午}
end_when: "errand:2"   # hangs up at the second asking of this mark's key instead of answering
hang_up_after: 180     # seconds after dialling
expect:
  ended: hangup        # why the call ended (hangup: the service; caller; dropped; …)
  asked: [errand, when, confirm]   # in this order, others in between allowed
  turns: 8             # at most
  outcome: {…}         # rows, checked by whoever started the caller
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ivr.exchange.numbers import diallable

Texts = Mapping[str, tuple[str, ...]]


class GoalError(Exception):
    """A goal file that cannot be followed; the message names the field."""


@dataclass(frozen=True)
class BargeIn:
    """Something said into a prompt."""

    after: str
    wait_s: float
    say: str


@dataclass(frozen=True)
class Correction:
    """What is said to a read-back that has none of the words it should; needs a telephone that shows captions."""

    at: str
    unless_heard: tuple[str, ...]
    say: str

    def is_met(self, caption: str) -> bool:
        return any(words in caption for words in self.unless_heard)


@dataclass(frozen=True)
class Expectation:
    """How the call should go."""

    ended: str = ""
    asked: tuple[str, ...] = ()
    turns: int = 0
    outcome: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Goal:
    """What a caller will say to what, and how the call should end."""

    number: str
    voice: str = ""
    speed: float = 0.85
    hesitant: bool = False
    local: bool = False
    say: Texts = field(default_factory=dict)
    default: str = ""
    correct: tuple[Correction, ...] = ()
    keys: Texts = field(default_factory=dict)
    barge_in: tuple[BargeIn, ...] = ()
    end_when: str = ""
    hang_up_after: float = 300.0
    expect: Expectation = field(default_factory=Expectation)

    def texts(self) -> tuple[str, ...]:
        """Everything the caller may have to say, each once."""
        spoken = [text for texts in self.say.values() for text in texts]
        spoken += [talk.say for talk in self.barge_in] + [one.say for one in self.correct]
        return tuple(dict.fromkeys([*spoken, self.default])) if self.default else tuple(dict.fromkeys(spoken))

    def words_for(self, key: str, times: int, caption: str) -> str:
        """What to say to the so-manieth asking of a question, put in the words of `caption`; empty: nothing."""
        wrong = (one.say for one in self.correct if one.at == key and caption and not one.is_met(caption))
        return next(wrong, "") or nth(self.say.get(key), times) or self.default

    def keys_for(self, key: str, times: int) -> str:
        """What to press at the so-manieth asking of a question; empty: nothing."""
        return nth(self.keys.get(key), times)


def nth(texts: tuple[str, ...] | None, times: int) -> str:
    """The answer to the so-manieth asking: the last one is repeated."""
    return texts[min(times, len(texts)) - 1] if texts else ""


def load(path: Path) -> Goal:
    """The goal in a YAML file. Raises GoalError."""
    try:
        return parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise GoalError(f"cannot read {path.name}: {error}") from error


def parse(text: str) -> Goal:
    """The goal in a YAML text. Raises GoalError."""
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise GoalError("not YAML") from error
    if not isinstance(raw, dict):
        raise GoalError("a goal is a mapping of fields")
    unknown = set(raw) - _FIELDS
    if unknown:
        raise GoalError(f"unknown field: {', '.join(sorted(map(str, unknown)))}")
    number = str(raw.get("from") or "")
    if not diallable(number):
        raise GoalError("from: a telephone number is needed, in quotes")
    return Goal(
        number=number,
        voice=str(raw.get("voice") or ""),
        speed=_number(raw, "speed", 0.85),
        hesitant=raw.get("hesitant") is True,
        local=raw.get("local") is True,
        say=_texts(raw, "say"),
        default=str(raw.get("default") or ""),
        correct=_corrections(raw.get("correct")),
        keys=_texts(raw, "keys"),
        barge_in=_barge_ins(raw.get("barge_in")),
        end_when=str(raw.get("end_when") or ""),
        hang_up_after=_number(raw, "hang_up_after", 300.0),
        expect=_expectation(raw.get("expect")),
    )


_FIELDS = frozenset(
    {
        "from",
        "voice",
        "speed",
        "hesitant",
        "local",
        "say",
        "default",
        "correct",
        "keys",
        "barge_in",
        "end_when",
        "hang_up_after",
        "expect",
    }
)


def _number(raw: Mapping[str, Any], name: str, default: float) -> float:
    value = raw.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise GoalError(f"{name}: a positive number")
    return float(value)


def _texts(raw: Mapping[str, Any], name: str) -> dict[str, tuple[str, ...]]:
    table = raw.get(name) or {}
    if not isinstance(table, dict):
        raise GoalError(f"{name}: texts by question key")
    return {str(key): _many(name, value) for key, value in table.items()}


def _many(name: str, value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str) and one for one in values):
        raise GoalError(f"{name}: a text or a list of texts, in quotes where they are digits")
    return tuple(values)


def _barge_ins(raw: object) -> tuple[BargeIn, ...]:
    if not isinstance(raw, list | None):
        raise GoalError("barge_in: a list")
    try:
        return tuple(
            BargeIn(str(one["after"]), float(one.get("wait_s", 1.0)), str(one["say"])) for one in raw or []
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GoalError("barge_in: each needs after, say and wait_s in seconds") from error


def _corrections(raw: object) -> tuple[Correction, ...]:
    if not isinstance(raw, list | None):
        raise GoalError("correct: a list")
    try:
        return tuple(
            Correction(str(one["at"]), _many("unless_heard", one["unless_heard"]), str(one["say"]))
            for one in raw or []
        )
    except (KeyError, TypeError) as error:
        raise GoalError("correct: each needs at, unless_heard and say") from error


def _expectation(raw: object) -> Expectation:
    if not isinstance(raw, dict | None):
        raise GoalError("expect: a mapping")
    wanted = raw or {}
    if set(wanted) - {"ended", "asked", "turns", "outcome"}:
        raise GoalError("expect: knows ended, asked, turns, outcome")
    outcome = wanted.get("outcome") or {}
    turns = wanted.get("turns") or 0
    if not isinstance(outcome, dict) or not isinstance(turns, int):
        raise GoalError("expect: outcome is a mapping, turns a number")
    return Expectation(
        str(wanted.get("ended") or ""),
        _many("asked", wanted["asked"]) if wanted.get("asked") else (),
        turns,
        outcome,
    )
