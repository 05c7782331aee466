"""A turn for any telephone with keys, as verbs every carrier knows; `ivr/carriers` writes them down.

`Speak` is spoken by the carrier, so this surface still works when our own voice or ears have failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from ivr.dialogue.steps import Wants
from ivr.dialogue.turn import Turn
from ivr.surfaces.sentences import spoken

ANSWER_WITHIN_S = 8
DIGIT_GAP_S = 4
LONGEST_RECORDING_S = 120
RING_PERSON_S = 20


@dataclass(frozen=True)
class Speak:
    text: str


@dataclass(frozen=True)
class GatherKeys:
    text: str
    action: str
    timeout_s: int
    digits: int | None
    """How many keys end it; None: `#` does."""


@dataclass(frozen=True)
class RecordWords:
    action: str
    longest_s: int = LONGEST_RECORDING_S


@dataclass(frozen=True)
class DialPerson:
    number: str
    """As the office keeps it."""
    action: str
    whisper: str = ""
    """What the person hears before the two are connected; empty: they are connected at once."""
    timeout_s: int = RING_PERSON_S


@dataclass(frozen=True)
class GoTo:
    action: str


@dataclass(frozen=True)
class HangUp:
    pass


@dataclass(frozen=True)
class OpenStream:
    """Live audio to our socket; `action` is asked for when it ends, however it ends."""

    token: str
    action: str = "/voice/turn"


Verb = Speak | GatherKeys | RecordWords | DialPerson | GoTo | HangUp | OpenStream


def verbs(turn: Turn, *, dial: DialPerson | None = None, before: str = "") -> list[Verb]:
    """The whole move. `dial` is whom a Transfer rings, `before` an apology to begin with."""
    sentences = [sentence.text for sentence in spoken(turn, "keypad")]
    said: list[Verb] = [Speak(before)] if before else []
    if turn.ask is None:
        said += [Speak(text) for text in sentences]
        return [*said, dial if turn.transfer and dial else HangUp()]
    said += [Speak(text) for text in sentences[:-1]]
    # a carrier that skips the action of an empty answer still comes back
    return [*said, *_asked(turn, turn.ask.slot.wants, sentences[-1]), GoTo(action_of(turn))]


def _asked(turn: Turn, wants: Wants, text: str) -> list[Verb]:
    if wants in (Wants.NAME, Wants.WORDS):
        return [Speak(text), RecordWords(action_of(turn))]
    if wants is Wants.NUMBER:
        return [GatherKeys(text, action_of(turn), DIGIT_GAP_S, None)]
    return [GatherKeys(text, action_of(turn), ANSWER_WITHIN_S, 1)]


def action_of(turn: Turn) -> str:
    """Where the answer goes: it carries the turn it answers."""
    return "/voice/turn?" + urlencode({"turn": turn.number, "key": turn.key})
