"""A town's own voice: WAV files that are played instead of the synthetic voice.

A file is named after the prompt (`goodbye.wav`) or after the words (`您想办什么事？慢慢讲。.wav`; punctuation does
not matter); `….slow.wav` is played to callers who asked for slow speech.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Mapping
from pathlib import Path

from ivr.voice import mulaw, wav
from ivr.voice.telephone import for_telephone

SLOW = ".slow"

log = logging.getLogger(__name__)


class RecordedPrompts:
    """The recordings of a folder, read when first played; safe to share between threads."""

    def __init__(self, folder: Path | None, names: Mapping[str, str]) -> None:
        self._files = _index(folder, names) if folder is not None else {}
        self._sounds: dict[Path, bytes | None] = {}
        self._lock = threading.Lock()

    def find(self, text: str, *, slow: bool) -> bytes | None:
        """The recording of these words as µ-law, or None: none was made, or it is damaged (logged once)."""
        words = plain(text)
        file = (self._files.get(words + SLOW) if slow else None) or self._files.get(words)
        if file is None or not words:
            return None
        with self._lock:
            if file not in self._sounds:
                self._sounds[file] = _read(file)
            return self._sounds[file]


def plain(text: str) -> str:
    """The words alone: what two writings of the same sentence share."""
    return re.sub(r"[\W_]", "", text)


def _index(folder: Path, names: Mapping[str, str]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for file in sorted(folder.glob("*.[wW][aA][vV]")):
        slow = SLOW if file.stem.endswith(SLOW) else ""
        name = file.stem.removesuffix(SLOW)
        files[plain(names.get(name, name)) + slow] = file
    return files


def _read(file: Path) -> bytes | None:
    try:
        samples, rate = wav.read(file)
    except wav.DamagedWav as wrong:
        log.warning("a recorded prompt cannot be played, the synthetic voice says it", extra={"why": str(wrong)})
        return None
    sound = for_telephone(samples, rate, keep_s=0.05)
    if not sound.size:
        log.warning("a recorded prompt is silent, the synthetic voice says it", extra={"why": file.name})
        return None
    return mulaw.encode(mulaw.to_pcm(sound))
