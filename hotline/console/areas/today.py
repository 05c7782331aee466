"""Today (今天): what waits for me, the most urgent first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas import today_cases, today_rows
from hotline.console.areas.today_rows import KINDS, Looker, Waiting, in_order
from hotline.console.parts import look, parts, sight, town, viewer
from hotline.domain.rights import ROLES

area = Area("today", "今天", icon="home", roles=ROLES, key="t", first="today")

GATHERED: dict[str, Callable[[Looker], list[Waiting]]] = {
    "callbacks": today_rows.callbacks,
    "cases": today_cases.cases,
    "appointments": today_rows.appointments,
    "ledger": today_cases.ledger,
    "unheard": today_rows.unheard,
    "notes": today_rows.notes,
}


@area.page("/today")
def today() -> str:
    """What waits, the most urgent first; all of it, or one kind."""
    return render_template("today.html", **_gathered())


@area.page("/today/waiting")
def waiting() -> str:
    """The same as a part of the page, which asks for it again when something has changed."""
    return render_template("today/waiting.html", **_gathered())


def _gathered() -> dict[str, Any]:
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    with parts().opened() as office:
        looker = Looker(office, town(office), sight(), viewer(office), parts().clock())
        rows = [row for gather in GATHERED.values() for row in gather(looker)]
        look(office, f"today {kind}".strip())
        office.commit()
    counts = Counter(row.kind for row in rows)
    late = sum(row.span.tone == "late" for row in rows)
    shown = in_order([row for row in rows if kind in ("", row.kind)])
    return {"rows": shown, "counts": counts, "late": late, "kind": kind, "kinds": KINDS, "all": len(rows)}


@area.page("/")
def root() -> AnyResponse:
    """The address a clerk types."""
    return redirect(url_for("console.today.today"))
