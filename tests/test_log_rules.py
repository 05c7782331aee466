"""What is logged: fixed messages with fields, nothing personal outside `pii`, never more than one line."""

from __future__ import annotations

import ast
import io
import logging
from collections.abc import Iterator

import pytest

from hotline.logs import Line
from tests.test_house_rules import PACKAGES, sources

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
RESERVED = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
"""Fields `logging` keeps for itself: giving one of them raises KeyError where nobody expects it."""
PERSONAL = {"number", "to", "body", "text", "heard", "digits", "transcript", "story", "caller", "from_", "said"}


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    """(place, call) of every call of a logger in the product."""
    for path, text in sources(*PACKAGES):
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            owner = node.func.value
            if node.func.attr in LEVELS and isinstance(owner, ast.Name) and owner.id in {"log", "logger"}:
                yield f"{path}:{node.lineno}", node


def fields_of(call: ast.Call) -> set[str]:
    extra = next((k.value for k in call.keywords if k.arg == "extra"), None)
    if not isinstance(extra, ast.Dict):
        return set()
    return {str(key.value) for key in extra.keys if isinstance(key, ast.Constant)}


def test_messages_are_fixed() -> None:
    fluid = [
        place
        for place, call in log_calls()
        if not call.args or not isinstance(call.args[0], ast.Constant) or len(call.args) > 1
    ]
    assert fluid == []


def test_no_field_bears_a_name_logging_keeps_for_itself() -> None:
    assert [(place, f) for place, call in log_calls() for f in fields_of(call) & RESERVED] == []


def test_nothing_personal_is_a_field_of_its_own() -> None:
    assert [(place, f) for place, call in log_calls() for f in fields_of(call) & PERSONAL] == []


@pytest.fixture
def lines() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Line())
    logger = logging.getLogger("tests.lines")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger, out
    logger.removeHandler(handler)


def test_a_line_has_its_fields_and_not_what_is_personal(lines: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = lines
    logger.info("call ended", extra={"call": "CA1", "ms": 12, "pii": {"heard": "我叫王桂花"}})
    assert out.getvalue().endswith(' INFO    tests.lines: call ended call="CA1" ms=12\n')


def test_a_field_cannot_forge_another_line(lines: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = lines
    logger.info("refused", extra={"path": "/x\n2026-01-01T00:00:00 INFO forged: all is well"})
    assert len(out.getvalue().splitlines()) == 1
