"""Scripts, styles and pictures of the pages, as `make front` built them."""

from __future__ import annotations

import json
import mimetypes
from functools import cache
from pathlib import Path

from flask import Response, request, send_file, url_for
from markupsafe import Markup
from werkzeug.security import safe_join

ASSETS = Path(__file__).parent / "assets"
BUILT = ASSETS / "built"
STATIC = "console.static"


def compressed() -> Response | None:
    """What was compressed when it was built, for browsers that take it so; anything else goes its usual way.

    Pages are not compressed: they carry a secret beside what somebody typed, and their length would tell of it.
    """
    if request.endpoint != STATIC or not request.accept_encodings["gzip"]:
        return None
    name: str = (request.view_args or {}).get("filename", "")
    path = safe_join(str(ASSETS), f"{name}.gz")
    if path is None or not Path(path).is_file():
        return None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    answer = send_file(path, mimetype=kind, conditional=True)
    answer.content_encoding = "gzip"
    return answer


@cache
def _manifest() -> dict[str, str]:
    path = BUILT / "manifest.json"
    if not path.is_file():
        raise FileNotFoundError("The pages' scripts are not built yet: run `make front`.")
    found: dict[str, str] = json.loads(path.read_text("utf8"))
    return found


def asset(name: str) -> str:
    """Where a built script or style lies today (`asset("console.css")`)."""
    return url_for(STATIC, filename=_manifest()[name])


def icon(name: str) -> Markup:
    """A small picture beside words, never instead of them."""
    where = url_for(STATIC, filename=_manifest()["icons.svg"])
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>').format(where, name)
