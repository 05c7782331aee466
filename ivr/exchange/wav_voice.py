"""A voice made of files: what a goal says is the name of a WAV beside it, so that real recordings can ring."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ivr.exchange.goal import GoalError
from ivr.voice import mulaw, wav

VOICE = "wav"
"""The `voice:` of a goal that means its texts are file names."""


def wav_speech(folder: Path) -> Callable[[str], bytes]:
    """Speech that plays files of the folder as they are, at 8 kHz; GoalError for one it cannot play."""

    def speech(text: str) -> bytes:
        path = folder / text
        try:
            samples, rate = wav.read(path)
        except wav.DamagedWav as damage:
            raise GoalError(str(damage)) from damage
        return mulaw.encode(mulaw.to_pcm(mulaw.resample(samples, rate)))

    return speech
