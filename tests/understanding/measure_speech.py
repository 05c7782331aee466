"""How often synthetic callers are understood: caller's voice, telephone line, Whisper, understanding.

    python -m tests.understanding.measure_speech [--voices a,b] [--each 2] [--snr 20] [--question when]

Prints what went wrong, then a table by question: cases, all slots right, and milliseconds of hearing,
of understanding, and of scoring. Names are right if every character is.
"""

from __future__ import annotations

import argparse
import random
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from asr_models.recogniser import Listener
from asr_models.store import ModelStore
from asr_models.whisper_recogniser import WhisperRecogniser
from ivr.evaluation.questions import question, setting
from ivr.exchange.callers.voices import NAMES, CallerVoice, Habits
from ivr.understanding import expected_for, understand_speech
from ivr.voice import mulaw
from tests.understanding.cases import Case, read

_PIECE = 1600


class Timed:
    """A listener's `score` with its time and batch sizes kept."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.ms = 0.0

    def score(self, sentences: Sequence[str]) -> list[float]:
        began = time.perf_counter()
        scores = self._listener.score(sentences)
        self.ms += 1000 * (time.perf_counter() - began)
        return scores


def on_the_line(pcm: mulaw.Pcm, snr_db: float, seed: int) -> bytes:
    """A quarter second of room before and after, white noise at this ratio to the speech, G.711 µ-law and back."""
    room = np.zeros(2000, np.int16)
    whole = np.concatenate([room, pcm, room]).astype(np.float64)
    loud = float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2))) if len(pcm) else 1.0
    noise = np.random.default_rng(seed).normal(0, loud / 10 ** (snr_db / 20), len(whole))
    mixed = np.clip(whole + noise, -32768, 32767).astype(np.int16)
    return mulaw.pcm_bytes(mulaw.decode(mulaw.encode(mixed)))


def spoken_by(cases: Iterable[Case], voices: Sequence[str], each: int) -> Iterator[tuple[Case, str]]:
    """Every case with some voices, the same ones each time."""
    for case in cases:
        chosen = random.Random(zlib.crc32(case.said.encode())).sample(list(voices), min(each, len(voices)))
        yield from ((case, voice) for voice in chosen)


def main() -> None:
    given = _arguments()
    store = ModelStore()
    ears = WhisperRecogniser(store.path("whisper-base"))
    voices = {name: CallerVoice(name, store) for name in given.voices.split(",")}
    cases = [
        case for case in read(given.table) if not given.question or case.question in given.question.split(",")
    ]
    results: dict[str, list[Row]] = defaultdict(list)
    for case, voice in spoken_by(cases, list(voices), given.each):
        seed = zlib.crc32(f"{case.said}{voice}".encode())
        habits = Habits(local=voice.startswith("elder"), hesitant=seed % 7 == 0)
        pcm = on_the_line(voices[voice].say(case.said, 0.85 + 0.05 * (seed % 4), habits), given.snr, seed)
        results[case.question].append(_one(case, voice, pcm, (ears, given)))
    _table(results)


Row = tuple[bool, float, float, float]
"""Right or not; milliseconds of hearing, of understanding, of scoring."""


def _one(case: Case, voice: str, pcm: bytes, how: tuple[WhisperRecogniser, argparse.Namespace]) -> Row:
    ears, given = how
    ask, against = question(case.question), setting(case.question)
    listener = ears.listen(expected_for(ask, against))
    for start in range(0, len(pcm), _PIECE):
        listener.feed(pcm[start : start + _PIECE])
    began = time.perf_counter()
    hearing = listener.finish()
    heard = time.perf_counter()
    timed = Timed(listener)
    sense = understand_speech(ask, hearing, None if given.no_score else timed.score, against)
    ended = time.perf_counter()
    wrong = case.failures(sense)
    if wrong or given.all:
        print(f"{'x' if wrong else ' '} {case.question:8} {voice:10} {case.said}")
        print(f"    {' / '.join(a.text for a in hearing.alternatives)}")
        print(f"    {'; '.join(wrong)} confidence {sense.confidence} likely {sense.likely}")
    return not wrong, 1000 * (heard - began), 1000 * (ended - heard) - timed.ms, timed.ms


def _table(results: dict[str, list[Row]]) -> None:
    print("\nquestion      n  right         hear  sense  score  (median ms; sense 95th percentile behind)")
    everything = [row for rows in results.values() for row in rows]
    for name, rows in [*results.items(), ("all", everything)]:
        right = sum(row[0] for row in rows)
        hear, sense, score = (float(np.median([row[i] for row in rows])) for i in (1, 2, 3))
        worst = float(np.percentile([row[2] for row in rows], 95))
        share = f"{right / len(rows):.1%}"
        print(f"{name:10}{len(rows):5}{right:7}{share:>8}{hear:7.0f}{sense:7.0f}{score:7.0f}   {worst:.0f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voices", default=",".join(NAMES))
    parser.add_argument("--each", type=int, default=2, help="voices for each sentence")
    parser.add_argument("--snr", type=float, default=20.0)
    parser.add_argument("--question", default="")
    parser.add_argument("--table", default="spoken.tsv")
    parser.add_argument("--no-score", action="store_true")
    parser.add_argument("--all", action="store_true", help="print what went right as well")
    return parser.parse_args()


if __name__ == "__main__":
    main()
