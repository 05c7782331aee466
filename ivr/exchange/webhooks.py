"""The exchange's requests to the service: signed, form-encoded, tried twice, bounded in time and size."""

from __future__ import annotations

import asyncio
import logging
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx
from twilio.request_validator import RequestValidator

from ivr.exchange.addresses import Addresses
from ivr.exchange.calls import Params
from ivr.exchange.faults import Faults
from ivr.exchange.twiml import MAX_BYTES

log = logging.getLogger(__name__)
NO_FAULTS = Faults()


class WebhookFailed(Exception):
    """The service did not give a usable reply; `code` is Twilio's error code for it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Patience:
    """How long the carrier waits, in seconds (Twilio's connection defaults)."""

    connect_s: float = 5.0
    total_s: float = 15.0
    retries: int = 1
    """Only a connection that could not be made is tried again (Twilio's retry policy `ct`)."""


@dataclass(frozen=True)
class Request:
    """A webhook to be sent: POST carries `params` in the body, GET in the query."""

    url: str
    params: tuple[tuple[str, str], ...] = ()
    method: str = "POST"


@dataclass(frozen=True)
class Reply:
    content_type: str
    body: bytes


class Signer:
    """Signs as Twilio does: the exact URL and the sorted parameters."""

    def __init__(self, auth_token: str) -> None:
        self._right = RequestValidator(auth_token)
        self._wrong = RequestValidator(auth_token[::-1] + "x")

    def sign(self, url: str, params: Params | None = None, *, badly: bool = False) -> str:
        fields: dict[str, list[str]] = {}
        for name, value in params or []:
            fields.setdefault(name, []).append(value)
        validator = self._wrong if badly else self._right
        return str(validator.compute_signature(url, {name: _one(values) for name, values in fields.items()}))


def _one(values: list[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else values


class Webhooks:
    """Sends requests to the service."""

    def __init__(self, addresses: Addresses, signer: Signer, patience: Patience) -> None:
        self._addresses = addresses
        self._signer = signer
        self._patience = patience
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(patience.total_s, connect=patience.connect_s),
            trust_env=False,
            headers={"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"},
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, request: Request, faults: Faults = NO_FAULTS, limit: int = MAX_BYTES) -> Reply:
        """The service's reply with status 2xx. Raises WebhookFailed.

        A duplicated webhook carries the same idempotency token; the second reply counts, as after a lost one.
        """
        token = secrets.token_hex(16)
        reply = await self._within_time(request, token, faults, limit)
        if faults.duplicate_webhooks:
            reply = await self._within_time(request, token, faults, limit)
        return reply

    async def _within_time(self, request: Request, token: str, faults: Faults, limit: int) -> Reply:
        try:
            async with asyncio.timeout(self._patience.total_s):
                return await self._tried(request, token, faults, limit)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise WebhookFailed(11200, "the service did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise WebhookFailed(11200, f"no usable answer ({type(error).__name__})") from error

    async def _tried(self, request: Request, token: str, faults: Faults, limit: int) -> Reply:
        for left in range(self._patience.retries, -1, -1):
            try:
                return await self._once(request, token, faults, limit)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                if not left:
                    raise WebhookFailed(11205, "cannot connect to the service") from error
                log.warning("webhook is sent once more", extra={"path": urlsplit(request.url).path})
        raise AssertionError("a loop over at least one try returns or raises")

    async def _once(self, request: Request, token: str, faults: Faults, limit: int) -> Reply:
        params = list(request.params)
        posted = request.method != "GET"
        url = request.url if posted else _with_query(request.url, params)
        headers = {
            "X-Twilio-Signature": self._signer.sign(url, params if posted else None, badly=faults.bad_signature),
            "I-Twilio-Idempotency-Token": token,
        }
        body = urlencode(params).encode() if posted else None
        if posted:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
        method = "POST" if posted else "GET"
        reach = self._addresses.reach(url)
        async with self._http.stream(method, reach, content=body, headers=headers) as response:
            if not response.is_success:
                raise WebhookFailed(11200, f"the service answered {response.status_code}")
            content = bytearray()
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > limit:
                    raise WebhookFailed(11750, "the service's answer is too large")
            return Reply(response.headers.get("content-type", ""), bytes(content))


def _with_query(url: str, params: Params) -> str:
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(params)) if part)
    return urlunsplit(parts._replace(query=query))
