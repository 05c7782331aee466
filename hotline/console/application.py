"""The console put together: its door, its areas, its headers, its error pages."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import Forbidden, HTTPException
from werkzeug.wrappers import Response as AnyResponse

from hotline.config import Settings
from hotline.console import door, languages, unmasking
from hotline.console.area import PUBLIC, Area
from hotline.console.areas import AREAS
from hotline.console.built import STATIC, asset, compressed, icon
from hotline.console.doorkeeper import FAILURES_FROM_ADDRESS, FAILURES_OF_NAME, Doorkeeper, Failures
from hotline.console.parts import Parts
from hotline.domain.errors import Refused
from hotline.domain.rights import Colleague, sight_of
from hotline.store.staff_sessions import STAYS_IN
from hotline.words import word

POLICY = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; style-src 'self' 'nonce-{nonce}'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
"""data: are the small pictures inside the stylesheet; the nonce is for libraries that bring their own style."""
LARGEST_FORM, LARGEST_UPLOAD = 1 << 20, 32 << 20
"""Bytes of what a form may send; files are looked at closer where they are taken."""
PERSON_GONE = 401
NEW_PASSWORD = {"console.me.own", "console.me.password", "console.me.language", "console.door.logout"}
"""All that is open to somebody who still has the password an administrator gave them."""


def console(parts: Parts) -> Blueprint:
    """The pages as one blueprint; registering it hardens the app's session cookie."""
    pages = Blueprint(
        "console", __name__, template_folder="templates", static_folder="assets", static_url_path="/assets"
    )
    csrf = CSRFProtect()
    pages.before_request(_admit)
    pages.before_request(compressed)
    pages.before_request(csrf.protect)  # looks at what changes something, and at nothing else
    pages.register_error_handler(CSRFError, door.expired)
    pages.register_error_handler(Refused, _refused)
    pages.register_error_handler(HTTPException, _failed)
    pages.app_errorhandler(404)(_nowhere)
    pages.after_request(_guard_headers)
    for area in (door.area, *AREAS):
        pages.register_blueprint(area.blueprint)
    pages.context_processor(_frame)
    for helper in (word, asset, icon):
        pages.app_template_global(helper.__name__)(helper)
    pages.app_template_global("unmasked_minutes")(unmasking.minutes_left)
    pages.app_template_global("unmask_reasons")(lambda: unmasking.REASONS)
    pages.record_once(lambda state: _furnish(state, parts, csrf))
    return pages


def _furnish(state: BlueprintSetupState, parts: Parts, csrf: CSRFProtect) -> None:
    """What the app must have for the pages. The cookie is the staff's only: webhooks know no cookie."""
    app: Any = state.app
    _harden(app, parts.settings)
    csrf.init_app(app)
    languages.init(app)
    app.extensions["console"] = parts
    app.extensions["console.porch"] = door.Porch(
        Doorkeeper(parts.store, parts.clock, parts.hasher),
        Failures(parts.clock, FAILURES_OF_NAME),
        Failures(parts.clock, FAILURES_FROM_ADDRESS),
    )


def _harden(app: Any, settings: Settings) -> None:
    app.secret_key = app.secret_key or settings.session_key
    app.config.update(
        SESSION_COOKIE_NAME="hotline",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=STAYS_IN,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=int(STAYS_IN.total_seconds()),
    )


def _admit() -> AnyResponse | None:
    """Before anything of a page is made: who is it, and may they open it?"""
    g.colleague = g.sight = None
    whole = request.mimetype == "multipart/form-data"
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = getattr(view, "largest_body", LARGEST_UPLOAD if whole else LARGEST_FORM)
    if request.endpoint == STATIC:
        return None
    roles: frozenset[str] = getattr(view, "roles", frozenset())
    if roles == PUBLIC:
        return None
    by_itself = "X-Live" in request.headers  # a page that asks for itself again is nobody at work
    known = door.porch().doorkeeper.known(
        str(session.get("token", "")), str(session.get("seal", "")), busy=not by_itself
    )
    if known is None:
        if "token" in session:
            session.clear()  # over; somebody half-way in keeps their place
        return _to_the_door()
    person = known.person
    g.colleague = Colleague(person.username, person.role, person.place, person.village, person.name)
    g.session = known.session
    if view is not None and person.role not in roles:
        raise Forbidden
    if person.password_until is not None and request.endpoint not in NEW_PASSWORD:
        return redirect(url_for("console.me.own"))
    g.sight = sight_of(g.colleague)
    return None


def _to_the_door() -> AnyResponse:
    """To the log in; a part of a page sends the whole page there."""
    login = url_for("console.door.login")
    if request.headers.get("HX-Request"):
        return Response(status=PERSON_GONE, headers={"HX-Redirect": login})
    return redirect(login)


def _refused(error: Refused) -> tuple[str, int]:
    """A use case said no: why, in words, where the person is."""
    says = word("refused", error.reason)
    template = "refused_part.html" if request.headers.get("HX-Request") else "problem.html"
    return render_template(template, title="办不了", says=says), 409


def _failed(error: HTTPException) -> tuple[str, int] | HTTPException:
    """Not found, not allowed, too large: a page that says so and leads on."""
    code = error.code or 500
    if g.get("colleague") is None:
        return error
    known = word("message", f"http_{code}")
    says = known if known != f"http_{code}" else word("message", "http_other")
    template = "refused_part.html" if request.headers.get("HX-Request") else "problem.html"
    title = word("message", f"title_{code}" if code in (403, 404) else "title_other")
    return render_template(template, title=title, says=says), code


def _nowhere(error: HTTPException) -> Any:
    """An address that is nothing at all: staff are told so in words, a carrier as short as ever."""
    if request.blueprint is not None or "text/html" not in request.headers.get("Accept", ""):
        return _failed(error)
    turned_away = _admit()
    return _guard_headers(make_response(turned_away or _failed(error)))


def _frame() -> dict[str, Any]:
    """What the frame around every page shows."""
    person: Colleague | None = g.get("colleague")
    menu = [area for area in AREAS if area.title and person is not None and person.role in _roles_of(area)]
    events = current_app.extensions.get("console.events", "") if person is not None else ""
    return {"person": person, "menu": menu, "events": events, "nonce": g.get("nonce") or languages.fresh_nonce()}


def _roles_of(area: Area) -> frozenset[str]:
    view = current_app.view_functions.get(area.endpoint)
    found: frozenset[str] = getattr(view, "roles", frozenset())
    return found


def _guard_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=g.get("nonce", "")))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.path.startswith("/assets/built/"):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.vary.add("Accept-Encoding")
    elif not request.path.startswith("/assets/"):
        response.headers["Cache-Control"] = "no-store"
    return response
