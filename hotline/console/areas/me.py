"""What is one's own: language, password, second factor, and where one is logged in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from hotline.console import second_factor
from hotline.console.area import Area
from hotline.console.door import porch
from hotline.console.doorkeeper import seal_of
from hotline.console.languages import LANGUAGES, term
from hotline.console.parts import colleague, look, parts
from hotline.console.paths import inside
from hotline.console.times import to_minute
from hotline.domain.audit import OWN
from hotline.domain.errors import Refused
from hotline.domain.passwords import check_password
from hotline.domain.rights import ROLES
from hotline.store.staff_sessions import StaffSessions
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Office

area = Area("me", "", roles=ROLES)
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Browser:
    """Somewhere one is logged in."""

    id: int
    name: str
    address: str
    begun: str
    seen: str
    here: bool


@area.page("/me")
def own() -> str:
    """Everything of one's own."""
    with parts().opened() as office:
        return _page(office)


def _page(office: Office, codes: list[str] | None = None) -> str:
    person = office.session.get_one(StaffRow, colleague().username)
    rows = StaffSessions(office.session).standing(person.username, parts().clock())
    browsers = [
        Browser(
            row.id, _browser_name(row.browser), row.address, to_minute(row.begun_at),
            to_minute(row.seen_at), row.id == g.session,
        )
        for row in rows
    ]  # fmt: skip
    return render_template(
        "me/own.html", me=person, browsers=browsers, codes=codes or [],
        secret=second_factor.to_show(person),
    )  # fmt: skip


def _browser_name(agent: str) -> str:
    """The name people know it by."""
    own = ("Firefox", "Chrome", "Safari")
    names = {"Edg": "Edge", "MicroMessenger": "wechat"} | {name: name for name in own}
    name = term("browser", next((name for part, name in names.items() if part in agent), "unknown"))
    return _("%(browser)s（手机）", browser=name) if "Mobile" in agent else name


@area.page("/me/password", methods=("POST",))
def password() -> AnyResponse:
    """A new password; every other browser has to log in again."""
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    with parts().opened() as office:
        person = office.session.get_one(StaffRow, colleague().username)
    try:
        _check(person, old)
        _check_new(person, old, new, again)
    except Refused as error:
        flash(term("refused", error.reason), "warning")
        return redirect(url_for("console.me.own"))
    hashed = porch().doorkeeper.hash(new)
    with parts().opened() as office:
        person = office.session.get_one(StaffRow, colleague().username)
        person.password_hash, person.password_until = hashed, None
        StaffSessions(office.session).end(person.username, parts().clock(), but=g.session)
        look(office, "own password changed", kind=OWN)
        office.commit()
    session["seal"] = seal_of(person)
    flash(_("密码改好了。别处的登录都退出了。"), "success")
    return redirect(url_for("console.me.own"))


def _check_new(person: StaffRow, old: str, new: str, again: str) -> None:
    """Refused: password_differs, password_same, and what check_password refuses."""
    if new != again:
        raise Refused("password_differs")
    if new == old:
        raise Refused("password_same")
    check_password(new, person.username, person.name)


def _check(person: StaffRow, given: str) -> None:
    """The present password, asked again. Refused: wrong_own_password, too_many."""
    here, name = porch(), f"own {person.username}"
    if here.names.wait(name):
        raise Refused("too_many")
    if not here.doorkeeper.is_password(person, given):
        here.names.count(name)
        raise Refused("wrong_own_password")
    here.names.forget(name)


@area.page("/me/second", methods=("POST",))
def second() -> AnyResponse:
    """A new secret for the second factor, to be shown and confirmed; or back to the password alone."""
    with parts().opened() as office:
        person = office.session.get_one(StaffRow, colleague().username)
    try:
        _check(person, request.form.get("password", ""))
    except Refused as error:
        flash(term("refused", error.reason), "warning")
        return redirect(url_for("console.me.own"))
    with parts().opened() as office:
        person = office.session.get_one(StaffRow, colleague().username)
        if person.totp_on:
            second_factor.switch_off(office, person)
            look(office, "second factor off", kind=OWN)
            flash(_("第二道验证关掉了。"), "warning")
        else:
            second_factor.begin(person)
        office.commit()
    return redirect(url_for("console.me.own") + "#second")


@area.page("/me/second.svg")
def picture() -> Response:
    """The secret for the telephone's eye; only until it counts."""
    with parts().opened() as office:
        person = office.session.get_one(StaffRow, colleague().username)
    if not second_factor.to_show(person):
        abort(404)
    return Response(second_factor.picture(person), mimetype="image/svg+xml")


@area.page("/me/second/confirm", methods=("POST",))
def confirm() -> str | AnyResponse:
    """Switches it on; the recovery codes are on this page and nowhere else."""
    here, name = porch(), f"code {colleague().username}"
    with parts().opened() as office:
        person = office.session.get_one(StaffRow, colleague().username)
        given = "".join(request.form.get("code", "").split())
        able = second_factor.to_show(person) and not here.names.wait(name)
        codes = second_factor.confirm(office, person, given, parts().clock()) if able else []
        if codes:
            look(office, "second factor on", kind=OWN)
        office.commit()
        if codes:
            return _page(office, codes)
    here.names.count(name)
    flash(term("message", "wrong_code"), "warning")
    return redirect(url_for("console.me.own") + "#second")


@area.page("/me/sessions/end", methods=("POST",))
def end() -> AnyResponse:
    """Ends one of one's sessions, or all but this one."""
    which = request.form.get("session", 0, type=int)
    if not 0 <= which <= LARGEST_ID:
        abort(404)
    with parts().opened() as office:
        ended = StaffSessions(office.session).end(
            colleague().username, parts().clock(), only=which, but=0 if which else g.session
        )
        if which and not ended:
            abort(404)
        look(office, "own sessions ended", kind=OWN)
        office.commit()
    flash(_("退出了 %(ended)s 处登录。", ended=ended), "success")
    return redirect(url_for("console.me.own"))


@area.page("/language", methods=("POST",))
def language() -> AnyResponse:
    """Chinese or English from here on, back on the page one came from."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    session["language"] = chosen
    return redirect(inside(urlsplit(request.referrer or "/").path))
