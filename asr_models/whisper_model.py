"""Whisper on one utterance: encoded once on a short context, then decoded to several readings, or scored.

The manuals pad every utterance to 30 s, which costs 0.9 s on two cores; here the context is the utterance and
`TAIL_S` of silence: 0.08 to 0.12 s for a short answer, with nearly the same text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
import opencc
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer

from asr_models.recogniser import SpeechError
from asr_models.sound import MODEL_RATE, Floats, at_model_rate, seconds
from asr_models.whisper_vocabulary import is_han, mandarin_only, spelled

_TO_SIMPLIFIED = opencc.OpenCC("t2s")

TAIL_S = 3.0
"""Silence behind the utterance: with 1 s it begins to repeat itself; cut off after encoding, scores are ruined."""
READINGS = 5
_LONG_S = 8.0
"""Up to here readings compete by sum: a mean rewards going round in circles. Beyond, a sum ends too early."""
_BATCH = 16
_TOKENS_AT_START, _TOKENS_PER_S = 8, 14
"""Fast Mandarin is 7 characters a second, a rare character up to 3 tokens; beyond that it is a loop."""


@dataclass(frozen=True)
class Encoded:
    """What the encoder made of one window."""

    features: Floats
    """(1, frames, width)."""
    audio_s: float


@dataclass(frozen=True)
class Reading:
    """One decoded text and its summed log-probability, end token included."""

    text: str
    log_probability: float
    tokens: int
    """The end token counted."""


class WhisperModel:
    """The weights, cut down to Mandarin. Safe to use from many threads; the work itself queues."""

    def __init__(self, folder: Path, threads: int = 2) -> None:
        parts = mandarin_only(folder)
        try:
            self._model = ctranslate2.models.Whisper(
                folder.name, compute_type="int8", intra_threads=threads, files=parts.files
            )
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except (RuntimeError, ValueError, OSError) as error:
            raise SpeechError(f"the Whisper model in {folder.name} cannot be loaded: {error}") from error
        self._mel = FeatureExtractor()
        self._tokens, self._end = parts.tokens, parts.end_in_text
        self._ids = {token: number for number, token in enumerate(parts.tokens)}
        self._longest = max(map(len, parts.tokens))
        self._start = [parts.special[name] for name in ("<|startoftranscript|>", "<|zh|>", "<|transcribe|>")]
        self._no_times = parts.special["<|notimestamps|>"]
        self._tokenised = lru_cache(maxsize=4096)(self._tokenise)

    def encode(self, pcm: bytes) -> Encoded:
        """Encodes 16-bit mono PCM at 8000 Hz, at most 28 s: the model's positions end at 30 s."""
        padded = np.pad(at_model_rate(pcm), (0, int(TAIL_S * MODEL_RATE)))
        mel = np.ascontiguousarray(self._mel(padded, padding=0)[None])
        encoded = self._model.encode(ctranslate2.StorageView.from_array(mel), to_cpu=True)
        return Encoded(np.array(encoded), seconds(pcm))

    def decode(self, encoded: Encoded, readings: int = READINGS) -> tuple[list[Reading], float]:
        """The likeliest readings, best first, and the model's belief that nobody spoke."""
        prompt = [*self._start, self._no_times]
        limit = _TOKENS_AT_START + int(_TOKENS_PER_S * encoded.audio_s)
        (result,) = self._model.generate(
            _view(encoded.features),
            [prompt],
            beam_size=readings,
            num_hypotheses=readings,
            length_penalty=1 if encoded.audio_s > _LONG_S else 0,
            no_repeat_ngram_size=4,
            max_length=min(2 * limit, 448),  # the library halves it
            return_scores=True,
            return_no_speech_prob=True,
        )
        found = [
            Reading(self._text(ids), float(score), len(ids) + 1)
            for ids, score in zip(result.sequences_ids, result.scores, strict=True)
        ]
        return found, float(result.no_speech_prob)

    def score(self, encoded: Encoded, sentences: Sequence[str]) -> list[float]:
        """Summed log-probability of each sentence, end token included. Only its Chinese characters count."""
        scores: list[float] = []
        for start in range(0, len(sentences), _BATCH):
            scores += self._score_batch(encoded, sentences[start : start + _BATCH])
        return scores

    def _score_batch(self, encoded: Encoded, sentences: Sequence[str]) -> list[float]:
        tokens = [[*self._tokenised(simplified(sentence)), self._end] for sentence in sentences]
        features = _view(np.repeat(encoded.features, len(tokens), axis=0))
        # the alignment itself is not wanted: two frames make it cheap
        results = self._model.align(features, self._start, tokens, [2] * len(tokens))
        floor = np.finfo(np.float32).tiny
        return [float(np.log(np.maximum(result.text_token_probs, floor)).sum()) for result in results]

    def _tokenise(self, text: str) -> tuple[int, ...]:
        pieces = [spelled(token) for token in self._tokenizer.encode(text, add_special_tokens=False).tokens]
        if all(piece in self._ids for piece in pieces):
            return tuple(self._ids[piece] for piece in pieces)
        return self._spell(text.encode())

    def _spell(self, text: bytes) -> tuple[int, ...]:
        """Longest pieces first; single bytes are all there."""
        found, at = [], 0
        while at < len(text):
            size = next(n for n in range(self._longest, 0, -1) if text[at : at + n] in self._ids)
            found.append(self._ids[text[at : at + size]])
            at += size
        return tuple(found)

    def _text(self, ids: Sequence[int]) -> str:
        return simplified(b"".join(self._tokens[number] for number in ids).decode(errors="ignore"))


def simplified(text: str) -> str:
    """The Chinese characters of a text, simplified; nothing else."""
    converted = _TO_SIMPLIFIED.convert(text.replace("〇", "零"))
    return "".join(filter(is_han, converted))


def _view(array: Floats) -> Any:
    return ctranslate2.StorageView.from_array(array)
