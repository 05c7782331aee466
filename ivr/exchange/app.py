"""The exchange as an ASGI application: REST under `/exchange`, telephones at `/exchange/line` and `/phone`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ivr.exchange import rest
from ivr.exchange.access import admitted, phone_cookie
from ivr.exchange.exchange import Exchange
from ivr.exchange.http import HttpRequest, HttpResponse, Refusal, as_error
from ivr.exchange.line_socket import serve_line
from ivr.exchange.phone_page import phone_file

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
_MAX_BODY = 256 * 1024


def exchange_app(exchange: Exchange) -> AsgiApp:
    """An ASGI application for one exchange.

    It answers `/exchange/…` and `/phone…`; the lifespan protocol closes the exchange, and where another
    application owns the lifespan, that one calls `Exchange.close`.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _serve_http(exchange, scope, receive, send)
        elif scope["type"] == "websocket":
            await serve_line(exchange, request_of(scope), receive, send)
        elif scope["type"] == "lifespan":
            await _live(exchange, receive, send)

    return app


def request_of(scope: Scope, body: bytes = b"") -> HttpRequest:
    """The request of an ASGI scope as plain data."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    client = scope.get("client")
    return HttpRequest(
        scope.get("method", "GET"),
        scope["path"],
        scope.get("query_string", b"").decode("latin-1"),
        headers,
        body,
        client[0] if client else "",
    )


async def _serve_http(exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
    body = await _body(receive)
    if body is None:
        response = as_error(Refusal(413, 20413, "Request too large"))
    else:
        response = _respond(exchange, request_of(scope, body))
    headers = [("content-type", response.content_type), ("content-length", str(len(response.body)))]
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": [(n.lower().encode(), v.encode()) for n, v in (*headers, *response.headers)],
        }
    )
    shown = b"" if scope["method"] == "HEAD" else response.body
    await send({"type": "http.response.body", "body": shown})


def _respond(exchange: Exchange, request: HttpRequest) -> HttpResponse:
    if request.path != "/phone" and not request.path.startswith("/phone/"):
        return rest.answer(exchange, request)
    if not admitted(exchange.line_token, request):
        return HttpResponse(403, "只有本机，或持有口令，才能用这部电话。".encode(), "text/plain; charset=utf-8")
    return phone_file(request.path, phone_cookie(request))


async def _body(receive: Receive) -> bytes | None:
    """The request's body; None if it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > _MAX_BODY:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return bytes(body)


async def _live(exchange: Exchange, receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await exchange.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "lifespan.startup.complete"})
