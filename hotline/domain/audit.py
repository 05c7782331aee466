"""The audit trail as a chain: each line's seal covers its content and the seal of the line before it.

Whoever changes, takes out, puts in or reorders a line breaks every seal from there on. Lines cut off at the end,
or a chain written anew as a whole, show only against a head (place and seal of the last line) noted elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

FIRST = "0" * 64
"""The seal before the first line."""
LOOK, UNMASK, LOGIN, FAILED, LOGOUT = "look", "unmask", "login", "failed", "logout"
STAFF, SETTINGS, OWN, BACKUP = "staff", "settings", "own", "backup"
KINDS = (LOOK, UNMASK, LOGIN, FAILED, LOGOUT, STAFF, SETTINGS, OWN, BACKUP)
"""Looked; saw in full; came in; was refused; went; changed who works here; changed lists and hours; changed
one's own password or second factor; kept or fetched a backup."""


@dataclass(frozen=True)
class Line:
    """One line of the trail, without its seal."""

    place: int
    """From 1, without a gap."""
    at: datetime
    username: str
    kind: str
    what: str
    reason: str


@dataclass(frozen=True)
class Head:
    """The end of the chain."""

    place: int = 0
    seal: str = FIRST


@dataclass(frozen=True)
class Verdict:
    """What checking found. `lines` good ones; the first that is not, and why."""

    lines: int
    head: Head
    broken: int = 0
    """The place where it breaks; 0 where it is whole."""
    why: str = ""
    """changed (content or order), missing, extra (not in the chain), short (the end is cut off), other (head)"""

    @property
    def whole(self) -> bool:
        return not self.why


def seal(before: str, line: Line) -> str:
    """SHA-256 over the seal before and the line as canonical JSON (sorted keys, no spaces, UTF-8, UTC)."""
    content = {
        "at": line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "before": before,
        "kind": line.kind,
        "place": line.place,
        "reason": line.reason,
        "username": line.username,
        "what": line.what,
    }
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf8", "surrogatepass")).hexdigest()


def verify(lines: Iterable[tuple[Line, str]], head: Head, noted: Head | None = None) -> Verdict:
    """Follows the chain by its places to the head in the records; `noted` is one written down elsewhere."""
    at = Head()
    agrees = noted is None or noted.place == 0
    for line, sealed in lines:
        if line.place != at.place + 1:
            return Verdict(at.place, at, at.place + 1, "missing")
        if seal(at.seal, line) != sealed:
            return Verdict(at.place, at, line.place, "changed")
        at = Head(line.place, sealed)
        agrees = agrees or at == noted
    if at.place < head.place:
        return Verdict(at.place, at, at.place + 1, "short")
    if at != head:
        return Verdict(at.place, at, at.place, "other")
    if not agrees and noted is not None:
        return Verdict(at.place, at, noted.place, "short" if at.place < noted.place else "other")
    return Verdict(at.place, at)
