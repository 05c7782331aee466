"""Files of the data folder that the console writes: whole or not at all, never over what somebody else wrote."""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path

from hotline.domain.errors import Refused


def state_of(path: Path) -> str:
    """What a file says now, as a digest; another one once somebody has changed it."""
    return sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else "none"


def before(path: Path) -> Path:
    """The file as it was before the last change."""
    return path.with_name(f"{path.name}.before")


def put(path: Path, text: str, seen: str) -> None:
    """Puts it in place. Refused("overtaken") where it is not what was seen any more."""
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if state_of(path) != seen:
            raise Refused("overtaken")
        if path.exists():
            before(path).write_bytes(path.read_bytes())
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_text(text, "utf8")
        os.replace(fresh, path)
