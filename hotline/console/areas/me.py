"""What is one's own: the language of the pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.languages import LANGUAGES
from hotline.domain.rights import ROLES

area = Area("me", "", roles=ROLES)


@area.page("/language", methods=("POST",))
def language() -> AnyResponse:
    """Chinese or English from here on, back on the page one came from."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    session["language"] = chosen
    came_from = urlsplit(request.referrer or "/")
    return redirect(came_from.path if came_from.path.startswith("/") and came_from.path[:2] != "//" else "/")
