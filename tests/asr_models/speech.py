"""Telephone speech for tests, rendered from the voices the store has; kept in the user's cache."""

from __future__ import annotations

import numpy as np

from asr_models.recogniser import Expected, Hearing, Listener, Recogniser
from asr_models.store import ModelStore
from ivr.exchange.callers.voices import CallerVoice
from ivr.understanding.sounds import Heard, PhraseBook
from ivr.voice import mulaw

NATIVE = "baker"


def said(
    text: str, voice: str = NATIVE, *, snr_db: float = 25.0, before_s: float = 0.2, after_s: float = 0.3
) -> bytes:
    """PCM of a sentence over a µ-law line with noise."""
    speech = CallerVoice(voice, ModelStore()).say(text).astype(np.float64)
    level = np.sqrt(np.mean(speech**2)) * 10 ** (-snr_db / 20)
    quiet = [np.zeros(round(seconds * mulaw.RATE)) for seconds in (before_s, after_s)]
    line = np.concatenate([quiet[0], speech, quiet[1]])
    line += np.random.default_rng(7).normal(0, level, line.size)
    return mulaw.pcm_bytes(mulaw.decode(mulaw.encode(np.clip(line, -32768, 32767).astype(np.int16))))


def noise(seconds: float, level: float = 300.0) -> bytes:
    samples = np.random.default_rng(3).normal(0, level, round(seconds * mulaw.RATE))
    return mulaw.pcm_bytes(np.clip(samples, -32768, 32767).astype(np.int16))


def tone(hertz: float, seconds: float) -> bytes:
    at = np.arange(round(seconds * mulaw.RATE)) / mulaw.RATE
    return mulaw.pcm_bytes((np.sin(2 * np.pi * hertz * at) * 6000).astype(np.int16))


def hear(recogniser: Recogniser, pcm: bytes, expected: Expected | None = None) -> tuple[Listener, Hearing]:
    """Feeds 100 ms pieces, as a stream does."""
    listener = recogniser.listen(expected or Expected())
    for start in range(0, len(pcm), 1600):
        listener.feed(pcm[start : start + 1600])
    return listener, listener.finish()


def how_unlike(phrase: str, text: str) -> float:
    """0..1 a syllable: how well the phrase fits somewhere in what was heard."""
    places = PhraseBook([phrase]).find(Heard.heard([text]), (0.99,))
    return min((place.per_syllable for place in places), default=1.0)
