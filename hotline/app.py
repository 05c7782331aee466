"""The service as one ASGI application: live audio on the event loop, Flask for everything that is a request.

One process kind does it all; a town grows by running more of them (docs/adr/0008).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware
from flask import Flask, Response, jsonify
from sqlalchemy import text
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from hotline.bootstrap import Hotline
from hotline.clock import utc_now
from hotline.contact_rules import read_contact_rules
from hotline.feed_server import feed_server
from hotline.records_api import records_api
from hotline.staff_pages import staff_pages
from hotline.store.delivery import apply_status
from hotline.store.unit_of_work import Store
from ivr.carriers.signature import Signatures
from ivr.live.socket import StreamEndpoint
from ivr.outgoing import Outgoing
from ivr.webhooks import Webhooks

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

WEB_THREADS = 16


def web(hotline: Hotline) -> Flask:
    """Webhooks, staff pages, the API and health."""
    settings = hotline.settings
    app = Flask("hotline")
    app.config.update(SECRET_KEY=settings.session_key)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    signatures = Signatures(settings.public_url, (settings.auth_token,))

    def message_status(sid: str, status: str, code: str) -> None:
        with hotline.store.open() as office:
            apply_status(office, sid, status, code)
            office.commit()

    outgoing = Outgoing(hotline.front, read_contact_rules(settings.data_dir).calling)
    hooks = Webhooks(hotline.front, signatures, stream_url(settings.public_url), message_status, outgoing)
    app.register_blueprint(hooks.blueprint())
    app.register_blueprint(staff_pages(settings, hotline.store, hotline.desk.newest, hotline.enqueue))

    @app.get("/healthz")
    def health() -> tuple[Response, int]:
        """200 and {"status": "ok"} while calls can be taken."""
        return healthy(hotline.store, hotline.live.recogniser.capabilities.name)

    api = records_api(settings, hotline.store, hotline.desk.newest, hotline.enqueue)
    feeds = feed_server(hotline.store, lambda office: hotline.desk.newest(office).rules.town, utc_now)
    app.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, {"/api": api, "/feeds": feeds}
    )
    return app


def healthy(store: Store, ears: str) -> tuple[Response, int]:
    """Whether the database answers, and which recogniser listens."""
    with store.engine.connect() as connection:
        connection.execute(text("select 1"))
    return jsonify(status="ok", ears=ears), 200


def stream_url(public_url: str) -> str:
    """Where live audio goes: the public address with the socket's scheme."""
    return public_url.replace("http", "ws", 1) + "/voice/stream"


def asgi(hotline: Hotline, exchange: Application | None = None) -> Application:
    """Everything behind one port. `exchange` serves its own paths where the service is its own carrier."""
    flask = WSGIMiddleware(web(hotline), workers=WEB_THREADS)  # type: ignore[arg-type]
    signatures = Signatures(hotline.settings.public_url, (hotline.settings.auth_token,))
    stream = StreamEndpoint(hotline.front, hotline.live, signatures, hotline.settings.public_url)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket" and path.rstrip("/") == "/voice/stream":
            await stream(scope, receive, send)
        elif exchange is not None and (path.startswith("/exchange/") or path.split("/")[1:2] == ["phone"]):
            await exchange(scope, receive, send)
        elif scope["type"] == "http":
            await flask(scope, receive, send)  # type: ignore[arg-type]
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4404})

    return application
