"""The mouth of the hotline: text in, telephone sound out, phrase by phrase, made once and kept."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from ivr.voice import mulaw, tones
from ivr.voice.baker import BakerVoice
from ivr.voice.breaths import Breath, breaths
from ivr.voice.clips import Clips, content_key
from ivr.voice.mulaw import FRAME_BYTES
from ivr.voice.pronounce import Pronouncer
from ivr.voice.recorded import RecordedPrompts
from ivr.voice.written_out import written_out

MODEL = "voice-baker"


class Models(Protocol):
    """Where models lie (`asr_models.store.ModelStore`)."""

    def path(self, name: str) -> Path:
        """The model's folder. Raises SpeechError naming the command that fetches it."""


class Speaker:
    """Says the hotline's sentences; one for a whole process, safe to share between calls.

    Pace 1 is 3.5 characters a second with pauses, 0.75 is 2.8: slow speech lengthens pauses more than sounds,
    which stay clear that way. Raises SpeechError where a sentence is neither recorded nor kept and there is
    no voice to render it.
    """

    def __init__(
        self,
        models: Models,
        cache_dir: Path | None = None,
        recorded_dir: Path | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        """`names` gives the words of each prompt that has no slots, so that recordings can bear its name."""
        self._models = models
        self._cache_dir = cache_dir or default_cache("voice")
        self._clips = Clips(self._cache_dir / "clips", ".ulaw")
        self._recorded = RecordedPrompts(recorded_dir, names or {})
        self._pronouncer = Pronouncer()
        self._loaded: BakerVoice | None = None
        self._loading = threading.Lock()
        self._rendering = threading.Lock()
        self._ahead = ThreadPoolExecutor(1, "voice")

    def phrases(self, text: str) -> list[str]:
        """The breaths of a text, at most 25 characters each, numbers written out."""
        return [breath.text for breath in self._breaths(text)]

    def speak(self, text: str, pace: float = 1.0) -> bytes:
        """The whole text as µ-law at 8000 Hz, in whole 20 ms frames."""
        return b"".join(self.stream(text, pace))

    def stream(self, text: str, pace: float = 1.0) -> Iterator[bytes]:
        """The same phrase by phrase, each with the pause after it: the next is rendered while one is played."""
        whole = self._recorded.find(text, slow=pace < 1)
        if whole is not None:
            yield _frames(whole)
            return
        parts = self._breaths(text)
        made: Future[bytes] | None = None
        for number, part in enumerate(parts):
            sound = made.result() if made is not None else self._clip(part.text, pace)
            following = parts[number + 1] if number + 1 < len(parts) else None
            made = self._ahead.submit(self._clip, following.text, pace) if following is not None else None
            yield _frames(sound + (mulaw.silence(_pause(part, pace)) if following is not None else b""))

    def ready(self, text: str, pace: float = 1.0) -> bool:
        """Whether the text can be said at once."""
        if self._recorded.find(text, slow=pace < 1) is not None:
            return True
        return all(
            self._recorded.find(part.text, slow=pace < 1) is not None or self._key(part.text, pace) in self._clips
            for part in self._breaths(text)
        )

    def prepare(
        self, texts: Iterable[str], progress: Callable[[int, int], None] | None = None, pace: float = 1.0
    ) -> None:
        """Renders ahead of time; `progress` is told how many of how many texts are ready."""
        wanted = list(texts)
        for done, text in enumerate(wanted, start=1):
            for _ in self.stream(text, pace):
                pass
            if progress is not None:
                progress(done, len(wanted))

    def forget_unused(self, days: float) -> int:
        """Deletes kept phrases nobody has heard for so long: they may hold names. Returns how many."""
        return self._clips.forget_unused(days * 86_400)

    def beep(self) -> bytes:
        """嘟, before a message is recorded."""
        return tones.beep()

    def comfort(self, seconds: float) -> bytes:
        """The sound of a line that is alive, while something takes long."""
        return tones.comfort(seconds)

    def load(self) -> None:
        """Loads the voice now (1.5 s) and not at the first sentence. Raises SpeechError if it is not there."""
        self._voice().say("您好")

    def close(self) -> None:
        """Stops rendering ahead."""
        self._ahead.shutdown(wait=False, cancel_futures=True)

    def _voice(self) -> BakerVoice:
        with self._loading:
            if self._loaded is None:
                self._loaded = BakerVoice(self._models.path(MODEL), self._cache_dir, self._pronouncer)
            return self._loaded

    def _breaths(self, text: str) -> list[Breath]:
        return breaths(written_out(text), self._pronouncer.words)

    def _key(self, phrase: str, pace: float) -> str:
        return content_key(BakerVoice.version, f"{pace:.2f}", phrase)

    def _clip(self, phrase: str, pace: float) -> bytes:
        recorded = self._recorded.find(phrase, slow=pace < 1)
        if recorded is not None:
            return recorded
        key = self._key(phrase, pace)
        kept = self._clips.get(key)
        if kept is not None:
            return kept
        with self._rendering:
            # another call may have wanted the same phrase
            kept = self._clips.get(key)
            if kept is None:
                kept = mulaw.encode(self._voice().say(phrase, pace**0.5))
                self._clips.keep(key, kept)
            return kept


def default_cache(part: str) -> Path:
    """A folder below the user's cache for what can be made again."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    # the XDG specification tells to ignore a relative path
    return (Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache") / "hotline" / part


def _pause(after: Breath, pace: float) -> float:
    return after.pause_s / min(2.0, max(0.5, pace)) ** 3


def _frames(sound: bytes) -> bytes:
    return sound + mulaw.SILENCE * (-len(sound) % FRAME_BYTES)
