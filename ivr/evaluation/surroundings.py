"""What is heard behind a caller in an evaluation: the exchange's noises, other people talking, our own prompt."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from asr_models.store import ModelStore
from ivr.exchange.callers.voices import CallerVoice
from ivr.exchange.noises import KINDS, SECONDS, noise
from ivr.voice.mulaw import RATE, Samples
from ivr.voice.telephone import band_limit

VOICES = "voices"
"""Six people talking at once, of the train split: what they say is taken for an answer sooner than any hiss."""
PROMPT = "prompt"
"""Our own prompt, come back over the line."""
SURROUNDINGS = (*KINDS, VOICES, PROMPT)
_TALK = (
    "昨天下了一天的雨，田里的水都满了。",
    "你吃了饭没有，吃了就来打牌。",
    "今年的谷子价钱还可以，比去年好点。",
    "他屋里的崽在广东打工，过年才回来。",
    "莫急莫急，排队就是，马上到你了。",
    "这个药一天吃三次，饭后吃两片。",
)
_PROMPT = "跟您对一下，石桥村王桂花，礼拜六上午九点，到镇里窗口办老年人优待证，对吗？"
_TALKERS = ("baker", "kokoro-f1", "kokoro-m1")


@lru_cache(maxsize=32)
def surroundings(kind: str, seed: int) -> Samples:
    """A loop in the telephone band with a root mean square of 1. Raises ValueError, SpeechError."""
    if kind not in (VOICES, PROMPT):
        return noise(kind, seed)
    dice = np.random.default_rng(seed)
    if kind == PROMPT:
        said = [_looped("baker", _PROMPT, dice)]
    else:
        said = [_looped(_TALKERS[number % len(_TALKERS)], text, dice) for number, text in enumerate(_TALK)]
    sound = band_limit(np.sum(said, axis=0).astype(np.float32))
    steady: Samples = sound / np.float32(np.sqrt(np.mean(sound**2)))
    steady.flags.writeable = False  # shared by every line of this seed
    return steady


def _looped(voice: str, text: str, dice: np.random.Generator) -> Samples:
    """One sentence over and over, begun anywhere, at a loudness of its own."""
    said = CallerVoice(voice, ModelStore()).say(text).astype(np.float32)
    loop = np.resize(np.roll(said, int(dice.integers(0, len(said)))), SECONDS * RATE)
    return np.asarray(loop * dice.uniform(0.5, 1.0), np.float32)
