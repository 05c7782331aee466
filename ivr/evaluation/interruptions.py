"""Barge-in: how soon a prompt stops for a caller who speaks, and what stops it that should not.

Callers speak, cough, say 嗯 or send our own prompt back while it plays; speech detector and `EndOfSpeech` decide
as in a call. Coughs are synthetic: bursts of noise in the colour of a throat.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from asr_models.end_of_speech import FRAME_S, EndOfSpeech, Happened, Patience
from asr_models.speech_detector import SpeechDetector
from ivr.evaluation.callers import VOICES, voice
from ivr.evaluation.corpus import seed_of
from ivr.evaluation.figures import percentile
from ivr.evaluation.line import CLEAN, through
from ivr.voice import mulaw
from ivr.voice.mulaw import Pcm
from ivr.voice.telephone import band_limit

KINDS = ("speech", "speech over echo", "嗯", "嗯嗯", "cough", "coughs", "echo")
ECHO_DB = (-12.0, -18.0, -24.0)
"""Our prompt as it comes back, against a caller's speech."""
WORDS = ("我要办老年证", "转人工", "不是这个", "礼拜六上午", "听不清楚", "等一下，我要找人")
PROMPT = "您好，这里是牛田镇便民热线。您可以直接说要办什么事，也可以说要反映什么问题。"
_BEFORE_S, _AFTER_S = 2.0, 1.5
_QUIET, _ROOM_S, _FRAME = 300, 0.25, 320
_COUGH_S, _COUGH_DB = 0.28, 3.0


@dataclass(frozen=True)
class Sound:
    """Something on the caller's side while our prompt plays."""

    kind: str
    pcm: Pcm
    seed: int
    echo: Pcm | None = None
    """Our prompt as it comes back from its first word on."""


@dataclass(frozen=True)
class Stopped:
    """When the prompt stopped, in seconds from the first sound of the caller; None: it went on."""

    kind: str
    after_s: float | None


def sounds(split: str) -> list[Sound]:
    """Some of every kind, in the voices of the split. Raises SpeechError."""
    found = []
    for name in VOICES[split]:
        found += [_sound("speech", voice(name).say(words), name, words) for words in WORDS]
        found += [_sound(words, voice(name).say(words), name, words) for words in ("嗯", "嗯嗯")]
    for number in range(2 * len(WORDS)):
        found += [_sound("cough", _coughs(1, number), number), _sound("coughs", _coughs(3, number), number)]
    prompt, spoken = voice("baker").say(PROMPT, 1.0), [sound for sound in found if sound.kind == "speech"]
    for number, db in enumerate(ECHO_DB):
        echo = (prompt * 10 ** (db / 20)).astype(np.int16)
        found += [Sound("echo", echo[:0], seed_of(db, take), echo) for take in range(4)]
        found += [replace(one, kind="speech over echo", echo=echo) for one in spoken[number :: len(ECHO_DB)]]
    return found


def _sound(kind: str, pcm: Pcm, *seed: object) -> Sound:
    loud = np.flatnonzero(np.abs(pcm) > _QUIET)
    return Sound(kind, pcm[loud[0] : loud[-1] + 1] if len(loud) else pcm, seed_of(kind, *seed))


def _coughs(count: int, number: int) -> Pcm:
    """A plosive and a tail of breath, so many times, a third of a second apart."""
    dice = np.random.default_rng(seed_of("cough", count, number))
    length = round(_COUGH_S * mulaw.RATE)
    fall = np.exp(-np.arange(length) / (0.07 * mulaw.RATE))
    gap = np.zeros(round(0.3 * mulaw.RATE), np.float32)
    one = [band_limit((dice.standard_normal(length) * fall).astype(np.float32)) for _ in range(count)]
    joined = np.concatenate([piece for cough in one for piece in (cough, gap)])
    loud = 3276.8 * 10 ** (_COUGH_DB / 20) / float(np.sqrt(np.mean(one[0] ** 2)))
    return np.clip(joined * loud, -32768, 32767).astype(np.int16)


def stopped(sound: Sound, patience: Patience) -> Stopped:
    """What becomes of the prompt, on a 20 dB line."""
    before, after = (np.zeros(round(span * mulaw.RATE), np.int16) for span in (_BEFORE_S, _AFTER_S))
    padded = _over(np.concatenate([before, sound.pcm, after]), sound.echo)
    share = float(np.mean(np.abs(padded) > _QUIET)) or 1.0
    line = replace(CLEAN, snr_db=CLEAN.snr_db + 10 * float(np.log10(share)))
    pcm = through(padded, line, sound.seed)
    detector, ending = SpeechDetector(), EndOfSpeech(patience)
    for at in range(0, len(pcm) - _FRAME + 1, _FRAME):
        frame = pcm[at : at + _FRAME]
        if ending.hear(frame, speech=detector.feed(frame), playing=True) is Happened.STARTED:
            return Stopped(sound.kind, (at / _FRAME + 1) * FRAME_S - _BEFORE_S - _ROOM_S)
    return Stopped(sound.kind, None)


def _over(pcm: Pcm, echo: Pcm | None) -> Pcm:
    if echo is None:
        return pcm
    both = np.zeros(max(len(pcm), len(echo)), np.int32)
    both[: len(pcm)] += pcm
    both[: len(echo)] += echo
    return np.clip(both, -32768, 32767).astype(np.int16)


def measure(every: Sequence[Sound], patience: Patience, tick: Callable[[], None]) -> dict[str, Any]:
    """For each kind: of how many sounds the prompt stopped, and after how long."""
    found: dict[str, list[Stopped]] = {kind: [] for kind in KINDS}
    for sound in every:
        found[sound.kind].append(stopped(sound, patience))
        tick()
    return {kind: _figures(several) for kind, several in found.items()}


def _figures(several: Sequence[Stopped]) -> dict[str, Any]:
    after = [one.after_s for one in several if one.after_s is not None]
    return {
        "n": len(several),
        "stopped": len(after),
        "after_s": {"median": round(percentile(after, 0.5), 2), "p95": round(percentile(after, 0.95), 2)},
    }
