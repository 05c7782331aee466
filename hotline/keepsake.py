"""Secrets the office draws for itself once and keeps in a file only its own user can read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept(path: Path, draw: Callable[[], str]) -> str:
    """What the file holds; drawn and kept first if there is none yet. Two processes at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(draw() + "\n", encoding="ascii")
        try:
            os.link(fresh, path)  # fails where another process was quicker: then theirs counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii").strip()
