"""Ledger (台账): 表扬 → 宣传, 问题 → 整改, 建议 → 采纳; its rows, and what is done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas.ledger_pages import EVERY, OPEN, TRACKS, Chosen, Viewing, table, tracks
from hotline.console.areas.ledger_row import DAYS, row_entry, row_page, since
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.parts import look, parts, town, viewer
from hotline.console.sound import sound_file
from hotline.domain.errors import Refused
from hotline.domain.ledger.entries import LONGEST_REASON, MOVES
from hotline.domain.ledger.proposals import Kind
from hotline.domain.ledger.sight import sees_teller
from hotline.domain.rights import ROLES
from hotline.serving import LedgerMoves
from hotline.store.proofs import LARGEST_PROOF, path_of
from hotline.store.unit_of_work import Office

area = Area("ledger", "台账", icon="notebook", roles=ROLES, key="l", first="ledger")

WORKERS = frozenset({"clerk", "village", "supervisor"})
"""Who moves rows; of clerks only the owner of each."""
LARGEST_ID = 2**31 - 1
LAST_PAGE = 100_000
STATES = tuple(dict.fromkeys(rule.to for rule in MOVES.values() if rule.to))

Answer = str | AnyResponse | tuple[str, int]


@area.page("/ledger")
def ledger() -> str:
    """The three tracks as columns, or all rows as a table."""
    chosen, as_table = _chosen(), request.args.get("view") == "table"
    page = min(max(0, request.args.get("page", 0, type=int)), LAST_PAGE)
    shown: dict[str, Any] = {"chosen": chosen, "as_table": as_table, "page": page, "kinds": TRACKS}
    with parts().opened() as office:
        viewing = _viewing(office)
        if as_table:
            shown["cards"], shown["more"] = table(viewing, chosen, page)
            ids = [card.id for card in shown["cards"]]
        else:
            shown["tracks"] = tracks(viewing, chosen)
            ids = [card.id for track in shown["tracks"] for card in track.cards]
        look(office, f"ledger rows {min(ids)}…{max(ids)} ({len(ids)})" if ids else "ledger rows none")
        office.commit()
    part = request.headers.get("HX-Target") == "rows"
    return render_template("ledger/rows.html" if part else "ledger/list.html", states=STATES, **shown)


@area.page("/ledger/<int:row>")
def row(row: int) -> Answer:
    """One row with its history and proof, and what may be done now."""
    return _page(row)


@area.page("/ledger/<int:row>/moves", roles=WORKERS, methods=("POST",))
def move(row: int) -> Answer:
    """Moves a row and tells whom it is told to; a row moved meanwhile is shown with what happened."""
    name, given = request.form.get("move", ""), _given()
    if name not in MOVES or given is None:
        abort(400)

    def act(office: Office, work: LedgerMoves) -> str:
        entry = work.make(row, name, viewer(office), given)
        look(office, f"moved ledger {row}: {name}")
        return _("%(row)s 号：%(state)s。", row=row, state=term("ledger_state", entry.state))

    return _done(row, act)


@area.page("/ledger/<int:row>/proofs", roles=WORKERS, methods=("POST",))
def prove(row: int) -> Answer:
    """Takes a picture or PDF that shows what was mended; it is checked by what is in it."""
    brought = request.files.get("proof")
    if brought is None or not brought.filename:
        return _page(row, refusal="no_file")
    raw = brought.stream.read(LARGEST_PROOF + 1)
    name = str(brought.filename)

    def act(office: Office, work: LedgerMoves) -> str:
        work.prove(row, viewer(office), name, raw)
        look(office, f"proof for ledger {row}")
        return _("证明已收下。")

    return _done(row, act)


prove.largest_body = LARGEST_PROOF + 64 * 1024  # type: ignore[attr-defined]  # read by the door before the body is


@area.page("/ledger/<int:row>/proofs/<digest>")
def proof(row: int, digest: str) -> Response:
    """A picture or paper of a row one may know of; a paper is never opened within the pages."""
    with parts().opened() as office:
        entry = row_entry(_viewing(office), row) if row <= LARGEST_ID else None
        kept = next((one for one in office.ledger.proofs(row) if one.digest == digest), None) if entry else None
        if kept is None:
            abort(404)
        path = path_of(parts().settings.proofs, kept.digest, kept.form)
        if not path.is_file():
            abort(404)
        look(office, f"proof {digest[:12]} of ledger {row}")
        office.commit()
        picture = kept.form == "jpg"
        name = kept.name if picture else f"{kept.name.removesuffix('.pdf')}.pdf"
    kind = "image/jpeg" if picture else "application/pdf"
    return send_file(path, mimetype=kind, as_attachment=not picture, download_name=name, max_age=0)


@area.page("/ledger/<int:row>/audio")
def audio(row: int) -> Response:
    """What was said, by the row's id: for whoever works on it, never for whom it is about."""
    with parts().opened() as office:
        viewing = _viewing(office)
        entry = row_entry(viewing, row) if row <= LARGEST_ID else None
        known = entry is not None and sees_teller(entry, viewing.who)
        path = sound_file(entry.recording, parts().settings.recordings) if entry is not None and known else None
        if path is None:
            abort(404)
        look(office, f"audio of ledger {row}")
        office.commit()
    return send_file(path, mimetype="audio/wav", conditional=True, max_age=0)


def _done(row: int, act: Callable[[Office, LedgerMoves], str]) -> Answer:
    """Does it in one transaction and says so; a refusal leads back to the row, with what was typed."""
    if row > LARGEST_ID:
        abort(404)
    with parts().opened() as office:
        work = parts().ledger(office, town(office), parts().clock())
        try:
            said = act(office, work)
        except Refused as no:
            if no.reason == "no_row":
                abort(404)
            refused = no.reason
        else:
            office.commit()
            refused = ""
    if refused:
        return _page(row, refusal=refused)
    parts().enqueue(tuple(work.messages))
    flash(said, "success")
    return redirect(url_for("console.ledger.row", row=row))


def _page(row: int, refusal: str = "") -> tuple[str, int]:
    """The row as it is now; after a refusal with what happened since and what was typed."""
    seen = request.form.get("version", type=int)
    with parts().opened() as office:
        viewing = _viewing(office)
        entry = row_entry(viewing, row) if row <= LARGEST_ID else None
        if entry is None:
            abort(404)
        shown = row_page(viewing, entry)
        meanwhile = since(viewing, row, seen) if refusal and seen is not None else ()
        look(office, f"ledger {row}")
        office.commit()
    page = render_template(
        "ledger/row.html",
        row=shown,
        entry=shown.entry,
        refusal=refusal,
        meanwhile=meanwhile,
        typed=request.form if refusal else {},
        days=DAYS,
        kinds=tuple(map(str, Kind)),
        longest=LONGEST_REASON,
        largest=LARGEST_PROOF // 2**20,
    )
    return page, 409 if refusal else 200


def _viewing(office: Office) -> Viewing:
    return Viewing(office, town(office), viewer(office), parts().clock())


def _chosen() -> Chosen:
    """What the address asks for; what is no choice of ours is left out."""
    given = request.args
    kind, state, stand = (given.get(name, "") for name in ("kind", "state", "stand"))
    return Chosen(
        kind=kind if kind in tuple(Kind) else "",
        state=state if state in STATES else "",
        stand=stand if stand in ("over", EVERY) else OPEN,
        mine=given.get("mine") == "1",
        late=given.get("late") == "1",
    )


def _given() -> dict[str, Any] | None:
    """What a move's form says; None where it is no form of ours."""
    form = request.form
    version, days = form.get("version", type=int), form.get("days", 0, type=int)
    reason = " ".join(form.get("reason", "").split())
    kind, owner = form.get("kind", ""), form.get("owner", "").strip()
    words = (reason, owner, form.get("topic", ""))
    fits = len(reason) <= LONGEST_REASON and len(owner) <= 40 and all(word_.isprintable() for word_ in words)
    if version is None or not fits or kind not in ("", *map(str, Kind)):
        return None
    given = {"version": version, "reason": reason, "kind": kind, "topic": form.get("topic"), "owner": owner}
    return {name: value for name, value in given.items() if value not in (None, "")} | {"days": days}
