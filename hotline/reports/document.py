"""A paper before it is written: blocks that Word and HTML render alike."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Heading:
    """一、…"""

    text: str


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Grid:
    """A table with its caption; columns of `widths` parts of the page."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A chart as PNG, with what it shows in words."""

    caption: str
    png: bytes = field(repr=False)
    alt: str = ""


Block = Heading | Paragraph | Grid | Picture


@dataclass(frozen=True)
class Document:
    """A paper in the form of GB/T 9704."""

    head: str
    """The red head: whose paper it is."""
    number: str
    title: str
    to: str
    blocks: Sequence[Block]
    signed: str
    date: str
    copy: str
    issued: str
    appendix: Sequence[Block] = ()
    draft: str = ""
    """Says that nobody has signed it yet; empty once somebody has."""


_KINDS: Mapping[str, type[Block]] = {kind.__name__: kind for kind in (Heading, Paragraph, Grid, Picture)}


def as_json(paper: Document) -> dict[str, Any]:
    """The paper as it is kept once somebody has signed it: what was signed is what is printed ever after."""
    plain = {name: value for name, value in vars(paper).items() if name not in ("blocks", "appendix")}
    return plain | {name: [_block(one) for one in getattr(paper, name)] for name in ("blocks", "appendix")}


def from_json(kept: Mapping[str, Any]) -> Document:
    """The paper that was kept."""
    blocks = {name: tuple(_read(one) for one in kept[name]) for name in ("blocks", "appendix")}
    return Document(**{**kept, **blocks})


def _block(block: Block) -> dict[str, Any]:
    values = dict(vars(block))
    if isinstance(block, Picture):
        values["png"] = b64encode(block.png).decode()
    return {"kind": type(block).__name__, **values}


def _read(kept: Mapping[str, Any]) -> Block:
    values = {name: value for name, value in kept.items() if name != "kind"}
    if "png" in values:
        values["png"] = b64decode(values["png"])
    if "rows" in values:
        rows = tuple(tuple(row) for row in values["rows"])
        values |= {"rows": rows, "columns": tuple(values["columns"]), "widths": tuple(values["widths"])}
    return _KINDS[str(kept["kind"])](**values)
