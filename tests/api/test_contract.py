"""The document is OpenAPI 3.1 and the API keeps it: schemathesis asks with what fits and what does not.

HOTLINE_API_EXAMPLES is how many requests each operation gets of a kind; `make api-test` asks for many.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from hotline.commands.lists import appointments_json, grievances_json
from hotline.domain.catalogue import Town
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from hotline.town import read_town
from hotline.views import View, resident_view
from tests.api.conftest import Served, Watch, parts_over, serve, served_by


def rejected(context: Any, response: Any, case: schemathesis.Case) -> bool | None:
    """What does not fit is declined, as far as it was sent: a parameter whose value is an empty list is not."""
    sent = parse_qs(urlsplit(response.request.url).query, keep_blank_values=True)
    if set(case.query or {}) - set(sent):
        return None
    return checks.negative_data_rejection(context, response, case)


EXAMPLES = int(os.environ.get("HOTLINE_API_EXAMPLES", "6"))
PROMISES = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    rejected,
    checks.missing_required_header,
    checks.unsupported_method,
    checks.ignored_auth,
]


class Gate:
    """The application as the document is read when tests are collected, and the one with records once they run."""

    def __init__(self) -> None:
        self.app: Any = served_by(parts_over(Store("sqlite://"), Watch(), []))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.app(environ, start_response)


def configured() -> SchemathesisConfig:
    generation = GenerationConfig(
        modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE], deterministic=True, max_examples=EXAMPLES
    )
    return SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))


GATE = Gate()
described = schemathesis.openapi.from_wsgi("/api/openapi.json", GATE, config=configured())


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    url = f"sqlite:///{tmp_path_factory.mktemp('contract') / 'api.sqlite'}"
    upgrade(url)
    served = serve(url, requests_a_minute=10**9)
    GATE.app = served.app
    yield served
    served.store.close()


def test_the_document_is_openapi_3_1_and_every_operation_wants_a_token() -> None:
    document = described.raw_schema
    described.validate()
    assert document["openapi"].startswith("3.1")
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len(operations) == 61
    assert all(one["security"] == [{"token": []}] for one in operations)
    assert len({one["operationId"] for one in operations}) == len(operations)


def test_the_page_about_the_api_names_every_operation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf8")
    named = set(re.findall(r"`((?:GET|POST|PATCH) /[^`]*)`", page[page.index("## Operations") :]))
    paths = described.raw_schema["paths"]
    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} <= named


def test_the_document_is_given_to_anybody_and_loads_nothing_from_elsewhere(town: Served) -> None:
    answer = town.client().get("/api/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == described.raw_schema
    assert [town.client().get(f"/api{path}").status_code for path in ("/", "/openapi/", "/docs")] == [401] * 3


@described.parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_description(case: schemathesis.Case, town: Served) -> None:
    headers = {"Authorization": f"Bearer {town.tokens['administrator']}"}
    case.call_and_validate(headers=headers, checks=PROMISES)


@pytest.mark.parametrize(
    ("path", "left_out"),
    [
        ("/appointments/307294", {"conversation"}),
        ("/grievances/118822", {"conversation", "recording"}),
        ("/residents/1", set()),
    ],
)
def test_what_the_command_line_lists_is_here_too(town: Served, path: str, left_out: set[str]) -> None:
    """A field added to hotline/views.py is added here, or named as left out."""
    reads = {"appointments": appointments_json, "grievances": grievances_json, "residents": residents_json}
    (known, *_) = reads[path.split("/")[1]](town.store, read_town())
    answer = town.ask("auditor", path).json
    assert answer
    assert set(known) - left_out == set(answer) - {"id"}


def residents_json(store: Store, town: Town) -> list[View]:
    with store.open() as office:
        return [resident_view(row, town) for row in office.records.residents()]
