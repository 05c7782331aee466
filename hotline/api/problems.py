"""Every refusal as `application/problem+json` (RFC 9457), with a sentence that says what to do."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, NoReturn

from flask import Flask, Response, g
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from hotline.domain.errors import Refused

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

SAYS = {
    400: "The body is not JSON: send one JSON object, in UTF-8, without NaN.",
    404: "There is nothing at this address for you: check the code or id, and whether it lies within your part.",
    405: "This address does not take this method: /api/openapi.json says which it takes.",
    413: "The body is too large: send at most 64 KiB.",
    415: "Send the body as application/json.",
    500: "Something went wrong here and has been logged: try again, and tell whoever runs the hotline.",
    503: "The records cannot be reached: try again in a minute.",
}

REFUSALS = {
    "taken": (409, "That time is not free: GET /api/free-times shows which are."),
    "not_at_home": (409, "This service is not done at home: ask for the window."),
    "not_in_village": (409, "No village station does this service: ask for the window."),
    "drawn": (409, "That week has been drawn already: GET /api/surveys shows it."),
    "bad_wish": (422, "`wish` is a time such as 2026-11-28/morning, *T15:00..17:00 or any."),
    "no_number": (422, "Send a number: without one nobody can be told of a place."),
    "not_waiting": (409, "They no longer wait: GET /api/waiting?state=left shows who has left."),
    "known": (409, "A case with that reference from there is on record: search it with `q`."),
    "no_code": (503, "No code is free at the moment: try again."),
    "past": (409, "That time has passed: choose one of GET /api/free-times."),
    "no_car": (409, "Nobody is fetched by car for this service: ask for the window."),
    "no_place": (
        403,
        "Your account has no desk yet: have an administrator run `hotline staff add {username} --place window` "
        "(or window:2, home, village:V03).",
    ),
    "no_village": (
        403,
        "Your account has no village yet: have an administrator run "
        "`hotline staff add {username} --village V01` with your village's id.",
    ),
    "not_yours": (403, "That is not yours to do: ask a supervisor."),
    "not_now": (409, "It is not in a state for that: read it again, `moves` says what can be done."),
    "no_reason": (422, "Say why, in `reason`."),
    "no_owner": (422, "Say who gets it, in `owner`."),
    "no_proof": (409, "Attach what shows it first: POST /api/ledger/{id}/proofs."),
    "moved_meanwhile": (409, "Somebody else has just moved it: read it again."),
    "still_asking": (409, "The resident is still being asked: only after that it is closed by hand."),
    "proof_size": (422, "The file is empty or too large: a picture or PDF of up to 10 MB."),
    "proof_form": (422, "That is neither a picture (JPEG, PNG, WebP) nor a whole PDF."),
    "proof_acts": (422, "That PDF holds a script, a form or another file: print it to a plain one."),
    "no_such_topic": (422, "No such topic: GET /api/topics lists them."),
    "bad_days": (422, "The time may be put off to the 6th to 15th working day."),
    "no_role": (403, "Your account has no role that may read: ask an administrator."),
}
"""What the office says no to, by its reason; other reasons for the same word are in `refusals`."""


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    where: str = Field(description="The field, with the way to it.", json_schema_extra={"example": "body.number"})
    what: str


class Problem(BaseModel):
    """Why not, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="A sentence that says what to do.")
    reason: str = Field("", description="What the office says no to, in a word for programs; empty elsewhere.")
    errors: list[FieldProblem] = []


class Declined(HTTPException):
    """A request is declined with a status and a sentence."""

    def __init__(
        self, status: int, detail: str, headers: dict[str, str] | None = None, *, reason: str = ""
    ) -> None:
        super().__init__(detail)
        self.code, self.headers, self.reason = status, headers or {}, reason


def decline(status: int, detail: str = "") -> NoReturn:
    """Ends the request. Raises Declined."""
    raise Declined(status, detail or SAYS[status])


def told(status: int, detail: str, errors: list[FieldProblem] | None = None, *, reason: str = "") -> Response:
    """The refusal as it is sent."""
    title = HTTPStatus(status).phrase
    problem = Problem(title=title, status=status, detail=detail, reason=reason, errors=errors or [])
    return Response(problem.model_dump_json(), status, content_type=MEDIA_TYPE)


def invalid(error: ValidationError) -> Response:
    """What does not fit the schema, field by field; what was sent is not repeated."""
    errors = [
        FieldProblem(where=".".join(map(str, wrong["loc"])), what=str(wrong["msg"]))
        for wrong in error.errors(include_url=False, include_input=False, include_context=False)[:20]
    ]
    return told(422, "Some of this does not fit: correct the fields named in errors.", errors)


def document() -> dict[str, Any]:
    """A refusal in the OpenAPI document."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"content": {MEDIA_TYPE: {"schema": schema}}}


def answer_problems(app: Flask) -> None:
    """Has an app answer every refusal this way, also those nobody foresaw."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(OperationalError, _unreachable)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    own, reason = (error.description, error.reason) if isinstance(error, Declined) else (None, "")
    says = own or SAYS.get(status, error.description or HTTPStatus(status).phrase)
    response = told(status, says, reason=reason)
    response.headers.extend(error.headers if isinstance(error, Declined) else {})
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="hotline"'
    if status == 405 and (allowed := getattr(error, "valid_methods", None)):
        response.headers["Allow"] = ", ".join(allowed)
    return response


def _refused(error: Refused) -> Response:
    status, says = REFUSALS.get(error.reason, (409, f"The office says no: {error.reason}."))
    return told(status, says.format(username=g.colleague.username), reason=error.reason)


def _unreachable(error: OperationalError) -> Response:
    logger.error("api: records unreachable", extra={"why": type(error.orig).__name__})
    return told(503, SAYS[503])
