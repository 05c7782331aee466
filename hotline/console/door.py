"""Coming in and going out."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import PUBLIC, Area
from hotline.console.doorkeeper import Doorkeeper, Failures, seal_of
from hotline.domain.rights import ROLES
from hotline.words import word

area = Area("door", "", roles=PUBLIC)

Answer = str | AnyResponse | tuple[str, int]


class Porch:
    """Who knocks, and how often they were wrong."""

    def __init__(self, doorkeeper: Doorkeeper, names: Failures, addresses: Failures) -> None:
        self.doorkeeper = doorkeeper
        self.names = names
        self.addresses = addresses


def porch() -> Porch:
    found: Porch = current_app.extensions["console.porch"]
    return found


@area.page("/login", methods=("GET", "POST"))
def login() -> Answer:
    """The form, or what came of it."""
    if request.method == "GET":
        return render_template("login.html")
    here = porch()
    username = request.form.get("username", "").strip()
    name, address = username[:40], str(request.remote_addr)
    if wait := max(here.names.wait(name), here.addresses.wait(address)):
        return refused("too_many", 429, minutes=ceil(wait / timedelta(minutes=1)))
    person = here.doorkeeper.admit(username, request.form.get("password", ""))
    if person is None:
        here.names.count(name)
        here.addresses.count(address)
        return refused("wrong_password", 401)
    here.names.forget(name)
    session.clear()
    session.permanent = True
    session.update(username=person.username, seal=seal_of(person))
    return redirect(url_for("console.today.today"))


@area.page("/logout", methods=("POST",), roles=ROLES)
def logout() -> AnyResponse:
    """Ends the session."""
    session.clear()
    return redirect(url_for("console.door.login"))


def expired(_error: CSRFError) -> tuple[str, int]:
    """A form from another page, or one that lay open for a day."""
    return refused("expired", 400)


def refused(why: str, status: int, **facts: object) -> tuple[str, int]:
    """The door again, with what was wrong."""
    g.setdefault("colleague", None)
    return render_template("login.html", problem=word("message", why).format(**facts)), status
