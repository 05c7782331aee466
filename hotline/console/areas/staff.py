"""Who works here: taken on, given a place, locked out, given a password."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.door import porch
from hotline.console.languages import term
from hotline.console.parts import colleague, look, parts, town
from hotline.domain.errors import Refused
from hotline.domain.rights import ADMINISTRATION, ROLES
from hotline.staff_desk import missing
from hotline.staff_moves import Part, StaffMoves
from hotline.store.staff_sessions import StaffSessions
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Office

area = Area("staff", "", roles=frozenset({"administrator"}))
HOME = "console.staff.people"


@area.page("/admin/staff", roles=ADMINISTRATION)
def people() -> str:
    """Everybody who may log in."""
    with parts().opened() as office:
        rows = office.session.scalars(select(StaffRow).order_by(StaffRow.locked, StaffRow.username)).all()
        here = {
            row.username: len(StaffSessions(office.session).standing(row.username, parts().clock()))
            for row in rows
        }
        villages = town(office).villages
        look(office, f"staff, {len(rows)}")
        office.commit()
    lacking = {row.username for row in rows if missing(row)}
    return render_template(
        "admin/staff.html",
        people=rows,
        here=here,
        lacking=lacking,
        roles=ROLES,
        villages=villages,
        given=request.args,
    )


@area.page("/admin/staff/<username>", roles=ADMINISTRATION)
def one(username: str) -> str:
    """One of them, to be changed."""
    return _one(username)


def _one(username: str, password: str = "") -> str:
    with parts().opened() as office:
        row = office.session.get(StaffRow, username[:40])
        if row is None:
            abort(404)
        villages = town(office).villages
        look(office, f"staff {username}")
        office.commit()
    return render_template("admin/person.html", one=row, roles=ROLES, villages=villages, password=password)


@area.page("/admin/staff", methods=("POST",))
def add() -> str | AnyResponse:
    """Somebody new; the password to tell them is shown once."""
    username = request.form.get("username", "").strip()
    try:
        with parts().opened() as office:
            password = _moves(office).add(username, _part(), porch().doorkeeper.hasher)
            office.commit()
    except Refused as error:
        return _back(error, url_for(HOME))
    return _one(username, password)


@area.page("/admin/staff/<username>", methods=("POST",))
def change(username: str) -> AnyResponse:
    """Another name, role or place."""
    return _made(username, lambda moves: moves.change(username, _part()), _("改好了。"))


@area.page("/admin/staff/<username>/lock", methods=("POST",))
def lock(username: str) -> AnyResponse:
    """Locks somebody out, or lets them in again."""
    locked = request.form.get("locked") == "1"
    said = _("停用了，登录也退出了。") if locked else _("可以登录了。")
    return _made(username, lambda moves: moves.lock(username, locked=locked), said)


@area.page("/admin/staff/<username>/password", methods=("POST",))
def password(username: str) -> str | AnyResponse:
    """A one-time password for somebody who lost theirs."""
    try:
        with parts().opened() as office:
            given = _moves(office).new_password(username, porch().doorkeeper.hasher)
            office.commit()
    except Refused as error:
        return _back(error, url_for(HOME))
    return _one(username, given)


def _made(username: str, move: object, said: str) -> AnyResponse:
    try:
        with parts().opened() as office:
            move(_moves(office))  # type: ignore[operator]
            office.commit()
    except Refused as error:
        if error.reason == "unknown_username":
            abort(404)
        return _back(error, url_for("console.staff.one", username=username))
    flash(said, "success")
    return redirect(url_for("console.staff.one", username=username))


def _back(error: Refused, where: str) -> AnyResponse:
    if error.reason == "unknown_username":
        abort(404)
    flash(term("refused", error.reason), "warning")
    return redirect(where)


def _moves(office: Office) -> StaffMoves:
    return StaffMoves(office, town(office), colleague().username, parts().clock())


def _part() -> Part:
    """What the form says of somebody; a desk only for who sits at one, a village for who keeps one."""
    given = {name: request.form.get(name, "").strip() for name in ("name", "role", "place", "village")}
    return Part(
        given["name"], given["role"], given["place"] if given["role"] == "clerk" else "",
        given["village"] if given["role"] == "village" else "",
    )  # fmt: skip
