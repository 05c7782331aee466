"""Opens the recogniser that a setting names."""

from __future__ import annotations

from pathlib import Path

from asr_models.no_ears import NAME as NO_EARS
from asr_models.no_ears import NoEars
from asr_models.recogniser import Recogniser, SpeechError
from asr_models.speech_detector import MODEL as DETECTOR
from asr_models.speech_detector import SpeechDetector
from asr_models.store import ModelStore
from asr_models.vosk_recogniser import VoskRecogniser
from asr_models.whisper_recogniser import WhisperRecogniser

MANDARIN_VOSK = ("vosk-cn", "vosk-cn-small")
"""The more accurate first: who has fetched 1.3 GB wants it used."""
_WHISPER = "whisper-base"


def chosen_model(spec: str, store: ModelStore) -> str:
    """The model's name in the store, or a folder's path, for `auto`, `vosk:<model>` or `whisper:base`.

    A Vosk model is named as in the store, with or without `vosk-`, or by its folder. Raises SpeechError.
    """
    kind, _, model = spec.partition(":")
    if spec == "auto":
        return next((name for name in MANDARIN_VOSK if store.installed(name)), _WHISPER)
    if kind == "whisper" and model == "base":
        return _WHISPER
    if kind == "vosk" and model:
        named = f"vosk-{model.removeprefix('vosk-')}"
        if named in store.names or Path(model).is_dir():
            return named if named in store.names else model
        raise SpeechError(f"no Vosk model {model!r}: it is neither in `hotline models list` nor a folder")
    raise SpeechError(f"recogniser {spec!r} is none of auto, vosk:<model>, whisper:base")


def open_recogniser(spec: str, store: ModelStore | None = None) -> Recogniser:
    """Loads the recogniser, warm. Raises ModelMissing naming the command that fetches it, else SpeechError."""
    if spec == NO_EARS:
        return NoEars()
    store = store or ModelStore()
    name = chosen_model(spec, store)
    SpeechDetector(store.path(DETECTOR))  # every call needs it: found missing now, not when somebody rings
    folder = store.path(name) if name in store.names else Path(name)
    if name == _WHISPER:
        return WhisperRecogniser(folder)
    return VoskRecogniser(folder, language="ko" if name.endswith("-ko") else "zh")
