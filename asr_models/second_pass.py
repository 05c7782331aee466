"""A finished answer transcribed again, at leisure: whole vocabulary, long context, wide beam, punctuation.

What a call is decided by is heard in a few hundred milliseconds; what staff read may take its time. The same
Whisper file is used, unreduced, through faster-whisper's own pipeline (temperatures, loops thrown out, segments).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import opencc
from faster_whisper import WhisperModel

from asr_models.recogniser import SpeechError
from asr_models.sound import at_model_rate, loudness_db, seconds

_MANNER = "以下是普通话的句子，有标点符号。"
"""What stands before decides how Whisper writes: simplified characters, with punctuation."""
_BEAM = 8
_SHORTEST_S, _SILENT_DB = 0.2, -60.0
_NOBODY = 0.8
_TO_SIMPLIFIED = opencc.OpenCC("t2s")

Transcribe = Callable[[bytes], str]


def open_second_pass(folder: Path, *, threads: int = 1) -> Transcribe:
    """Loads the model; the function turns PCM16 at 8000 Hz into a text, empty where nobody spoke. SpeechError."""
    try:
        model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)
    except (OSError, RuntimeError, ValueError) as error:
        raise SpeechError(f"the model in {folder} cannot be opened: {error}") from error

    def transcribe(pcm: bytes) -> str:
        if seconds(pcm) < _SHORTEST_S or loudness_db(pcm) < _SILENT_DB:
            return ""
        segments, _ = model.transcribe(
            at_model_rate(pcm),
            language="zh",
            beam_size=_BEAM,
            initial_prompt=_MANNER,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        spoken = [segment.text for segment in segments if segment.no_speech_prob < _NOBODY]
        return _chinese(str(_TO_SIMPLIFIED.convert("".join(spoken))))

    return transcribe


def _chinese(text: str) -> str:
    """Full-width marks, as Chinese is printed."""
    return text.strip().translate(str.maketrans(",.?!:;", "，。？！：；")).replace(" ", "")
