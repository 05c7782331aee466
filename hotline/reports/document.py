"""A paper before it is written: blocks that Word and HTML render alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


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
