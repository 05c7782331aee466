"""A week's campaign: its states, how far each person has got, and what follows an attempt at reaching them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from hotline.domain import calling
from hotline.domain.errors import Refused
from hotline.domain.surveys.dispositions import Disposition

DRAWN, RUNNING, PAUSED, STOPPED, FINISHED = "drawn", "running", "paused", "stopped", "done"
_MOVES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "start": ((DRAWN,), RUNNING),
    "pause": ((DRAWN, RUNNING), PAUSED),
    "resume": ((PAUSED,), RUNNING),
    "stop": ((DRAWN, RUNNING, PAUSED), STOPPED),
    "finish": ((RUNNING,), FINISHED),
}
MOVES = tuple(_MOVES)
UNDER_WAY = (DRAWN, RUNNING, PAUSED)

WAITING, CALLING, TEXTED, LISTED, DONE = "waiting", "calling", "texted", "listed", "done"
"""How far a person has got: to be rung; being rung; written to; on a person's list; over."""
PERSON_STATES = (WAITING, CALLING, TEXTED, LISTED, DONE)

RATINGS = ("attitude", "efficiency", "discipline")
QUESTIONS = (*RATINGS, "solved", "remark")


@dataclass(frozen=True)
class SurveyRules:
    """All of it configurable."""

    attempts: int = 3
    calls_at_once: int = 2
    """A town has one to four lines, and residents ring in on them, too."""
    text_wait: timedelta = timedelta(days=3)
    """After the text, before a person takes over."""
    weekday: int = 0
    """On which day last week's draw is made; 0 is Monday."""
    half_width: float = 0.1
    """Of the 95 % interval that is wanted for the week's satisfaction."""
    expected: float = 0.9
    """The satisfaction that interval is planned for."""
    response: float = 0.7
    """How many of those drawn are thought to answer."""
    answers_a_clerk: int = 8
    """A week, for the watch over clerks: with eight a bad one among nine is found within four weeks in 90 %, with
    four in 39 % (docs/simulation.md). 0: the interval alone decides."""


def moved(state: str, move: str) -> str:
    """The state after a move. Refused("survey_state") where it cannot be made."""
    allowed, after = _MOVES[move]
    if state not in allowed:
        raise Refused("survey_state", state=state, move=move)
    return after


NO_SUCH_NUMBER = ("13223", "13224", "21211", "21214", "21217")
"""A carrier's codes for a number that is none."""


def disposition_of_attempt(state: str, how: str, error: str = "") -> Disposition | None:
    """AAPOR's code for an attempt that is over; None where nobody was rung, so that it does not count."""
    if state == calling.UNSURE:
        return Disposition.FAILED
    if state != calling.SETTLED:
        return None
    if how == calling.Disposition.FAILED and error.startswith(NO_SUCH_NUMBER):
        return Disposition.OUT_OF_SERVICE
    return _ATTEMPTS.get(how)


_ATTEMPTS: Mapping[str, Disposition] = {
    calling.Disposition.BUSY: Disposition.BUSY,
    calling.Disposition.NO_ANSWER: Disposition.NO_ANSWER,
    calling.Disposition.MACHINE: Disposition.MACHINE,
    calling.Disposition.FAILED: Disposition.FAILED,
    calling.Disposition.CANCELED: Disposition.FAILED,
    calling.Disposition.ANSWERED: Disposition.BREAK_OFF,
}
"""Somebody who picked up and hung up without a word has broken off."""

_TELLING = (
    Disposition.NEVER_AVAILABLE,
    Disposition.MACHINE_KNOWN,
    Disposition.MACHINE,
    Disposition.BUSY,
    Disposition.NO_ANSWER,
    Disposition.FAILED,
)
"""Of several attempts the one that tells most is the final word (AAPOR 2023, “Final disposition codes”)."""
FINAL = frozenset(
    {
        Disposition.COMPLETE,
        Disposition.PARTIAL,
        Disposition.REFUSED,
        Disposition.BREAK_OFF,
        Disposition.DECEASED,
        Disposition.NOT_SERVED,
        Disposition.OUT_OF_SERVICE,
    }
)
"""After these nobody is tried again."""


def most_telling(codes: Iterable[str]) -> Disposition:
    """The final word on somebody who was never talked to."""
    had = set(codes)
    return next((code for code in _TELLING if code in had), Disposition.NOT_TRIED)


def disposition_of_talk(answered: Iterable[str], *, ended: bool) -> Disposition:
    """The code for somebody who began to answer; `answered` are the keys they answered, `ended`: to the end."""
    rated = [key for key in answered if key in RATINGS]
    if not rated:
        return Disposition.BREAK_OFF
    return Disposition.COMPLETE if ended else Disposition.PARTIAL
