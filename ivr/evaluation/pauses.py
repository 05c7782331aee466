"""End-of-speech on people who stop to think: how often an answer is cut off, and how long a finished one waits.

Each answer is said in pieces with a pause of known length between them, over a 20 dB line, and followed frame by
frame as in a call: speech detector, recognition at the first pause, the time it takes, understanding, patience.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from asr_models.end_of_speech import FRAME_S, EndOfSpeech, Happened, Patience, SoFar
from asr_models.recogniser import Recogniser
from asr_models.speech_detector import SpeechDetector
from ivr.evaluation.callers import VOICES, voice
from ivr.evaluation.corpus import CorpusError, seed_of
from ivr.evaluation.figures import Share, percentile
from ivr.evaluation.line import CLEAN, Line, through
from ivr.evaluation.questions import question, setting
from ivr.listening import hear
from ivr.live.ear import patience_by_kind
from ivr.voice import mulaw
from ivr.voice.mulaw import Pcm

PAUSES_S = (0.5, 1.0, 1.5, 2.0, 2.5)
SCALES = (0.6, 0.8, 1.0, 1.25, 1.5)
"""The patience of the curve, in parts of the one chosen."""
_AFTER_S = 5.0
_QUIET = 300
"""Amplitude below which the ends of a rendered piece are no speech; speech is at -20 dBFS."""
_FRAME = 320


@dataclass(frozen=True)
class Broken:
    """An answer with a pause in it."""

    question: str
    parts: tuple[str, ...]
    voice: str
    pause_s: float


@dataclass
class Followed:
    """One answer as the line heard it: frames, chances of speech, and what each pause's words were found to be."""

    broken: Broken
    pcm: bytes
    ends_s: float
    """When the last sound of the last piece was."""
    chances: list[float]
    known: dict[int, tuple[SoFar, float]] = field(default_factory=dict)
    """And how many seconds that took to find out, by the length of the utterance."""


@dataclass(frozen=True)
class Ended:
    """How one answer ended: before its last sound, or so long after it."""

    pause_s: float
    cut: bool
    delay_s: float
    answered: bool
    """What had been said until then answered the question: 石桥村, before 三组."""


def read(path: Path, split: str) -> list[tuple[str, tuple[str, ...]]]:
    """(question, pieces) of a split. Raises CorpusError for a broken row."""
    text = [line for line in path.read_text("utf8").splitlines() if line and not line.startswith("#")]
    found = []
    for row in csv.DictReader(text, delimiter="\t"):
        parts = tuple((row.get("words") or "").split("|"))
        if len(parts) < 2 or not all(parts):
            raise CorpusError(f"{path}: {row} has no pause in it")
        if row["split"] == split:
            found.append((row["question"], parts))
    return found


def broken(answers: Sequence[tuple[str, tuple[str, ...]]], split: str) -> list[Broken]:
    """Every answer with every pause, a voice of the split for each in turn."""
    voices = VOICES[split]
    every = [(key, parts, pause) for key, parts in answers for pause in PAUSES_S]
    return [
        Broken(key, parts, voices[(number + number // len(voices)) % len(voices)], pause)
        for number, (key, parts, pause) in enumerate(every)
    ]


def follow(one: Broken, line: Line = CLEAN) -> Followed:
    """Says it over the line and listens for speech. Raises SpeechError."""
    said, ends_s = _said(one)
    talking = float(np.mean(np.abs(said) > _QUIET)) or 1.0
    quieter = replace(line, snr_db=line.snr_db + 10 * float(np.log10(min(1.0, 2 * talking))))
    pcm = through(said, quieter, seed_of(*one.parts, one.voice, one.pause_s))
    detector = SpeechDetector()
    frames = [pcm[at : at + _FRAME] for at in range(0, len(pcm) - _FRAME + 1, _FRAME)]
    return Followed(one, pcm, ends_s, [detector.feed(frame) for frame in frames])


def _said(one: Broken) -> tuple[Pcm, float]:
    """The pieces with the pause between them and silence behind; when the last sound is, a room before it."""
    pieces = [_trimmed(voice(one.voice).say(part)) for part in one.parts]
    pause = np.zeros(round(one.pause_s * mulaw.RATE), np.int16)
    spoken = [piece for part in pieces for piece in (part, pause)][:-1]
    length = sum(map(len, spoken)) / mulaw.RATE
    return np.concatenate([*spoken, np.zeros(round(_AFTER_S * mulaw.RATE), np.int16)]), length + 0.25


def _trimmed(pcm: Pcm) -> Pcm:
    loud = np.flatnonzero(np.abs(pcm) > _QUIET)
    return pcm[loud[0] : loud[-1] + 1] if len(loud) else pcm


def ended(told: Followed, ears: Recogniser, scale: float, *, knowing: bool = True) -> Ended:
    """How it ends with so much patience; `knowing` off: silence alone decides, as in most machines."""
    patience = _scaled(patience_by_kind(question(told.broken.question).slot.wants), scale)
    ending, so_far, ready = EndOfSpeech(patience), SoFar.UNKNOWN, 0
    for number, chance in enumerate(told.chances):
        frame = told.pcm[number * _FRAME : (number + 1) * _FRAME]
        happened = ending.hear(frame, speech=chance, so_far=so_far if number >= ready else SoFar.UNKNOWN)
        if happened is Happened.PAUSED and knowing:
            so_far, took_s = _known(told, ending.utterance(), ears)
            ready = number + round(took_s / FRAME_S)
        if happened is Happened.RESUMED:
            so_far = SoFar.UNKNOWN
        if happened in (Happened.ENDED, Happened.NO_INPUT):
            at = (number + 1) * FRAME_S
            return Ended(told.broken.pause_s, at < told.ends_s, at - told.ends_s, so_far is SoFar.ANSWERED)
    late_s = len(told.chances) * FRAME_S - told.ends_s
    return Ended(told.broken.pause_s, cut=False, delay_s=late_s, answered=False)


def _scaled(patience: Patience, scale: float) -> Patience:
    waits = {name: getattr(patience, name) * scale for name in ("quick_s", "end_s", "begun_s")}
    return replace(patience, **waits)


def _known(told: Followed, utterance: bytes, ears: Recogniser) -> tuple[SoFar, float]:
    if len(utterance) not in told.known:
        key, began = told.broken.question, time.perf_counter()
        heard = hear(ears, utterance, question(key), setting(key))
        told.known[len(utterance)] = (heard.so_far, time.perf_counter() - began)
    return told.known[len(utterance)]


def curve(answers: Iterable[Broken], ears: Recogniser, tick: Callable[[], None]) -> dict[str, Any]:
    """False cut-offs and delay for each patience, by length of the pause; with silence alone beside it."""
    found: dict[tuple[float, bool], list[Ended]] = {}
    for one in answers:
        told = follow(one)
        for scale in SCALES:
            for knowing in (True, False):
                found.setdefault((scale, knowing), []).append(ended(told, ears, scale, knowing=knowing))
        tick()
    return {
        name: [{"patience": scale, **_figures(found[scale, knowing])} for scale in SCALES if found]
        for name, knowing in (("words", True), ("silence", False))
    }


def _figures(every: Sequence[Ended]) -> dict[str, Any]:
    delays = [one.delay_s for one in every if not one.cut]
    return {
        "cut": _cut(every),
        "cut_unanswered": _cut(every, unanswered=True),
        "cut_by_pause_s": {str(pause): _cut([one for one in every if one.pause_s == pause]) for pause in PAUSES_S},
        "delay_s": {"median": round(percentile(delays, 0.5), 2), "p95": round(percentile(delays, 0.95), 2)},
    }


def _cut(every: Sequence[Ended], *, unanswered: bool = False) -> dict[str, Any]:
    share = Share(sum(one.cut and not (unanswered and one.answered) for one in every), len(every))
    low, high = share.interval
    return {"share": round(share.accuracy, 4), "n": share.n, "interval": [round(low, 4), round(high, 4)]}
