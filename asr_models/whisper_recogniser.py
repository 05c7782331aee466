"""Whisper base as a recogniser of telephone Mandarin: several readings, and scores for expected sentences.

Free decoding writes names and times in wrong characters, so the readings are only a first guess; `score` chooses
among the sentences that make sense. Expected phrases do not steer Whisper's decoding (a prompt made of them was
measured to make it worse); they steer the second ear, which reads the same encoding by its sounds.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from pathlib import Path

from asr_models.concealment import concealed
from asr_models.paths import Frames
from asr_models.plausible import SILENT_DB, distinct, nobody_spoke
from asr_models.recogniser import Alternative, Capabilities, Expected, Hearing, SpeechError
from asr_models.rows import automaton, sounds_heard
from asr_models.second_ear import SecondEar, fits, loop_of, read
from asr_models.sound import loudness_db, seconds
from asr_models.whisper_model import Encoded, Reading, WhisperModel, simplified
from asr_models.windows import quietest_cut

SHORTEST_S = 0.1
WINDOW_S = 12.0
"""Longer speech is cut at pauses. Measured on 73 s of sentences read on end: 10.5 % of syllables wrong with
windows of up to 12 s, 17.5 % with 16 s and 13.1 % with 22 s."""
HABIT_SHARE = 0.5
"""How much of a sentence's score on silence is taken off. Without it short and frequent words win: 41 sentences by
50 accented utterances 58 % right at 0, 92 % at 0.3, 98 % at 0.5 to 0.6, 96 % at 0.7."""
READ_SHARE, SOUND_SHARE = 0.5, 0.5
"""What Whisper's score and the second ear's count in a sentence's."""
READ_AT_MOST = 12
"""Sentences of a batch that Whisper reads; of more the second ear chooses (2 ms for a hundred)."""
UNREAD = 3.0
"""Nats below the worst of those read that the others are taken to be."""
LEAST_HEARD = 0.5
"""Share of its sounds below which an answer in a known order is not looked for: 对的 is no 不对，我叫王秀珍."""
WELL_TOLD = -8.0
"""Nats behind the likeliest sounds at which an answer in a known order leaves nothing to be wished for."""
_SPOTTED_PLACE = 2
"""Behind what both ears read."""
_SILENCE_S = 1.0
_HABITS_KEPT = 20_000
_SETTLED_AFTER_S = 10.0
_SETTLED_AT_LEAST_S = 4.0


class WhisperRecogniser:
    """Whisper base, loaded and warm. Safe to use from many threads."""

    def __init__(self, folder: Path, *, threads: int = 2) -> None:
        """Loads the model and lets it work once. Raises SpeechError."""
        self._model = WhisperModel(folder, threads)
        self.second_ear = SecondEar()
        self._silence = self._model.encode(bytes(int(_SILENCE_S * 16_000)))
        self._habits: dict[str, float] = {}
        self._habits_lock = threading.Lock()
        self._model.decode(self._silence)
        self.habits(["你好"])

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            name="whisper-base", language="zh", grammar=False, scoring=True, partials=False, word_times=False
        )

    def listen(self, expected: Expected) -> WhisperListener:
        return WhisperListener(self, self._model, expected)

    def prepare(self, expected: Expected) -> list[str]:
        """Any Chinese character can be heard, a phrase without one cannot; how readily each is said is learnt.

        What the second ear needs for these phrases and rows is made as well.
        """
        loop_of(expected)
        for row in expected.rows:
            automaton(row)
        self.habits([simplified(phrase) for phrase in expected.phrases if simplified(phrase)])
        return [phrase for phrase in expected.phrases if not simplified(phrase)]

    def habits(self, sentences: Sequence[str]) -> list[float]:
        """How readily the model says each sentence of silence: its log-probability there. Remembered."""
        with self._habits_lock:
            known = {sentence: self._habits[sentence] for sentence in sentences if sentence in self._habits}
        if new := [sentence for sentence in dict.fromkeys(sentences) if sentence not in known]:
            known |= zip(new, self._model.score(self._silence, new), strict=True)
            with self._habits_lock:
                if len(self._habits) > _HABITS_KEPT:
                    self._habits.clear()
                self._habits |= known
        return [known[sentence] for sentence in sentences]

    def close(self) -> None:
        """Nothing to let go of but memory."""


@dataclass(frozen=True)
class _Window:
    """A stretch of the utterance that was encoded and decoded by itself."""

    encoded: Encoded
    text: str
    frames: Frames
    """Which sounds the second ear heard."""


class WhisperListener:
    """One utterance, kept whole: the encoder sees all of it at once, or `WINDOW_S` of a longer one."""

    def __init__(self, recogniser: WhisperRecogniser, model: WhisperModel, expected: Expected) -> None:
        self._recogniser, self._model, self._expected = recogniser, model, expected
        self._heard = bytearray()
        self._settled = 0
        self._before: list[_Window] = []
        self._windows: list[_Window] = []
        self._last: Hearing | None = None
        self._last_end = 0

    def feed(self, pcm: bytes) -> None:
        self._heard += pcm

    def partial(self) -> str:
        return ""

    def finish(self) -> Hearing:
        """Decodes what was fed; costs nothing when nothing was added since the last time.

        While somebody tells a story, what came before the last pause is not decoded again.
        """
        end = len(self._heard) & ~1
        if self._last is None or end != self._last_end:
            self._settle(end)
            self._last, self._last_end = self._decode(concealed(bytes(self._heard[self._settled : end]))), end
        return self._last

    def score(self, sentences: Sequence[str]) -> list[float]:
        """How well each sentence fits: half what Whisper makes of it, half what its sounds do.

        Whisper's half is the summed log-probability with the end token, less half of what the sentence has on
        silence; of many sentences it reads the first and those whose sounds fit best.
        Of an utterance of several windows that one is scored in which the sentences differ. Raises SpeechError
        before `finish`; minus infinity where nobody spoke.
        """
        if self._last is None:
            raise SpeechError("score was asked before finish")
        if not sentences or not self._windows:
            return [-math.inf] * len(sentences)
        window, parts = _where_they_differ(self._windows, [simplified(sentence) for sentence in sentences])
        sounds = fits(window.frames, parts)
        chosen = _likeliest(sounds)
        few = [parts[place] for place in chosen]
        pairs = zip(self._model.score(window.encoded, few), self._recogniser.habits(few), strict=True)
        reads = [read - HABIT_SHARE * habit for read, habit in pairs]
        unread = dict.fromkeys(range(len(parts)), min(reads) - UNREAD)
        reads_of = unread | dict(zip(chosen, reads, strict=True))
        return [READ_SHARE * reads_of[place] + SOUND_SHARE * sound for place, sound in enumerate(sounds)]

    def _settle(self, end: int) -> None:
        """Takes the last hearing as final when much has been said since."""
        if self._last is None:
            return
        long_since = seconds(self._heard[self._settled : end]) > _SETTLED_AFTER_S
        if long_since and seconds(self._heard[self._settled : self._last_end]) > _SETTLED_AT_LEAST_S:
            self._settled, self._before = self._last_end, self._windows

    def _decode(self, pcm: bytes) -> Hearing:
        began = time.perf_counter()
        timings = {"encode": 0.0, "decode": 0.0, "second_ear": 0.0}
        self._windows = list(self._before)
        readings: list[Reading] = []
        silent = []
        while pcm:
            cut = quietest_cut(pcm, WINDOW_S)
            found, no_speech = self._decode_window(pcm[:cut], timings)
            silent.append(no_speech)
            readings = found or readings
            pcm = pcm[cut:]
        took_ms = 1000 * (time.perf_counter() - began)
        alternatives = tuple(self._alternatives(readings))
        return Hearing(alternatives, min(silent, default=1.0), seconds(self._heard), took_ms, timings)

    def _alternatives(self, readings: Sequence[Reading]) -> Iterator[Alternative]:
        """The readings of the last window, each behind the best of those before."""
        earlier = self._windows[:-1] if readings else self._windows
        before = "".join(window.text for window in earlier)
        for reading in readings:
            yield Alternative(before + reading.text, math.exp(reading.log_probability / reading.tokens))
        if before and not readings:
            yield Alternative(before, 1.0)

    def _decode_window(self, pcm: bytes, timings: dict[str, float]) -> tuple[list[Reading], float]:
        if seconds(pcm) < SHORTEST_S or loudness_db(pcm) < SILENT_DB:
            return [], 1.0
        began = time.perf_counter()
        encoded = self._model.encode(pcm)
        half_way = time.perf_counter()
        readings, no_speech = self._model.decode(encoded)
        decoded = time.perf_counter()
        timings["encode"] += 1000 * (half_way - began)
        timings["decode"] += 1000 * (decoded - half_way)
        if nobody_spoke(readings[0], no_speech):
            return [], no_speech
        frames = self._recogniser.second_ear.frames(encoded.features, encoded.audio_s)
        told = _with_sounds(distinct(readings), frames, self._expected)
        timings["second_ear"] += 1000 * (time.perf_counter() - decoded)
        self._windows.append(_Window(encoded, told[0].text, frames))
        return told, no_speech


def _likeliest(sounds: Sequence[float]) -> list[int]:
    """The sentences that Whisper reads too: the first one, and those whose sounds fit best."""
    ranked = sorted(range(1, len(sounds)), key=lambda place: -sounds[place])
    return [0, *ranked[: READ_AT_MOST - 1]]


def _with_sounds(told: list[Reading], frames: Frames, expected: Expected) -> list[Reading]:
    """With what the second ear reads, behind Whisper's best; what fits in a known order stands before all.

    In front it made more mistakes than it mended: of 96 answers out of a few (tune split, clean line) 85 were
    right instead of 88; people's own sentences it reads worse than Whisper does.
    """
    if text := read(frames, expected):
        told = _in_place(told, 1, text)
    for row in expected.rows:
        if row.spotted and (found := automaton(row).follow(frames)).inside >= row.believed:
            told = _in_place(told, min(_SPOTTED_PLACE, len(told)), found.text)
    in_order = told_in_order(frames, expected)
    return _in_place(told, 0, in_order) if in_order else told


def told_in_order(frames: Frames, expected: Expected) -> str:
    """The best of the answers in a known order; empty where none fits."""
    text, behind, believed = "", -math.inf, -math.inf
    heard = sounds_heard(frames)
    for row in expected.rows:
        if row.spotted or heard < LEAST_HEARD * automaton(row).least_sounds:
            continue
        found = automaton(row).follow(frames)
        if found.behind > behind:
            text, behind = found.text, found.behind
            believed = row.believed if found.inside - found.behind <= row.around else math.inf
        if behind >= WELL_TOLD:
            break
    return text if behind >= believed else ""


def _in_place(told: list[Reading], place: int, text: str) -> list[Reading]:
    """With another text in this place, as trusted as Whisper's best: the ears' own trust cannot be compared."""
    heard = Reading(text, told[0].log_probability, told[0].tokens)
    return [*told[:place], heard, *(one for one in told[place:] if one.text != text)]


def _where_they_differ(windows: Sequence[_Window], sentences: Sequence[str]) -> tuple[_Window, list[str]]:
    """The window in which the sentences differ, and what each says there.

    Sentences that differ in several windows are scored whole on the last one: nothing better can be said.
    """
    ends = list(accumulate(len(window.text) for window in windows))
    prefix, suffix = _shared(sentences), _shared([sentence[::-1] for sentence in sentences])
    place = next((number for number, end in enumerate(ends) if end > prefix), len(windows) - 1)
    before, after = ends[place] - len(windows[place].text), ends[-1] - ends[place]
    if after > suffix:
        return windows[-1], list(sentences)
    return windows[place], [sentence[before : len(sentence) - after] for sentence in sentences]


def _shared(sentences: Sequence[str]) -> int:
    """How many characters all sentences begin with."""
    columns = zip(*sentences, strict=False)
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
