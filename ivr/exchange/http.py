"""The little HTTP the exchange needs: one request, one response, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson


@dataclass(frozen=True)
class HttpRequest:
    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    client: str = ""
    """The peer's address."""

    def arguments(self) -> dict[str, list[str]]:
        """The form of a POST, the query of anything else; every value of every name."""
        source = self.body.decode("utf-8", "replace") if self.method == "POST" else self.query
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(source, keep_blank_values=True, max_num_fields=200):
            found.setdefault(name, []).append(value)
        return found


@dataclass(frozen=True)
class HttpResponse:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Refusal(Exception):
    """A REST request that cannot be served, in Twilio's error shape."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def as_json(status: int, payload: dict[str, Any]) -> HttpResponse:
    return HttpResponse(status, orjson.dumps(payload))


def as_error(refusal: Refusal) -> HttpResponse:
    """Twilio's error body; its client library reads `code` and `message`."""
    body = {
        "code": refusal.code,
        "message": str(refusal),
        "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
        "status": refusal.status,
    }
    challenge = (("WWW-Authenticate", 'Basic realm="Exchange API"'),) if refusal.status == 401 else ()
    return HttpResponse(refusal.status, orjson.dumps(body), headers=challenge)
