"""What Whisper says when nobody spoke, or goes on saying: told by its properties, not by a list of phrases."""

from __future__ import annotations

from collections.abc import Sequence

from asr_models.phonetics import distance, syllables
from asr_models.whisper_model import Reading

SILENT_DB = -60.0
"""Root mean square below which a line carries no speech (G.711 idles at about -66)."""
_NO_SPEECH, _UNSURE = 0.6, -1.2
"""Measured: noise, tones, clicks, silence at 0.63..0.91 and -1.4..-3.1; speech at 0.01..0.48 and -0.02..-1.2."""
_SAME_AGAIN = 0.25


def nobody_spoke(best: Reading, no_speech: float) -> bool:
    """Whether the model both doubts that there was speech and is unsure of every word."""
    return not best.text or (no_speech > _NO_SPEECH and best.log_probability / best.tokens < _UNSURE)


def without_loop(text: str) -> str:
    """The text said once, where it is one piece over and over (Whisper's way of filling silence).

    A doubled character stays (谢谢, 对对对); of 石桥村石桥村 one is enough. The repetition need not be exact.
    """
    sounds = syllables(text)
    if len(sounds) != len(text):
        return text
    for period in range(2, len(text) - 1):
        if _goes_round(sounds, period):
            return text[:period]
    return text


def _goes_round(sounds: Sequence[str], period: int) -> bool:
    again = [distance(sounds[at], sounds[at - period]) for at in range(period, len(sounds))]
    return sum(again) / len(again) <= _SAME_AGAIN and again[0] <= _SAME_AGAIN


def distinct(readings: Sequence[Reading]) -> list[Reading]:
    """Readings without loops, each text once with its best score, best first."""
    best: dict[str, Reading] = {}
    for reading in readings:
        text = without_loop(reading.text)
        if text and (text not in best or best[text].log_probability < reading.log_probability):
            best[text] = Reading(text, reading.log_probability, reading.tokens)
    return sorted(best.values(), key=lambda reading: -reading.log_probability)
