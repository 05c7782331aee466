"""The API as one WSGI application: its document, its doors, its resources. It stands below /api."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import orjson
from flask import Request, Response, current_app, request
from flask.json.provider import JSONProvider
from flask_openapi3.models.info import Info
from flask_openapi3.models.server import Server
from flask_openapi3.openapi import OpenAPI

from hotline.api import (
    appointment_moves,
    appointments,
    callbacks,
    calls,
    case_moves,
    case_repeats,
    catalogue,
    doors,
    duty,
    grievances,
    ledger,
    messages,
    outgoing,
    oversight,
    problems,
    residents,
    surveys,
    waiting,
    wishes,
)
from hotline.api.parts import LARGEST_BODY, Parts

RESOURCES = (
    *(appointments, appointment_moves, waiting, grievances, case_moves, case_repeats, ledger, residents, wishes),
    *(messages, calls, outgoing, callbacks, duty, catalogue, oversight, surveys),
)
DOCUMENT = "/openapi.json"
ABOUT = """The records of the hotline, for the office's own programs.

Every request needs a token (`hotline tokens add USERNAME --name "what for"`), which has the role of its user.
Names and numbers are masked unless `unmask` gives a reason; every look at somebody's data is written down."""


class Strict(JSONProvider):
    """JSON as its standard has it: no NaN, no halves of characters, no nesting that breaks the parser."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)


def build_api(parts: Parts) -> OpenAPI:
    """The application; to be mounted at /api."""
    app = OpenAPI(
        "hotline.api",
        info=Info(title="Hotline", version=version("village-hotline"), description=ABOUT),
        security_schemes={"token": {"type": "http", "scheme": "bearer"}},
        servers=[Server(url="/api")],
        validation_error_status=422,
        validation_error_model=problems.Problem,
        validation_error_callback=problems.invalid,
        doc_ui=False,  # its pages load scripts from elsewhere
        static_folder=None,
    )
    app.json = Strict(app)
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY)
    app.extensions["hotline"] = parts
    app.before_request(_admitted)
    app.after_request(_guard_headers)
    problems.answer_problems(app)
    for resource in RESOURCES:
        app.register_api(resource.api)
    app.add_url_rule(DOCUMENT, "document", lambda: app.api_doc)
    return app


def _admitted() -> None:
    """The door first; then whether there is a body where one is needed, and whether it can be read."""
    if request.endpoint == "document":
        return
    doors.admit()
    _make_room()
    if request.method in {"POST", "PUT", "PATCH"} and request.endpoint is not None:
        _readable(request)


def _make_room() -> None:
    """Where files are brought, more may come in than elsewhere."""
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "largest_body", LARGEST_BODY)


def _readable(asked: Request) -> None:
    """Declines what is no JSON object: 400, 413 or 415."""
    if not isinstance(asked.get_json(), dict):
        problems.decline(400)


def _guard_headers(response: Response) -> Response:
    """Answers are for who asked, and are kept nowhere on the way."""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
