"""Recordings of the hotline's own sentences, in the folder the speaker plays from.

`NAME.wav` is played; `NAME.json` beside it says which version it is and for which words it was recorded, so that
it falls silent when the words change. `versions/NAME/0001.wav` and on are kept for good.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from asr_models.recogniser import SpeechError
from hotline.domain.errors import Refused
from hotline.domain.recorded_prompts import BY_HAND, NEVER, OWN, STALE, SYNTHETIC, Sentence, Version
from ivr.voice import wav
from ivr.voice.clips import write_atomically
from ivr.voice.own_voice import prepared
from ivr.voice.recorded import plain
from ivr.voice.speaker import Speaker

MOST_VERSIONS = 999


class PromptStudio:
    """One for a process; several processes may share the folder."""

    def __init__(
        self,
        folder: Path,
        words: Mapping[str, str],
        script_of: Callable[[str], str],
        synthetic: Callable[[], Speaker],
    ) -> None:
        """`words` are all sentences that are spoken, by name; those with { in them change from call to call."""
        self._folder = folder
        self._words = words
        self._script_of = script_of
        self._synthetic = synthetic
        self._lock = threading.Lock()

    def sentences(self) -> list[Sentence]:
        recorded = {path.name for path in (self._folder / "versions").glob("*")}  # one look, not one for each
        played = {path.stem for path in self._folder.glob("*.wav")}
        return [self._sentence(name, played=name in played, kept=name in recorded) for name in self._words]

    def sound(self, name: str, version: int) -> bytes:
        words = self._known(name)
        if version:
            path = self._version_path(name, version)
            if not path.is_file():
                raise Refused("no_version")
            return path.read_bytes()
        if "{" in words:
            raise Refused("changes")
        try:
            return wav.mulaw_wav(self._synthetic().speak(words))
        except SpeechError:
            raise Refused("no_voice") from None

    def record(self, name: str, raw: bytes, by: str, now: datetime) -> Version:
        words = self._known(name)
        if "{" in words:
            raise Refused("changes")
        pcm = prepared(raw)
        with self._lock:
            seconds = round(pcm.size / 8000, 1)
            made = self._keep(
                name, wav.pcm_wav(pcm), {"words": words, "by": by, "at": now.isoformat(), "seconds": seconds}
            )
            self._play(name, made)
        return made

    def use(self, name: str, version: int) -> None:
        words = self._known(name)
        with self._lock:
            if not version:
                self._stop(name)
                return
            found = next((one for one in self._versions(name) if one.number == version), None)
            if found is None:
                raise Refused("no_version")
            if plain(found.words) != plain(words):
                raise Refused("words_changed")
            self._play(name, found)

    def _sentence(self, name: str, *, played: bool, kept: bool) -> Sentence:
        words, playing = self._words[name], 0
        if "{" in words:
            return Sentence(name, self._script_of(name), words, NEVER)
        state = SYNTHETIC
        if played:
            note = _read(self._folder / f"{name}.json")
            playing = int(note.get("version", 0))
            same = plain(str(note.get("words", words))) == plain(words)
            state = (OWN if same else STALE) if playing else BY_HAND
        return Sentence(name, self._script_of(name), words, state, playing, self._versions(name) if kept else ())

    def _known(self, name: str) -> str:
        if name not in self._words:
            raise Refused("no_sentence")
        return self._words[name]

    def _versions(self, name: str) -> tuple[Version, ...]:
        notes = sorted((self._folder / "versions" / name).glob("[0-9]*.json"), reverse=True)
        read = [(path, _read(path)) for path in notes if path.with_suffix(".wav").is_file()]
        return tuple(
            Version(int(path.stem), note["words"], note["by"], datetime.fromisoformat(note["at"]), note["seconds"])
            for path, note in read
            if note
        )

    def _version_path(self, name: str, version: int) -> Path:
        return self._folder / "versions" / name / f"{version:04d}.wav"

    def _keep(self, name: str, sound: bytes, note: Mapping[str, Any]) -> Version:
        """The next number that nobody has, also if two processes keep one at once."""
        folder = self._folder / "versions" / name
        folder.mkdir(parents=True, exist_ok=True)
        taken = [int(path.stem) for path in folder.glob("[0-9]*.wav")]
        for number in range(max(taken, default=0) + 1, MOST_VERSIONS + 1):
            with suppress(FileExistsError), self._version_path(name, number).open("xb") as file:
                file.write(sound)
                write_atomically(folder / f"{number:04d}.json", json.dumps(note, ensure_ascii=False).encode())
                at = datetime.fromisoformat(note["at"])
                return Version(number, note["words"], note["by"], at, note["seconds"])
        raise Refused("too_many")

    def _play(self, name: str, version: Version) -> None:
        """Silence between the old one and the new: never a sound beside words it does not say."""
        self._stop(name)
        note = {"version": version.number, "words": version.words}
        write_atomically(self._folder / f"{name}.json", json.dumps(note, ensure_ascii=False).encode())
        sound = self._version_path(name, version.number).read_bytes()
        write_atomically(self._folder / f"{name}.wav", sound)

    def _stop(self, name: str) -> None:
        for suffix in (".wav", ".json"):
            (self._folder / f"{name}{suffix}").unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
