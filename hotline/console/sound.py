"""Recordings by the name the service itself gave them: no name that leads elsewhere is followed."""

from __future__ import annotations

import re
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_./-]*\.wav")


def sound_file(name: str, folder: Path) -> Path | None:
    """The recording below the folder; None where there is none, or its name leads out of it."""
    if not _NAME.fullmatch(name):
        return None
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
