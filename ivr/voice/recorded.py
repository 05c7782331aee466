"""A town's own voice: WAV files that are played instead of the synthetic voice, from the moment they lie there.

A file is named after the prompt (`goodbye.wav`) or after the words (`您想办什么事？慢慢讲。.wav`; punctuation does
not matter); `….slow.wav` is played to callers who asked for slow speech. Where `goodbye.json` lies beside it, the
words in there count: a recording from the studio falls silent when its prompt is written anew.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from ivr.voice import mulaw, wav
from ivr.voice.telephone import for_telephone

SLOW = ".slow"
TICK_NS = 100_000_000

log = logging.getLogger(__name__)


class RecordedPrompts:
    """The recordings of a folder, read when first played; safe to share between threads."""

    def __init__(self, folder: Path | None, names: Mapping[str, str]) -> None:
        self._folder = folder
        self._names = names
        self._files: dict[str, Path] = {}
        self._sounds: dict[tuple[Path, int], bytes | None] = {}
        self._indexed = -1
        self._lock = threading.Lock()

    def find(self, text: str, *, slow: bool) -> bytes | None:
        """The recording of these words as µ-law, or None: none was made, or it is damaged (logged once)."""
        words = plain(text)
        if self._folder is None or not words:
            return None
        with self._lock:
            self._look(self._folder)
            file = (self._files.get(words + SLOW) if slow else None) or self._files.get(words)
            if file is None:
                return None
            key = (file, _changed(file))
            if key not in self._sounds:
                self._sounds[key] = _read(file)
            return self._sounds[key]

    def _look(self, folder: Path) -> None:
        """Takes up what was put there or taken away since: that changes the folder's own time."""
        changed = _changed(folder)
        if changed == self._indexed:
            return
        self._files = _index(folder, self._names)
        self._sounds = {key: sound for key, sound in self._sounds.items() if key[0] in self._files.values()}
        # a folder that changed this very moment may change again within the same tick of the clock
        self._indexed = changed if time.time_ns() - changed > TICK_NS else -1


def plain(text: str) -> str:
    """The words alone: what two writings of the same sentence share."""
    return re.sub(r"[\W_]", "", text)


def _index(folder: Path, names: Mapping[str, str]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for file in sorted(folder.glob("*.[wW][aA][vV]")):
        slow = SLOW if file.stem.endswith(SLOW) else ""
        name = file.stem.removesuffix(SLOW)
        files[plain(_words_of(file) or names.get(name, name)) + slow] = file
    return files


def _words_of(file: Path) -> str:
    """What was read out, where the studio has noted it."""
    try:
        return str(json.loads(file.with_suffix(".json").read_text("utf8"))["words"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""


def _changed(path: Path) -> int:
    """When a file or folder was last changed, in nanoseconds; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


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
