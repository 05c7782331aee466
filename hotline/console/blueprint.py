"""The staff's first pages: log in, see the calls, read and hear one of them. Every look is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from math import ceil
from typing import Any

from argon2 import PasswordHasher
from flask import Blueprint, Response, abort, g, redirect, render_template, request, send_file, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from hotline.clock import Clock, utc_now
from hotline.config import Settings
from hotline.console.discretion import hears, viewer_of
from hotline.console.doorkeeper import FAILURES_FROM_ADDRESS, FAILURES_OF_NAME, Doorkeeper, Failures, seal_of
from hotline.console.pages import audio_file, call_lines, call_page, look
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.store.unit_of_work import Office, Store
from hotline.words import word

STAYS_IN = timedelta(hours=8)
"""A working day; then one logs in again."""
LONGEST_CORRECTION = 500
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

Page = Callable[..., str | AnyResponse | tuple[str, int]]


@dataclass(frozen=True)
class Console:
    """The pages over one database and one folder of recordings."""

    store: Store
    settings: Settings
    town: Callable[[Office], Town]
    """The lists that count now."""
    doorkeeper: Doorkeeper
    names: Failures
    addresses: Failures

    def login(self) -> str | AnyResponse | tuple[str, int]:
        if request.method == "GET":
            return render_template("login.html")
        username = request.form.get("username", "").strip()
        name, address = username[:40], str(request.remote_addr)
        if wait := max(self.names.wait(name), self.addresses.wait(address)):
            return self._refused("too_many", 429, minutes=ceil(wait / timedelta(minutes=1)))
        person = self.doorkeeper.admit(username, request.form.get("password", ""))
        if person is None:
            self.names.count(name)
            self.addresses.count(address)
            return self._refused("wrong_password", 401)
        self.names.forget(name)
        session.clear()
        session.permanent = True
        session.update(username=person.username, seal=seal_of(person))
        return redirect(url_for("console.calls"))

    def logout(self) -> AnyResponse:
        session.clear()
        return redirect(url_for("console.login"))

    def calls(self) -> str:
        page = max(0, request.args.get("page", 0, type=int))
        with self.store.open() as office:
            lines, more = call_lines(office, self.town(office), self.viewer(office), page=min(page, 100_000))
            look(office, g.person.username, f"calls page {page}")
            office.commit()
        return render_template("calls.html", calls=lines, page=page, more=more)

    def call(self, sid: str) -> str:
        with self.store.open() as office:
            found = call_page(office, self.town(office), self.viewer(office), sid)
            if found is None:
                abort(404)
            look(office, g.person.username, f"call {sid}")
            office.commit()
        return render_template("call.html", call=found[0], turns=found[1])

    def audio(self, turn: int) -> Response:
        """A turn's recording, by the turn's id: no file name ever comes from outside."""
        if turn > 2**31 - 1:
            abort(404)
        with self.store.open() as office:
            path = audio_file(office, turn, self.settings.recordings)
            if path is None or not hears(office, turn, self.viewer(office)):
                abort(404)
            look(office, g.person.username, f"audio of turn {turn}")
            office.commit()
        return send_file(path, mimetype="audio/wav", conditional=True, max_age=0)

    def correct(self, turn: int) -> AnyResponse:
        """Takes what a clerk heard in a recording; what was heard by the machine stays beside it."""
        text = " ".join(request.form.get("text", "").split())
        if turn > 2**31 - 1:
            abort(404)
        if not 1 <= len(text) <= LONGEST_CORRECTION or "\0" in text:
            abort(400)
        with self.store.open() as office:
            if not hears(office, turn, self.viewer(office)):
                abort(404)
            call = office.transcripts.correct(turn, text, g.person.username)
            if call is None:
                abort(404)
            office.commit()
        return redirect(url_for("console.call", sid=call) + f"#turn-{turn}")

    def viewer(self, office: Office) -> Actor:
        return viewer_of(g.person, self.town(office))

    def inside(self, page: Page) -> Page:
        """The page for those who are logged in; the others are sent to the door."""

        @wraps(page)
        def guarded(**parts: Any) -> Any:
            g.person = self.doorkeeper.known(str(session.get("username", "")), str(session.get("seal", "")))
            if g.person is None:
                session.clear()
                return redirect(url_for("console.login"))
            return page(**parts)

        return guarded

    def expired(self, _error: CSRFError) -> tuple[str, int]:
        return self._refused("expired", 400)

    def _refused(self, why: str, status: int, **facts: object) -> tuple[str, int]:
        return render_template("login.html", problem=word("message", why).format(**facts)), status


def console_blueprint(
    store: Store,
    settings: Settings,
    town: Callable[[Office], Town],
    clock: Clock = utc_now,
    *,
    hasher: PasswordHasher | None = None,
) -> Blueprint:
    """The pages as a blueprint at /login and /calls; registering it hardens the app's session cookie."""
    names, addresses = Failures(clock, FAILURES_OF_NAME), Failures(clock, FAILURES_FROM_ADDRESS)
    console = Console(store, settings, town, Doorkeeper(store, hasher), names, addresses)
    pages = Blueprint(
        "console", __name__, template_folder="templates", static_folder="assets", static_url_path="/assets"
    )
    pages.add_url_rule("/login", view_func=console.login, methods=["GET", "POST"])
    pages.add_url_rule("/logout", view_func=console.logout, methods=["POST"])
    pages.add_url_rule("/calls", view_func=console.inside(console.calls))
    pages.add_url_rule("/calls/<sid>", view_func=console.inside(console.call))
    pages.add_url_rule("/turns/<int:turn>/audio", view_func=console.inside(console.audio))
    pages.add_url_rule("/turns/<int:turn>/correction", view_func=console.inside(console.correct), methods=["POST"])
    csrf = CSRFProtect()
    pages.before_request(lambda: csrf.protect() if request.method == "POST" else None)
    pages.register_error_handler(CSRFError, console.expired)
    pages.after_request(_guard_headers)
    pages.app_template_global("word")(word)
    pages.record_once(lambda state: _harden(state, settings, csrf))
    return pages


def _harden(state: BlueprintSetupState, settings: Settings, csrf: CSRFProtect) -> None:
    """The cookie is the staff's only; webhooks prove themselves by signature and know no cookie."""
    state.app.secret_key = state.app.secret_key or settings.session_key
    state.app.config.update(
        SESSION_COOKIE_NAME="hotline",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=STAYS_IN,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=int(STAYS_IN.total_seconds()),
    )
    csrf.init_app(state.app)


def _guard_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if not request.path.startswith("/assets/"):
        response.headers["Cache-Control"] = "no-store"
    return response
