"""When the office may ring and text, and how often it tries: shown, and changed by the administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.parts import look, parts
from hotline.contact_editing import Wish, put, state_of, written
from hotline.contact_rules import BrokenRules, read_contact_rules
from hotline.domain.audit import SETTINGS
from hotline.domain.calling import ATTEMPTS, ContactRules
from hotline.domain.errors import Refused

Answer = str | AnyResponse | tuple[str, int]
KINDS = tuple(kind for kind in ATTEMPTS if kind != "survey")
"""Whose attempts are set here; a survey has its own rules."""
MOST_STRETCHES = 5
EARLY, LATE = time(8), time(21)
"""Before and after, a call wakes people up."""


def declare(area: Area) -> None:
    """These pages, within the area of administration."""
    area.page("/admin/hours")(hours)
    area.page("/admin/hours", roles=("administrator",), methods=("POST",))(set_hours)


@dataclass(frozen=True)
class Told:
    """The rules in words, as the form and the comparison show them."""

    hours: tuple[tuple[str, str], ...]
    quiet: tuple[str, str]
    attempts: dict[str, int]


def hours() -> str:
    """When the office may ring and text, and how often it tries."""
    with parts().opened() as office:
        look(office, "calling hours")
        office.commit()
    try:
        rules = read_contact_rules(parts().settings.data_dir)
    except BrokenRules:
        return _page(_told(ContactRules()), term("hours_refused", "broken"))
    return _page(_told(rules))


def set_hours() -> Answer:
    """First what would change; with `sure`, from the file that was seen, it is written."""
    folder, form = parts().settings.data_dir, request.form
    wish = _wish()
    try:
        text, rules = written(folder, wish)
    except Refused as no:
        return _page(Told(wish.hours, wish.quiet, dict(wish.attempts)), term("hours_refused", no.reason)), 409
    now, then, state = _told(read_contact_rules(folder)), _told(rules), form.get("state", "")
    if form.get("sure") != "1":
        state, odd = state_of(folder), _odd(rules)
        return render_template("admin/hours_change.html", now=now, then=then, state=state, odd=odd)
    try:
        put(folder, text, state)
    except Refused as no:
        return _page(then, term("hours_refused", no.reason), now), 409
    with parts().opened() as office:
        look(office, "calling hours changed", f"{_spans(now.hours)} → {_spans(then.hours)}", kind=SETTINGS)
        office.commit()
    flash(_("记下了。重启服务以后照新的时间。"), "success")
    return redirect(url_for("console.admin.hours"))


def _page(told: Told, refused: str = "", newer: Told | None = None) -> str:
    blank = (("", ""),) * max(0, min(2, MOST_STRETCHES - len(told.hours)))
    state = state_of(parts().settings.data_dir)
    return render_template(
        "admin/hours.html", told=told, rows=(*told.hours, *blank), state=state, refused=refused, newer=newer
    )


def _wish() -> Wish:
    """What the form asks for; rows left empty are none."""
    form = request.form
    pairs = zip(form.getlist("first"), form.getlist("last"), strict=False)
    stretches = tuple((first[:8], last[:8]) for first, last in pairs if first or last)[:MOST_STRETCHES]
    quiet = (form.get("quiet_begin", "")[:8], form.get("quiet_end", "")[:8])
    return Wish(stretches, quiet, {kind: form.get(f"attempts_{kind}", 0, type=int) for kind in KINDS})


def _told(rules: ContactRules) -> Told:
    stretches = tuple((_clock(one.first), _clock(one.last)) for one in rules.calling.hours)
    attempts = {kind: rules.calling.attempts[kind] for kind in KINDS}
    return Told(stretches, (_clock(rules.quiet.begin), _clock(rules.quiet.end)), attempts)


def _odd(rules: ContactRules) -> bool:
    """Whether somebody would be rung when most people sleep."""
    return any(one.first < EARLY or one.last > LATE for one in rules.calling.hours)


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


def _spans(stretches: tuple[tuple[str, str], ...]) -> str:
    return " ".join(f"{first}-{last}" for first, last in stretches)
