"""One line for each thing that happened: a fixed message and fields. What is personal stays out."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "pii"}
"""What every record has, besides the fields given with `extra`."""

TALKATIVE = ("alembic", "flask_wtf", "httpx", "rq", "twilio", "uvicorn")
"""Libraries that tell of every request, with addresses that may hold numbers."""


class Line(logging.Formatter):
    """time, level, logger, message, then key=value; the `pii` field is dropped."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields = {name: value for name, value in vars(record).items() if name not in _ORDINARY}
        told = "".join(f" {name}={_shown(value)}" for name, value in fields.items())
        line = f"{at} {record.levelname:7} {record.name}: {record.getMessage()}{told}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _shown(value: object) -> str:
    """Never more than one line, whoever wrote the value."""
    return json.dumps(value, ensure_ascii=False, default=str)


def configure_logs(level: str = "INFO") -> None:
    """Sends what is logged in this process to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for talkative in ("uvicorn.error", "httpx"):  # they name addresses, and those name callers
        logging.getLogger(talkative).setLevel(logging.WARNING)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
