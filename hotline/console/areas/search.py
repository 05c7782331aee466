"""Search (搜索): everything that was said and written, by words, sound, name, the end of a number, or code.

What somebody types stays in the form: it is in no address, no log and no record of looks.
"""

from __future__ import annotations

from flask import render_template, request

from hotline.console.area import Area
from hotline.console.areas.search_pages import Group, Shown
from hotline.console.parts import look, parts, sight, town, viewer
from hotline.domain.rights import ROLES
from hotline.store.finding import LONGEST, find, query_of

area = Area("search", "", roles=ROLES)


@area.page("/search")
def search() -> str:
    """The empty form, for who comes by an address."""
    return render_template("search/search.html", typed="", groups=None)


@area.page("/search", methods=("POST",))
def found() -> str:
    """What fits; as a part of the page while somebody types."""
    typed = " ".join(request.form.get("text", "").replace("\0", " ").split())[:LONGEST]
    groups = _found(typed)
    part = request.headers.get("HX-Request")
    return render_template("search/found.html" if part else "search/search.html", typed=typed, groups=groups)


def _found(typed: str) -> list[Group]:
    with parts().opened() as office:
        known = viewer(office)
        fits = find(office.session, query_of(typed), sight(), known)
        groups = Shown(office, town(office), known, typed).groups(fits)
        look(office, "search: " + (", ".join(f"{group.kind} {len(group.hits)}" for group in groups) or "nothing"))
        office.commit()
    return groups
