"""The audit trail: who looked at what, came in, or changed something; and whether the chain is whole."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy import select

from hotline.console.area import Area
from hotline.console.looked_at import described
from hotline.console.parts import look, parts
from hotline.console.times import to_second
from hotline.domain.audit import KINDS
from hotline.domain.rights import ADMINISTRATION
from hotline.store.audit import checked
from hotline.store.tables import LookRow, StaffRow

area = Area("audit", "", roles=ADMINISTRATION)
PAGE = 100
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Line:
    place: int
    at: str
    username: str
    name: str
    kind: str
    what: str
    """In words."""
    sealed: str
    """As it was written and sealed."""
    reason: str


@area.page("/admin/audit")
def trail() -> str:
    """Lines, the latest first, by person, kind and what; checked on wish from the first to the last."""
    asked = {name: request.args.get(name, "").strip()[:40] for name in ("who", "kind", "what")}
    before = request.args.get("before", 0, type=int)
    row = LookRow
    wanted = select(row).order_by(row.id.desc()).limit(PAGE + 1)
    wanted = wanted.where(row.username == asked["who"]) if asked["who"] else wanted
    wanted = wanted.where(row.kind == asked["kind"]) if asked["kind"] in KINDS else wanted
    wanted = wanted.where(row.what.contains(asked["what"], autoescape=True)) if asked["what"] else wanted
    wanted = wanted.where(row.id < before) if 0 < before <= LARGEST_ID else wanted
    with parts().opened() as office:
        verdict = checked(office.session) if "check" in request.args else None
        rows = office.session.scalars(wanted).all()
        look(office, "audit trail" + (", checked" if verdict else ""))
        names = dict(office.session.execute(select(StaffRow.username, StaffRow.name)).all())
        office.commit()
    lines = [
        Line(
            r.place or 0, to_second(r.at), r.username, names.get(r.username) or r.username, r.kind,
            described(r.what), r.what, r.reason,
        )
        for r in rows[:PAGE]
    ]  # fmt: skip
    return render_template(
        "admin/audit.html", lines=lines, asked=asked, kinds=KINDS, verdict=verdict,
        before=rows[PAGE - 1].id if len(rows) > PAGE else 0,
    )  # fmt: skip
