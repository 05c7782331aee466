"""The exchange's calls and texts in a file beside the data: what it has carried is known after it has died.

One JSON object a line, the last line of a sid counts. Written through to the operating system with each change,
so that the death of the process loses nothing; a half-written last line is passed over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from ivr.exchange.calls import Call, Status, now
from ivr.exchange.messages import TextMessage

KEPT_FOR = timedelta(days=7)
"""The office asks after what it does not know within hours."""
_TIMES = ("created", "updated", "answered", "ended", "sent")


class Books:
    """What was carried, by sid. Without a file nothing outlives the process."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.calls: dict[str, Call] = {}
        self.messages: dict[str, TextMessage] = {}
        if path is not None:
            self._read(path)
            self._write_anew(path)

    def note(self, one: Call | TextMessage) -> None:
        """Writes down how it stands now."""
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(_line(one))

    def _read(self, path: Path) -> None:
        lines = path.read_bytes().splitlines() if path.exists() else []
        for line in lines:
            try:
                told = orjson.loads(line)
                self._take(told)
            except (ValueError, TypeError, KeyError):  # the line it died in
                continue
        for call in self.calls.values():
            if not call.status.over:  # it was carried by the process that died
                call.status = Status.COMPLETED if call.answered else Status.FAILED
                call.ended = call.updated = now()

    def _take(self, told: dict[str, Any]) -> None:
        facts: dict[str, Any] = dict(told["is"])
        facts |= {name: _moment(facts[name]) for name in _TIMES if name in facts}
        if facts["updated"] < now() - KEPT_FOR:
            return
        if told["kind"] == "call":
            call = Call(**(facts | {"status": Status(facts["status"])}))
            self.calls[call.sid] = call
        else:
            message = TextMessage(**facts)
            self.messages[message.sid] = message

    def _write_anew(self, path: Path) -> None:
        """One line for each, in place of all that were written while it changed."""
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        kept: list[Call | TextMessage] = [*self.calls.values(), *self.messages.values()]
        fresh.write_bytes(b"".join(map(_line, kept)))
        fresh.replace(path)


def _line(one: Call | TextMessage) -> bytes:
    kind = "call" if isinstance(one, Call) else "message"
    facts = {name: value for name, value in vars(one).items() if name != "watch"}
    return orjson.dumps({"kind": kind, "is": facts}) + b"\n"


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
