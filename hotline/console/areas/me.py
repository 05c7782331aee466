"""What is one's own: the language of the pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, redirect, request, session
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.languages import LANGUAGES
from hotline.console.paths import inside
from hotline.domain.rights import ROLES

area = Area("me", "", roles=ROLES)


@area.page("/language", methods=("POST",))
def language() -> AnyResponse:
    """Chinese or English from here on, back on the page one came from."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    session["language"] = chosen
    return redirect(inside(urlsplit(request.referrer or "/").path))
