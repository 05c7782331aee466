"""A paper, and the public board, as one HTML page: nothing is loaded, nothing runs; prints on A4."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hotline.reports.document import Block, Document

_FOLDER = Path(__file__).parent / "templates"
_pages = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(paper: Document) -> str:
    """The whole page."""
    return fill("paper", paper=paper, blocks=_shown(paper.blocks), appendix=_shown(paper.appendix))


def fill(name: str, **values: Any) -> str:
    """A template with its style within, allowed by the style's own digest and nothing else."""
    style = (_FOLDER / f"{name}.css").read_text("utf8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    own = {"style": Markup(style), "style_hash": digest}  # noqa: S704 -- a file of ours
    return _pages.get_template(f"{name}.html").render(**own, **values)


def _shown(blocks: Any) -> list[dict[str, Any]]:
    return [_as_values(block) for block in blocks]


def _as_values(block: Block) -> dict[str, Any]:
    values: dict[str, Any] = {"kind": type(block).__name__, **vars(block)}
    if "png" in values:
        values["data"] = b64encode(values.pop("png")).decode()
    if "widths" in values:
        values["parts"] = [round(100 * part / sum(block.widths)) for part in block.widths]  # type: ignore[union-attr]
    return values
