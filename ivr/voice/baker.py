"""The hotline's native Mandarin voice: FastSpeech2 and MB-MelGAN trained on the Baker corpus, run by LiteRT.

The corpus (标贝 DB-1) may be used for non-commercial purposes only: see docs/dependencies.md.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from asr_models.recogniser import SpeechError
from ivr.voice import mulaw
from ivr.voice.mulaw import Pcm, Samples
from ivr.voice.pronounce import Pronouncer, readings_version
from ivr.voice.repair import repaired
from ivr.voice.telephone import for_telephone

STUDIO_RATE = 24_000
NORMAL_LENGTH = 1.2
"""How much longer than by the corpus speaker a sound is held at pace 1: she reads 5 characters a second,
old callers follow 3.5 with the pauses (measured over 22 prompts)."""
MOST_SYLLABLES = 40
"""What is rendered at once; the network was trained on sentences of this length."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Symbols:
    """The sounds the network knows."""

    ids: dict[str, int]
    syllables: dict[str, tuple[str, str]]
    """Pinyin without tone → initial (`^` if none) and final."""

    @classmethod
    def read(cls, file: Path) -> Symbols:
        """Raises SpeechError if the file is missing or damaged."""
        try:
            data = json.loads(file.read_bytes())
            pinyin = {said: (str(first), str(last)) for said, (first, last) in data["pinyin_dict"].items()}
            return cls({str(name): int(number) for name, number in data["symbol_to_id"].items()}, pinyin)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
            raise SpeechError(f"the voice is damaged: {file.name}") from wrong

    def sentence(self, pinyin: Iterable[str]) -> list[int]:
        """The network's input for one breath: a silence, the syllables, a silence."""
        said = [sounds for syllable in pinyin if (sounds := self._sounds(syllable))]
        between = ["#0"]
        names = [name for sounds in said for name in (*between, *sounds)][1:]
        return [self.ids[name] for name in ("sil", *names, "sil")]

    def _sounds(self, syllable: str) -> list[str]:
        plain = syllable.rstrip("r") if syllable[-2:-1].isdigit() else syllable
        body, tone = plain[:-1], plain[-1:]
        if body not in self.syllables or tone not in "12345":
            log.debug("syllable left out", extra={"syllable": syllable})
            return []
        first, last = self.syllables[body]
        return [first, last + tone, *(["er5"] if plain != syllable else [])]


class BakerVoice:
    """Says Chinese; safe to share between threads, one sentence being rendered at a time."""

    name = "baker"
    version = f"baker-3-{readings_version()}"
    """Part of every cached clip's key: raise the number when anything in the code changes the sound."""

    def __init__(self, folder: Path, cache_dir: Path, pronouncer: Pronouncer, *, threads: int = 2) -> None:
        self._symbols = Symbols.read(folder / "baker_mapper.json")
        self._pronouncer = pronouncer
        self._acoustic = _load(repaired(folder / "fastspeech2_quan.tflite", cache_dir), threads)
        self._vocoder = _load(folder / "mb_melgan.tflite", threads)
        self._busy = threading.Lock()

    def say(self, text: str, pace: float = 1.0) -> Pcm:
        """One breath as telephone sound: 8000 Hz, trimmed, at the hotline's level. Nothing to say is no sound."""
        studio = self.studio(self._pronouncer.pinyin(text), pace)
        return mulaw.to_pcm(for_telephone(studio, STUDIO_RATE)) if studio.size else np.zeros(0, np.int16)

    def studio(self, pinyin: Sequence[str], pace: float = 1.0) -> Samples:
        """The same at 24000 Hz as the network gives it. Raises SpeechError if the network fails."""
        pieces = [pinyin[at : at + MOST_SYLLABLES] for at in range(0, len(pinyin), MOST_SYLLABLES)]
        sounds = [self._render(self._symbols.sentence(piece), pace) for piece in pieces]
        return np.concatenate(sounds) if sounds else np.zeros(0, np.float32)

    def _render(self, symbols: list[int], pace: float) -> Samples:
        if len(symbols) <= 2:
            return np.zeros(0, np.float32)
        length = NORMAL_LENGTH / min(2.0, max(0.5, pace))
        one = np.ones(1, np.float32)
        with self._busy:
            try:
                ids = np.asarray([symbols], np.int32)
                given = [ids, np.zeros(1, np.int32), np.asarray([length], np.float32), one, one]
                mel = _run(self._acoustic, given, output=1)
                return np.asarray(_run(self._vocoder, [mel], output=0), np.float32).ravel()
            except (RuntimeError, ValueError) as wrong:
                raise SpeechError("the voice failed on a sentence", retryable=True) from wrong


def _load(model: Path, threads: int) -> Any:
    if not model.is_file():
        raise SpeechError(f"the voice is not installed: {model.name} is missing; run: hotline models fetch")
    try:
        return Interpreter(model_path=str(model), num_threads=threads)
    except (ValueError, RuntimeError) as wrong:
        raise SpeechError(f"the voice is damaged: {model.name}; run: hotline models fetch") from wrong


def _run(network: Any, given: Sequence[Any], *, output: int) -> Any:
    """One pass; the first input may be of any length."""
    slots = network.get_input_details()
    network.resize_tensor_input(slots[0]["index"], given[0].shape)
    network.allocate_tensors()
    for slot, value in zip(slots, given, strict=True):
        network.set_tensor(slot["index"], value)
    network.invoke()
    return network.get_tensor(network.get_output_details()[output]["index"])
