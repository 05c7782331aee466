"""Residents (村民): who is known, one history of each, their wishes, and their data handed out or erased."""

from __future__ import annotations

import io
from collections.abc import Callable
from hashlib import sha256

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas.resident_pages import held, history, line_of
from hotline.console.areas.resident_pages import residents as residents_of
from hotline.console.areas.turn_pages import staff_names
from hotline.console.languages import term
from hotline.console.looked_at import described
from hotline.console.looking import Looking, looking
from hotline.console.parts import colleague, look, parts, sight, viewer
from hotline.console.times import to_minute
from hotline.domain.discretion import may_see
from hotline.domain.errors import Refused
from hotline.domain.rights import ROLES, STEERING, WRITERS
from hotline.person_data import Asked, Kept, erase, export, owed
from hotline.store.person import person_of
from hotline.store.repositories import as_grievance
from hotline.store.tables import ContactWishRow, GrievanceRow, LookRow, ResidentRow
from hotline.store.unit_of_work import Office

area = Area("residents", "村民", icon="users", roles=ROLES, key="p", first="residents")
LARGEST_ID = 2**31 - 1
LONGEST_SEARCH, LONGEST_NAME = 40, 40
CHANNELS = ("", "sms", "voice", "silent")
MANNERS = ("slow", "keypad", "human_first")
ERASE_WORD = "清除"
"""Typed before anything is erased; or its English, where that is read."""
Answer = str | AnyResponse | tuple[str, int]


@area.page("/residents")
def residents() -> str:
    """A page of residents in the order they became known."""
    after = request.args.get("after", 0, type=int)
    return _list(request.args.get("village", ""), after if 0 < after <= LARGEST_ID else 0, "")


@area.page("/residents", methods=("POST",))
def search() -> str:
    """Who is called so, or has that number: what is looked for stands in no address."""
    said = request.form.get("said", "").strip()[:LONGEST_SEARCH]
    return _list(request.form.get("village", ""), 0, "" if "\0" in said else said)


def _list(village: str, after: int, said: str) -> str:
    with parts().opened() as office:
        who = looking(office)
        village = village if village in who.town.villages else ""
        lines, more = residents_of(who, village=village, after=after, said=said)
        look(office, f"residents {lines[0].id}-{lines[-1].id}" if lines else "residents: none")
        office.commit()
    return render_template(
        "residents/residents.html", lines=lines, more=more, said=said, village=village, lists=who.town
    )


@area.page("/residents/<int:id>")
def resident(id: int) -> str:
    """One resident with everything between them and the office, and their wishes."""
    return _page(id)


@area.page("/residents/<int:id>", methods=("POST",), roles=WRITERS)
def correct(id: int) -> Answer:
    """Puts right the name or village of a resident; what is left empty stays."""
    return _kept(id, _corrected, f"corrected resident {id}")


def _corrected(office: Office, who: Looking, row: ResidentRow) -> None:
    name, village = " ".join(request.form.get("name", "").split()), request.form.get("village", "")
    if len(name) > LONGEST_NAME or "\0" in name or (village and village not in who.town.villages):
        abort(400)
    if not sight().covers(sight().desk, village or row.village):
        raise Refused("not_your_desk")
    if request.form.get("seen") != _seen(row):
        raise Refused("changed")
    office.records.know_resident(row.number, name=name, village=village)


@area.page("/residents/<int:id>/wishes", methods=("POST",), roles=WRITERS)
def wish(id: int) -> Answer:
    """How they wish to be told and spoken to, and whether at all; not where somebody changed it meanwhile."""
    if request.form.get("channel", "") not in CHANNELS:
        abort(400)
    return _kept(id, _wished, f"changed wishes of resident {id}")


def _wished(office: Office, _who: Looking, row: ResidentRow) -> None:
    form, wishes, now = request.form, office.contact_wishes, parts().clock()
    if not row.number:
        abort(409)
    if form.get("seen", "") != _wishes_seen(wishes.of(row.number)):
        raise Refused("changed")
    wishes.prefer(row.number, form.get("channel", ""), now)
    wishes.be_spoken_to(row.number, now, **{name: form.get(name) == "1" for name in MANNERS})
    if form.get("opted_out") == "1":
        wishes.opt_out(row.number, "staff", now)
    else:
        wishes.opt_in(row.number, now)


def _kept(resident: int, change: Callable[[Office, Looking, ResidentRow], None], what: str) -> Answer:
    """Makes a change of a resident as they were seen; where somebody was quicker, the page says who."""
    try:
        with parts().opened() as office:
            who, row = _held(office, resident)
            change(office, who, row)
            look(office, what)
            office.commit()
    except Refused as no:
        if no.reason != "changed":
            raise
        return _page(resident, _quicker(what)), 409
    flash(gettext("保存好了。"), "success")
    return redirect(url_for("console.residents.resident", id=resident))


def _quicker(what: str) -> str:
    """Who made the same change meanwhile, and when: what they made of it stands on the page."""
    query = select(LookRow).where(LookRow.what == what).order_by(LookRow.id.desc()).limit(1)
    with parts().opened() as office:
        row = office.session.scalars(query).first()
        name = staff_names(office, {row.username})[row.username] if row else ""
    if row is None:  # no colleague: the resident said so to the hotline
        return str(term("refused", "changed"))
    says: str = gettext(
        "别人刚改过，您的没有存：%(at)s，%(name)s，%(what)s。请看过现在的再改。",
        at=to_minute(row.at), name=name, what=described(what),
    )  # fmt: skip
    return says


@area.page("/residents/<int:id>/export", methods=("POST",), roles=STEERING)
def hand_out(id: int) -> Answer | Response:
    """All of their data as a ZIP; the reason is written down."""
    try:
        with parts().opened() as office:
            _, row = _held(office, id)
            asked = Asked(colleague().username, request.form.get("reason", ""), parts().clock())
            made = export(office, row.number, asked, viewer=viewer(office), recordings=parts().settings.recordings)
            office.commit()
    except Refused as no:
        return _page(id, term("erase_refused", no.reason)), 409
    return send_file(
        io.BytesIO(made), mimetype="application/zip", as_attachment=True, download_name=f"resident-{id}.zip"
    )


@area.page("/residents/<int:id>/erase", roles=STEERING)
def ask_erase(id: int) -> str:
    """First step: what will be erased, what stays, and what must be done before."""
    return _erasing(id)


@area.page("/residents/<int:id>/erase", methods=("POST",), roles=STEERING)
def erase_them(id: int) -> Answer:
    """Second step: erased for good."""
    if request.form.get("sure", "").strip().casefold() not in (ERASE_WORD, gettext(ERASE_WORD).casefold()):
        return _erasing(id, "not_sure"), 409
    with parts().opened() as office:
        who, row = _held(office, id)
        number = row.number
        told = person_of(office.session, number).rows.get(GrievanceRow, [])
        if not all(may_see(as_grievance(case), who.viewer) for case in told):
            return _erasing(id, "not_yours_to_erase"), 409
    asked = Asked(colleague().username, request.form.get("reason", ""), parts().clock())
    try:
        gone = erase(parts().store, number, asked, Kept(parts().settings, who.town))
    except Refused as no:
        return _erasing(id, no.reason), 409
    rows = sum(gone.counts.values())
    flash(gettext("清除好了：%(rows)s条记录，%(files)s段录音。", rows=rows, files=gone.files), "success")
    return redirect(url_for("console.residents.residents"))


def _held(office: Office, resident: int) -> tuple[Looking, ResidentRow]:
    """Who looks and at whom; 404 where there is none within sight."""
    who = looking(office)
    row = held(who, resident) if resident <= LARGEST_ID else None
    if row is None:
        abort(404)
    return who, row


def _page(resident: int, refused: str = "") -> str:
    with parts().opened() as office:
        who, row = _held(office, resident)
        wishes = office.contact_wishes.of(row.number)
        entries, line = history(who, row), line_of(who, row)
        look(office, f"resident {resident}")
        office.commit()
    return render_template(
        "residents/resident.html", one=line, entries=entries, wishes=wishes, seen=_seen(row), lists=who.town,
        wishes_seen=_wishes_seen(wishes), village=row.village, channels=CHANNELS, manners=MANNERS,
        writes=colleague().role in WRITERS, steers=colleague().role in STEERING, reachable=bool(row.number),
        refused=refused, written=request.form,
    )  # fmt: skip


def _erasing(resident: int, reason: str = "") -> str:
    with parts().opened() as office:
        who, row = _held(office, resident)
        person = person_of(office.session, row.number)
        still = owed(person, parts().clock())
        {case.code for case in person.rows.get(GrievanceRow, []) if not may_see(as_grievance(case), who.viewer)}
        counts = {table.__tablename__: len(rows) for table, rows in person.rows.items() if rows}
        files, line = len(person.files()), line_of(who, row)
        look(office, f"what to erase of resident {resident}")
        office.commit()
    return render_template(
        "residents/erase.html", one=line, counts=counts, files=files, sure=gettext(ERASE_WORD),
        written=request.form, owed=still,
        refused=term("erase_refused", reason) if reason else "",
    )  # fmt: skip


def _seen(row: ResidentRow) -> str:
    """What was seen of them, without saying it: a change since then shows."""
    return sha256(f"{row.name}\x1f{row.village}".encode()).hexdigest()[:16]


def _wishes_seen(row: ContactWishRow | None) -> str:
    return row.changed_at.isoformat() if row is not None else ""
