"""The listening side of one stream: frames in, one answer out; recognition starts at the first pause."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from asr_models.end_of_speech import EndOfSpeech, Happened, Patience, SoFar
from asr_models.speech_detector import SpeechDetector
from ivr.dialogue.steps import Wants
from ivr.dialogue.turn import Turn
from ivr.listening import Heard
from ivr.live.mouth import Mouth
from ivr.voice import mulaw

log = logging.getLogger(__name__)

QUEUE_S = 20.0
"""Audio kept while nobody listens; what comes beyond it pushes out the oldest, and is counted."""
KEY_GAP_S = 4.0
"""Silence after a digit that ends a number."""
FRAME = 320
"""Bytes of PCM16 in 20 ms."""

STORY = Patience(quick_s=2.2, end_s=2.2)
OPEN = Patience(quick_s=0.7, end_s=1.3)
CLOSED = Patience()
"""By kind of question: stories are let finish, a complete answer is answered at once."""

Guess = Callable[[bytes], "asyncio.Future[Heard]"]
"""Starts recognising an utterance (PCM16) for the open question, beside the event loop."""


@dataclass(frozen=True)
class Said:
    """An utterance, and its recognition: done, or under way since the first pause."""

    pcm: bytes
    heard: asyncio.Future[Heard]
    guessed: bool
    """Recognition had begun before the end was certain."""


@dataclass(frozen=True)
class Pressed:
    digits: str


@dataclass(frozen=True)
class Silence:
    """Nobody spoke within the question's patience."""


Answer = Said | Pressed | Silence


@dataclass
class _Utterance:
    pcm: bytearray = field(default_factory=bytearray)
    guess: asyncio.Future[Heard] | None = None
    interrupts: bool = False
    """It began while our prompt was still heard."""

    def so_far(self) -> SoFar:
        """What was heard up to the pause, as far as it is known."""
        guess = self.guess
        if guess is None or not guess.done() or guess.cancelled() or guess.exception() is not None:
            return SoFar.UNKNOWN
        heard = guess.result()
        return SoFar.ANSWERED if self.interrupts and heard.is_sign else heard.so_far

    def forget(self) -> None:
        """The caller goes on: what was made of the beginning does not count."""
        if self.guess is not None:
            self.guess.cancel()
            self.guess = None


class Ear:
    """Listens to one stream. `take` and `press` never wait; `listen` gives one answer."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque(maxlen=int(QUEUE_S / 0.02))
        self._keys: deque[str] = deque(maxlen=64)
        self._news = asyncio.Event()
        self._detector = SpeechDetector()
        self._rest = b""
        self._dropped = 0

    def take(self, audio: bytes) -> None:
        """µ-law of any length, from the socket reader."""
        if len(self._frames) == self._frames.maxlen:
            self._dropped += 1
            if self._dropped in (1, 50, 500):
                log.warning("audio came faster than it was heard", extra={"dropped": self._dropped})
        self._frames.append(audio)
        self._news.set()

    def press(self, digit: str) -> None:
        self._keys.append(digit)
        self._news.set()

    async def listen(self, turn: Turn, mouth: Mouth, guess: Guess) -> Answer:
        """The answer to the open turn: speech, keys, or silence after the question has been heard."""
        ending, said = EndOfSpeech(patience_for(turn)), _Utterance()
        while True:
            if self._keys:
                said.forget()
                return Pressed(await self._digits(turn))
            if not self._frames:
                self._news.clear()
                await self._news.wait()
                continue
            for frame in self._whole(self._frames.popleft()):
                answer = await self._hear(frame, (ending, said), mouth, guess)
                if answer is not None:
                    return answer

    async def _hear(
        self, frame: bytes, state: tuple[EndOfSpeech, _Utterance], mouth: Mouth, guess: Guess
    ) -> Answer | None:
        """One frame of 20 ms: an answer if it ended one."""
        ending, said = state
        speech = self._detector.feed(frame)
        happened = ending.hear(frame, speech=speech, playing=mouth.speaking, so_far=said.so_far())
        match happened:
            case Happened.STARTED:
                if mouth.speaking:
                    said.interrupts = True
                    await mouth.stop()
            case Happened.PAUSED:
                said.guess = guess(ending.utterance())
            case Happened.RESUMED:
                said.forget()
            case Happened.ENDED:
                pcm = ending.utterance()
                return Said(pcm, said.guess or guess(pcm), said.guess is not None)
            case Happened.NO_INPUT:
                return Silence()
        return None

    def _whole(self, audio: bytes) -> list[bytes]:
        """Whole 20 ms frames of PCM; what is over waits for the next piece."""
        pcm = self._rest + mulaw.pcm_bytes(mulaw.decode(audio))
        whole = len(pcm) - len(pcm) % FRAME
        self._rest = pcm[whole:]
        return [pcm[at : at + FRAME] for at in range(0, whole, FRAME)]

    async def _digits(self, turn: Turn) -> str:
        """One key, or the keys of a number up to # or a pause."""
        digits = self._keys.popleft()
        if turn.ask is None or turn.ask.slot.wants is not Wants.NUMBER:
            return digits
        while not digits.endswith("#"):
            if not self._keys:
                self._news.clear()
                try:
                    await asyncio.wait_for(self._key(), KEY_GAP_S)
                except TimeoutError:
                    break
            digits += self._keys.popleft()
        return digits

    async def _key(self) -> None:
        while not self._keys:
            self._news.clear()
            await self._news.wait()


def patience_for(turn: Turn) -> Patience:
    """How long an answer to this question is waited for."""
    return patience_by_kind(turn.ask.slot.wants if turn.ask else Wants.WORDS)


def patience_by_kind(wants: Wants) -> Patience:
    """The patience of a kind of question."""
    if wants is Wants.WORDS:
        return STORY
    return OPEN if wants is Wants.OPEN else CLOSED
