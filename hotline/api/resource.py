"""How a resource is declared: its blueprint, the refusals every operation shares, how one thing is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel

from hotline.api import problems
from hotline.api.once import etag_of

SHARED = (401, 403, 422, 429, 500, 503)
WRITING = (400, 413, 415)
_HEADER = {"schema": {"type": "string"}}


def resource(name: str, about: str) -> APIBlueprint:
    """The operations of one kind of record."""
    return APIBlueprint(
        name,
        f"hotline.api.{name}",
        abp_tags=[Tag(name=name, description=about)],
        abp_security=[{"token": []}],
        abp_responses={status: problems.document() for status in SHARED},
        operation_id_callback=_operation_id,
    )


def gives(model: type[BaseModel], *refusals: int, status: int = 200) -> dict[Any, Any]:
    """What an operation answers: a model, or one of these refusals besides those all share."""
    return {status: model, **{refused: problems.document() for refused in refusals}}


def one(model: BaseModel, whole: Mapping[str, Any] | None = None) -> Response:
    """One thing; with an ETag of the whole of it, masked or not, where it can be changed."""
    response = Response(model.model_dump_json(), content_type="application/json")
    if whole is not None:
        response.headers["ETag"] = etag_of(whole)
    return response


def _operation_id(*, bp_name: str, name: str, **_path_and_method: str) -> str:
    return f"{bp_name}_{name.rstrip('_')}"
