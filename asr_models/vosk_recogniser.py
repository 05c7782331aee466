"""Vosk 0.3.45 as a recogniser: streaming, with a grammar of the expected phrases where the model can take one.

A grammar forces every sound into its phrases unless the vocabulary has `[unk]`; confidences then say little,
and what was heard must be confirmed. `vosk.Model` is only given a path: asked by name it downloads, or exits.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from itertools import product
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import soxr
import vosk

from asr_models.recogniser import SAMPLE_RATE, Alternative, Capabilities, Expected, Hearing, SpeechError, Word
from asr_models.segmentation import segmented
from asr_models.sound import MODEL_RATE, whole_samples

READINGS = 5
SHORTEST_S = 0.1
_UNKNOWN = "[unk]"
_GRAMMAR_GRAPH = "graph/Gr.fst"
"""Models with one static graph (HCLG.fst) ignore a grammar with a line in their log."""


class VoskRecogniser:
    """A loaded Vosk model, shared by all calls; every listener has a recogniser of its own."""

    def __init__(self, folder: Path, *, language: str = "zh") -> None:
        """Loads the model, some seconds and 300 MB or more. Raises SpeechError."""
        vosk.SetLogLevel(-1)
        with _SpeakingOurErrors(f"the Vosk model in {folder.name} cannot be loaded"):
            self._model = vosk.Model(model_path=str(folder))
        self._language = language
        self._grammar = (folder / _GRAMMAR_GRAPH).is_file()
        self._name = folder.name
        self._grammar_of = lru_cache(maxsize=256)(self._make_grammar)
        self._knows = lru_cache(maxsize=65_536)(self._look_up)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            name=self._name,
            language=self._language,
            grammar=self._grammar,
            scoring=False,
            partials=True,
            word_times=True,
        )

    def listen(self, expected: Expected) -> VoskListener:
        grammar = (
            self._grammar_of(expected.phrases + expected.seldom) if self._grammar and expected.closed else None
        )
        with _SpeakingOurErrors("no Vosk recogniser could be made"):
            arguments = (self._model, MODEL_RATE) + ((grammar,) if grammar else ())
            recogniser = vosk.KaldiRecognizer(*arguments)
        recogniser.SetWords(enable_words=True)
        recogniser.SetMaxAlternatives(READINGS)
        return VoskListener(recogniser, "" if self._language == "zh" else " ")

    def prepare(self, expected: Expected) -> list[str]:
        """Phrases that cannot be written in words of the model's vocabulary, and makes the grammar ready."""
        every = expected.phrases + expected.seldom
        self._grammar_of(every)
        return [phrase for phrase in every if segmented(phrase, self._knows) is None]

    def close(self) -> None:
        """The model goes with its last listener."""
        del self._model

    def _look_up(self, word: str) -> bool:
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def _make_grammar(self, phrases: tuple[str, ...]) -> str | None:
        """JSON for Vosk, or None when no phrase can be heard: the model then listens freely."""
        cuts = [segmented(phrase, self._knows) for phrase in phrases]
        lines = [" ".join(words) for words in cuts if words]
        if lines and self._knows(_UNKNOWN):
            lines.append(_UNKNOWN)
        return json.dumps(lines, ensure_ascii=False) if lines else None


class VoskListener:
    """One utterance, decoded while it is spoken."""

    def __init__(self, recogniser: Any, between: str) -> None:
        self._recogniser, self._between = recogniser, between
        self._resampler = _resampler()
        self._odd, self._fed, self._flushed = b"", 0, 0
        self._pieces: list[list[Alternative]] = []
        self._work_s = 0.0

    def feed(self, pcm: bytes) -> None:
        pcm = self._odd + pcm
        whole = whole_samples(pcm)
        self._odd = pcm[len(whole) :]
        self._fed += len(whole)
        self._accept(self._resampler.resample_chunk(np.frombuffer(whole, "<i2")))

    def partial(self) -> str:
        going_on = json.loads(self._recogniser.PartialResult()).get("partial", "")
        pieces = [piece[0].text for piece in self._pieces if piece]
        return self._between.join(filter(None, [*pieces, self._plain(going_on.split())]))

    def finish(self) -> Hearing:
        """What was fed; what comes after it is decoded as a further piece and joined on."""
        began = time.perf_counter()
        audio_s = self._fed // 2 / SAMPLE_RATE
        if self._fed > self._flushed and audio_s >= SHORTEST_S:
            self._accept(self._resampler.resample_chunk(np.zeros(0, np.int16), last=True))
            self._resampler = _resampler()
            self._take(self._recogniser.FinalResult())
            self._flushed = self._fed
        joined = tuple(self._joined())
        took_ms = 1000 * (time.perf_counter() - began)
        return Hearing(joined, 0.0 if joined else 1.0, audio_s, took_ms, {"decode": 1000 * self._work_s})

    def score(self, sentences: Sequence[str]) -> list[float]:
        raise SpeechError("Vosk cannot score sentences")

    def _accept(self, samples: np.ndarray[Any, Any]) -> None:
        if not samples.size:
            return
        began = time.perf_counter()
        with _SpeakingOurErrors("Vosk failed on a piece of sound"):
            # the model's own end-of-speech may come in the middle of an answer: keep what it has and go on
            if self._recogniser.AcceptWaveform(samples.astype("<i2").tobytes()):
                self._take(self._recogniser.Result())
        self._work_s += time.perf_counter() - began

    def _take(self, result: str) -> None:
        found = json.loads(result).get("alternatives", [])
        weights = _shares([float(alternative["confidence"]) for alternative in found])
        piece = [
            _alternative(alternative, share, self._between)
            for alternative, share in zip(found, weights, strict=True)
        ]
        if piece := [alternative for alternative in piece if alternative.text]:
            self._pieces.append(piece)

    def _joined(self) -> list[Alternative]:
        """The likeliest ways through the pieces."""
        paths: list[list[Alternative]] = [[]] if self._pieces else []
        for piece in self._pieces:
            longer = [[*path, alternative] for path, alternative in product(paths, piece)]
            paths = sorted(longer, key=_share, reverse=True)[:READINGS]
        return [
            Alternative(
                self._between.join(alternative.text for alternative in path),
                _share(path),
                tuple(word for alternative in path for word in alternative.words),
            )
            for path in paths
        ]

    def _plain(self, words: Sequence[str]) -> str:
        return self._between.join(word for word in words if not _is_noise(word))


def _alternative(found: dict[str, Any], share: float, between: str) -> Alternative:
    words = tuple(
        Word(word["word"], float(word["start"]), float(word["end"]), share)
        for word in found.get("result", ())
        if not _is_noise(word["word"])
    )
    return Alternative(between.join(word.text for word in words), share, words)


def _is_noise(word: str) -> bool:
    """`[unk]` and the like."""
    return word.startswith("[") and word.endswith("]")


def _share(path: Sequence[Alternative]) -> float:
    return math.prod(alternative.confidence for alternative in path)


def _shares(confidences: Sequence[float]) -> list[float]:
    """Vosk's n-best carry log-likelihoods: their shares sum to 1. Words have no confidence of their own then."""
    highest = max(confidences, default=0.0)
    weights = [math.exp(confidence - highest) for confidence in confidences]
    return [weight / sum(weights) for weight in weights]


def _resampler() -> Any:
    return soxr.ResampleStream(SAMPLE_RATE, MODEL_RATE, 1, dtype="int16", quality="HQ")


class _SpeakingOurErrors(AbstractContextManager[None]):
    """Turns what vosk raises, a bare Exception, into a SpeechError; anything more exact goes through."""

    def __init__(self, message: str) -> None:
        self._message = message

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is Exception:
            raise SpeechError(f"{self._message}: {error}") from error
