"""Coming in and going out."""

from __future__ import annotations

import hmac
from datetime import timedelta
from math import ceil

from flask import Response, current_app, g, redirect, render_template, request, send_file, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from hotline.console import second_factor
from hotline.console.area import PUBLIC, Area
from hotline.console.built import ASSETS
from hotline.console.doorkeeper import Doorkeeper, Failures, seal_of
from hotline.console.languages import term
from hotline.console.parts import colleague, parts
from hotline.domain.rights import ROLES
from hotline.sealing import Unreadable
from hotline.store.tables import StaffRow

area = Area("door", "", roles=PUBLIC)

Answer = str | AnyResponse | tuple[str, int]
HALF_WAY = timedelta(minutes=5)
"""So long somebody whose password was right may look for the second factor."""


class Porch:
    """Who knocks, and how often they were wrong."""

    def __init__(self, doorkeeper: Doorkeeper, names: Failures, addresses: Failures) -> None:
        self.doorkeeper = doorkeeper
        self.names = names
        self.addresses = addresses

    def wait(self, name: str) -> int:
        """Minutes before the next try under this name from where the request comes; 0 for none."""
        wait = max(self.names.wait(name), self.addresses.wait(address()))
        return ceil(wait / timedelta(minutes=1))

    def failed(self, name: str) -> None:
        self.names.count(name)
        self.addresses.count(address())


def porch() -> Porch:
    found: Porch = current_app.extensions["console.porch"]
    return found


def address() -> str:
    """Where the request comes from."""
    return str(request.remote_addr)


@area.page("/favicon.ico")
def picture() -> Response:
    """Browsers ask for it by this name where a part of a page is opened alone."""
    return send_file(ASSETS / "phone.svg", mimetype="image/svg+xml", conditional=True, max_age=86_400)


@area.page("/login", methods=("GET", "POST"))
def login() -> Answer:
    """The form, or what came of it."""
    if request.method == "GET":
        return render_template("login.html")
    here = porch()
    username = request.form.get("username", "").strip()
    name = username[:40]
    if minutes := here.wait(name):
        return refused("too_many", 429, minutes=minutes)
    person = here.doorkeeper.admit(username, request.form.get("password", ""), address())
    if person is None:
        here.failed(name)
        return refused("wrong_password", 401)
    here.names.forget(name)
    if person.totp_on:
        session.clear()
        until = (parts().clock() + HALF_WAY).timestamp()
        session["half"] = {"username": person.username, "seal": seal_of(person), "until": until}
        return redirect(url_for("console.door.code"))
    return _let_in(person)


@area.page("/login/code", methods=("GET", "POST"))
def code() -> Answer:
    """The second factor of somebody whose password was right."""
    person = _half_way()
    if person is None:
        session.pop("half", None)
        return redirect(url_for("console.door.login"))
    if request.method == "GET":
        return render_template("code.html")
    here, name = porch(), f"code {person.username}"
    if minutes := here.wait(name):
        return _wrong_code("too_many", 429, minutes=minutes)
    try:
        with parts().store.open() as office:
            right = second_factor.accept(office, person, request.form.get("code", ""), parts().clock())
            office.commit()
    except Unreadable:
        here.doorkeeper.refuse(person.username, "second factor cannot be read")
        return _wrong_code("code_unreadable", 409)
    if not right:
        here.failed(name)
        here.doorkeeper.refuse(person.username, f"second factor from {address()}")
        return _wrong_code("wrong_code", 401)
    here.names.forget(name)
    return _let_in(person)


def _half_way() -> StaffRow | None:
    half = session.get("half")
    if not half or half["until"] < parts().clock().timestamp():
        return None
    with parts().store.open() as office:
        person = office.session.get(StaffRow, half["username"])
    stands = person is not None and person.totp_on and not person.locked
    return person if stands and person and hmac.compare_digest(seal_of(person), half["seal"]) else None


def _let_in(person: StaffRow) -> AnyResponse:
    """A session that is new from the cookie to the row: nothing of what the browser brought stays."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    token = porch().doorkeeper.enter(person, address(), str(request.user_agent))
    session.update(token=token, seal=seal_of(person))
    if language:
        session["language"] = language
    return redirect(url_for("console.today.today"))


@area.page("/logout", methods=("POST",), roles=ROLES)
def logout() -> AnyResponse:
    """Ends the session."""
    porch().doorkeeper.leave(colleague().username, g.session)
    session.clear()
    return redirect(url_for("console.door.login"))


def expired(_error: CSRFError) -> tuple[str, int]:
    """A form from another page, or one that lay open for a day."""
    return refused("expired", 400)


def refused(why: str, status: int, **facts: object) -> tuple[str, int]:
    """The door again, with what was wrong."""
    g.setdefault("colleague", None)
    return render_template("login.html", problem=term("message", why, **facts)), status


def _wrong_code(why: str, status: int, **facts: object) -> tuple[str, int]:
    return render_template("code.html", problem=term("message", why, **facts)), status
