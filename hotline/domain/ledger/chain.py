"""The history of a row as a chain: each line's digest holds the one before, so a changed line shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC

from hotline.domain.ledger.entries import Line


def digest_of(row: int, before: str, line: Line) -> str:
    """Of a line of a row, after the line with the digest `before`; hexadecimal."""
    told = {**vars(line), "at": line.at.astimezone(UTC).isoformat(), "facts": dict(line.facts), "row": row}
    plain = json.dumps([before, told], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def first_broken(row: int, chained: Iterable[tuple[Line, str]]) -> int | None:
    """The place of the first line that is not as it was written, or follows none; None if all is well."""
    before = ""
    for place, (line, digest) in enumerate(chained):
        if line.place != place or digest_of(row, before, line) != digest:
            return place
        before = digest
    return None
