"""When a caller begins to speak, pauses, goes on, and has finished: decided from 20 ms frames, without a clock.

Old people speak slowly and stop to think, so silence alone ends an answer late; as soon as what was said already
answers the question, a short silence will do. Recognition begins at the first pause to have that known in time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from asr_models.echo import EchoGate
from asr_models.speech_detector import SpeechDetector

__all__ = ["STORY", "EndOfSpeech", "Happened", "Patience", "SoFar", "SpeechDetector"]

FRAME_S = 0.02
DETECTOR_LAG_S = 0.12
"""How long the detector and the vote of `_speaks` go on after the last sound: silence is counted from that."""
_SPEECH, _STILL_SPEECH, _SPEECH_OVER_PROMPT = 0.5, 0.35, 0.7
"""Probabilities. Over our own prompt its echo on the line must not pass for the caller."""


class Happened(Enum):
    """What one frame brought about."""

    STARTED = auto()
    """The caller speaks; over a prompt this is barge-in, and the prompt should stop."""
    PAUSED = auto()
    """A first short silence: begin to recognise now."""
    RESUMED = auto()
    """The caller goes on: what was recognised since the pause is of no use."""
    ENDED = auto()
    """The answer is complete; `EndOfSpeech.ended_by` says why."""
    NO_INPUT = auto()
    """Nobody spoke."""


class SoFar(Enum):
    """What is known at a pause of what was said before it."""

    UNKNOWN = auto()
    """Nothing: it is still being recognised."""
    ANSWERED = auto()
    """It answers the question."""
    BEGUN = auto()
    """It clearly lacks something: half a number, a day without an hour."""


@dataclass(frozen=True)
class Patience:
    """How long a question waits, in seconds of silence from the caller's last sound."""

    no_input_s: float = 6.5
    """Silence after the prompt until the question counts as unanswered."""
    pause_s: float = 0.25
    quick_s: float = 0.5
    """Silence that ends an answer already understood."""
    end_s: float = 1.3
    """Silence that ends an answer of which nothing better is known."""
    begun_s: float = 2.9
    """Silence that ends an answer that has only begun: the old stop to think."""
    longest_s: float = 30.0
    onset_s: float = 0.1
    """Speech within `onset_window_s` that counts as beginning to speak: less is a click or a cough."""
    onset_window_s: float = 0.3
    barge_in_s: float = 0.18
    """The same while our prompt plays; gaps in it are forgiven."""
    barge_in_window_s: float = 0.32
    before_s: float = 0.3
    """Sound kept from before the onset, so that a soft first consonant is not cut."""


STORY = Patience(quick_s=2.0, end_s=2.0)
"""Somebody tells what happened: let finish."""


class EndOfSpeech:
    """Follows one answer. One event a frame at most; after ENDED or NO_INPUT it is done."""

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience = patience or Patience()
        self._recent: deque[bytes] = deque(maxlen=_frames(patience.before_s + patience.barge_in_window_s))
        window = max(patience.barge_in_window_s, patience.onset_window_s)
        self._chances: deque[float] = deque(maxlen=_frames(window))
        self._over_prompt: deque[bool] = deque(maxlen=_frames(patience.barge_in_window_s))
        self._gate = EchoGate()
        self._said: bytearray = bytearray()
        self._waited = self._spoken = self._silent = 0
        self._started = self._paused = self._done = False
        self.ended_by = ""
        """`quick`, `silence` or `longest` once ENDED."""

    def hear(
        self, frame: bytes, *, speech: float, playing: bool = False, so_far: SoFar = SoFar.UNKNOWN
    ) -> Happened | None:
        """Takes the next 20 ms of PCM and its probability of speech.

        `playing`: our prompt is still heard. `so_far`: what the words up to the last pause were found to be.
        """
        if self._done:
            return None
        self._chances.append(speech)
        return self._go_on(frame, so_far) if self._started else self._wait(frame, playing=playing)

    def utterance(self) -> bytes:
        """The sound from shortly before the onset until now; empty before STARTED."""
        return bytes(self._said)

    @property
    def silence_s(self) -> float:
        """Silence since the caller's last sound."""
        return self._silent * FRAME_S

    def _wait(self, frame: bytes, *, playing: bool) -> Happened | None:
        patience = self._patience
        self._recent.append(frame)
        if playing:
            certain = self._gate.passes(frame) and self._chances[-1] >= _SPEECH_OVER_PROMPT
            self._over_prompt.append(certain)
            heard, needed = list(self._over_prompt), patience.barge_in_s
        else:
            last = list(self._chances)[-_frames(patience.onset_window_s) :]
            heard, needed = [chance >= _SPEECH for chance in last], patience.onset_s
        if sum(heard) >= _frames(needed):
            self._started = True
            kept = len(heard) - heard.index(True) + _frames(patience.before_s)
            self._said += b"".join(list(self._recent)[-kept:])
            self._spoken = len(heard)
            return Happened.STARTED
        # somebody beginning to speak is not nobody
        self._waited = 0 if playing else self._waited + 1
        if self._waited >= _frames(patience.no_input_s) and not any(heard):
            return self._end(Happened.NO_INPUT, "")
        return None

    def _go_on(self, frame: bytes, so_far: SoFar) -> Happened | None:
        self._said += frame
        self._spoken += 1
        if self._spoken >= _frames(self._patience.longest_s):
            return self._end(Happened.ENDED, "longest")
        if self._speaks():
            self._silent = 0
            if self._paused:
                self._paused = False
                return Happened.RESUMED
            return None
        self._silent = self._silent + 1 if self._silent else _frames(DETECTOR_LAG_S)
        return self._judge_silence(so_far)

    def _speaks(self) -> bool:
        """Three frames of the last five: a breath or a crackle in a pause is not going on."""
        last = list(self._chances)[-5:]
        return sum(chance >= _STILL_SPEECH for chance in last) >= 3

    def _judge_silence(self, so_far: SoFar) -> Happened | None:
        patience = self._patience
        longest = max(patience.begun_s, patience.end_s) if so_far is SoFar.BEGUN else patience.end_s
        if self._silent >= _frames(longest):
            return self._end(Happened.ENDED, "silence")
        if self._paused and so_far is SoFar.ANSWERED and self._silent >= _frames(patience.quick_s):
            return self._end(Happened.ENDED, "quick")
        if not self._paused and self._silent >= _frames(patience.pause_s):
            self._paused = True
            return Happened.PAUSED
        return None

    def _end(self, happened: Happened, reason: str) -> Happened:
        self._done, self.ended_by = True, reason
        return happened


def _frames(duration_s: float) -> int:
    return round(duration_s / FRAME_S)
