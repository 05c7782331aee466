"""Requests that act once: a repeated key gets the first answer again, a change meant for an older state none."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from hotline.api.doors import colleague, look
from hotline.api.fields import Absent, left_out_not_null
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.store.answers import Answers
from hotline.store.unit_of_work import Office

OTHER_REQUEST = "This Idempotency-Key belongs to another request: draw a new one for each thing you want done."
STALE = "It has changed since you read it: read it again and send its ETag as If-Match."
NO_MATCH = "Send the ETag you read as If-Match, so that nobody's change is written over."


class OnceHeader(BaseModel):
    """What tells a repeated request from a new one."""

    model_config = ConfigDict(populate_by_name=True, json_schema_extra=left_out_not_null)
    key: str = Field(
        alias="Idempotency-Key",
        pattern=r"^[A-Za-z0-9_-]{8,64}$",
        description="Drawn by the client for each thing it wants done, such as a UUID.",
    )


class MovingHeader(OnceHeader):
    """The same, and which state of the thing the move is meant for."""

    match: str | Absent = Field(None, alias="If-Match", max_length=80, description="The ETag it was read with.")


class MatchHeader(BaseModel):
    """Which state of a thing a change is meant for."""

    model_config = ConfigDict(populate_by_name=True, json_schema_extra=left_out_not_null)
    match: str | Absent = Field(None, alias="If-Match", max_length=80, description="The ETag it was read with.")


@dataclass(frozen=True)
class Done:
    """What a request led to."""

    view: BaseModel
    location: str
    messages: tuple[int, ...] = ()
    """Outbox rows to send after the commit."""
    etag: str = ""
    """Of the thing as it is now, where the next change must send it back."""


def once(key: str, asked: BaseModel, act: Callable[[Office], Done]) -> Response:
    """Acts in one transaction with the answer kept beside; a second time only the answer is given again.

    What is refused is not kept: the same key may be tried again.
    """
    here, username = parts(), colleague().username
    digest = hashlib.sha256(f"{request.path}\n{asked.model_dump_json()}".encode()).hexdigest()
    with here.store.open() as office:
        answers = Answers(office.session)
        row = answers.begin(username, key, digest, here.clock())
        if row is None:
            earlier = answers.earlier(username, key)
            if earlier is None or not hmac.compare_digest(earlier.request, digest):
                decline(422, OTHER_REQUEST)
            look(office, f"answer to {key} again")
            office.commit()
            return _answer(earlier.status, earlier.body, {"Idempotency-Replayed": "true"})
        done = act(office)
        location = request.script_root + done.location
        row.status, row.body = 201, _kept(location, done)
        office.commit()
        kept = row.body
    if done.messages:
        here.enqueue(done.messages)
    return _answer(201, kept, {})


def _kept(location: str, done: Done) -> str:
    return json.dumps([location, done.view.model_dump(mode="json"), done.etag], ensure_ascii=False)


def _answer(status: int, kept: str, headers: Mapping[str, str]) -> Response:
    location, view, *more = json.loads(kept)  # answers kept by an earlier release have no ETag
    body = json.dumps(view, ensure_ascii=False)
    tagged = {"ETag": more[0]} if more and more[0] else {}
    return Response(body, status, {"Location": location, **tagged, **headers}, content_type="application/json")


def request_id(key: str) -> str:
    """Stands where a caller's conversation would; 36 characters."""
    return "api:" + hashlib.sha256(f"{colleague().username}/{key}".encode()).hexdigest()[:32]


def etag_of(view: Mapping[str, Any]) -> str:
    """Changes when anything of the thing does, and says nothing about it."""
    plain = json.dumps(view, sort_keys=True, ensure_ascii=False, default=str)
    return f'"{hashlib.sha256(plain.encode()).hexdigest()[:32]}"'


def check_match(header: MatchHeader | MovingHeader, view: Mapping[str, Any]) -> None:
    """Lets a change through if it was meant for this state. Raises Declined with 428 or 412."""
    if header.match is None:
        decline(428, NO_MATCH)
    if header.match.removeprefix("W/") != etag_of(view):
        decline(412, STALE)
