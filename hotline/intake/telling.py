"""A town's lists as staff read them: the headings and coded words a town would write itself, back from ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from hotline.domain.lists import ListShape
from hotline.intake.reading import names_of_lists


def heading(shape: ListShape, column: str, *, chinese: bool) -> str:
    """What a column is headed by: the first word `lists.zh.toml` has for it."""
    return _headings(shape.name).get(column, column) if chinese else column.replace("_", " ")


def told(shape: ListShape, name: str, value: Any, *, chinese: bool) -> str:
    """A cell in one line; empty for nothing."""
    column = shape.column(name)
    if isinstance(value, list | tuple):
        between = "、" if chinese else ", "
        return between.join(told(shape, name, one, chinese=chinese) for one in value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    text = "" if value is None else str(value)
    return _words(shape.name).get(text, text) if chinese and column is not None and column.coded else text


@cache
def _headings(name: str) -> Mapping[str, str]:
    columns = names_of_lists()["columns"]
    return _turned(columns["any"]) | _turned(columns.get(name, {}))


@cache
def _words(name: str) -> Mapping[str, str]:
    """The coded words of a list: where it has one of its own, that one."""
    names = names_of_lists()
    return _turned(names["codes"]) | _turned(names["own_codes"].get(name, {}))


def _turned(names: Mapping[str, str]) -> dict[str, str]:
    """Ours to theirs; of several the first that is Chinese."""
    turned: dict[str, str] = {}
    for theirs, ours in names.items():
        if not theirs.isascii():
            turned.setdefault(ours, theirs)
    return turned
