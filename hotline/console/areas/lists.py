"""The town's lists (services, desks, rosters, holidays …): looked at, taken in with a preview, put back."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from pathlib import Path, PurePosixPath

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.languages import language
from hotline.console.parts import colleague, look, parts
from hotline.domain.audit import SETTINGS
from hotline.domain.errors import Refused
from hotline.domain.lists import SHAPES
from hotline.domain.rights import ADMINISTRATION
from hotline.intake.opening import BIGGEST, BOOKS, TEXTS, YAMLS, read_lists
from hotline.intake.proposal import Proposal, Version, propose, put_back
from hotline.intake.telling import heading, told
from hotline.store.repositories.catalogue import Accepted
from hotline.store.unit_of_work import Office

area = Area("lists", "", roles=frozenset({"administrator"}))
HOME = "console.lists.lists"
FOLDER = "uploads"
WAITS = timedelta(hours=8)
"""So long a file that was shown waits to be accepted."""
DIGEST = re.compile(r"[0-9a-f]{64}")
SHOWN = 200
LARGEST_ID = 2**31 - 1


@area.page("/admin/lists", roles=ADMINISTRATION)
def lists() -> str:
    """Every list with its rows, and every version that was accepted."""
    with parts().opened() as office:
        newest = office.catalogue.newest()
        document = parts().administration.document(office, newest)
        history = office.catalogue.history()
        look(office, "lists")
        office.commit()
    rows = {name: len(document[name]) for name in SHAPES}
    return render_template("admin/lists.html", rows=rows, newest=newest, history=history[:20])


@area.page("/admin/lists/<name>", roles=ADMINISTRATION)
def one(name: str) -> str:
    """One list as it counts now."""
    if name not in SHAPES:
        abort(404)
    with parts().opened() as office:
        document = parts().administration.document(office, office.catalogue.newest())
        look(office, f"list {name}")
        office.commit()
    shape, chinese = SHAPES[name], language() == "zh"
    columns = [heading(shape, column.name, chinese=chinese) for column in shape.columns]
    rows = [
        [told(shape, column.name, row[column.name], chinese=chinese) for column in shape.columns]
        for row in document[name]
    ]
    return render_template("admin/list.html", name=name, columns=columns, rows=rows)


@area.page("/admin/lists", methods=("POST",))
def preview() -> str | AnyResponse:
    """What an uploaded file would change, and what speaks against it, line by line. Nothing is changed."""
    given = request.files.get("file")
    if given is None or not given.filename:
        flash(_("请先选一个文件。"), "warning")
        return redirect(url_for(HOME))
    kept = _kept(given)
    if kept is None:
        flash(_("请用 .xlsx、.csv、.tsv 或 .yaml 文件，不超过 8 MB。"), "warning")
        return redirect(url_for(HOME))
    with parts().opened() as office:
        proposal = _proposal(office, kept)
    return render_template(
        "admin/preview.html",
        proposal=proposal,
        digest=kept.parent.name,
        name=kept.name,
        shown=SHOWN,
        heading=lambda name, column: heading(SHAPES[name], column, chinese=language() == "zh"),
        told=lambda name, column, value: told(SHAPES[name], column, value, chinese=language() == "zh"),
    )


@area.page("/admin/lists/accept", methods=("POST",))
def accept() -> AnyResponse:
    """Takes a file in that was shown, if the lists are still those it was compared with."""
    digest, based_on = request.form.get("digest", ""), request.form.get("based_on", -1, type=int)
    folder = parts().settings.data_dir / FOLDER / digest
    files = list(folder.iterdir()) if DIGEST.fullmatch(digest) and folder.is_dir() else []
    if len(files) != 1:
        abort(404)
    with parts().opened() as office:
        proposal = _proposal(office, files[0])
        answer = _settled(office, proposal, based_on, None)
    files[0].unlink(missing_ok=True)
    folder.rmdir()
    return answer


@area.page("/admin/lists/<int:number>/restore", methods=("POST",))
def restore(number: int) -> AnyResponse:
    """An older version as the next one."""
    with parts().opened() as office:
        try:
            older = parts().administration.document(office, min(number, LARGEST_ID))
        except KeyError:
            abort(404)
        current = _current(office)
        proposal = put_back(older, current, office.catalogue.booked_after(parts().clock()))
        return _settled(office, proposal, request.form.get("based_on", -1, type=int), number)


def _settled(office: Office, proposal: Proposal, based_on: int, restored: int | None) -> AnyResponse:
    """Accepts what is whole and made from the version that was seen; says what came of it."""
    if proposal.errors or not proposal.changes:
        flash(_("没有可以改的。"), "warning")
        return redirect(url_for(HOME))
    if based_on != proposal.based_on:
        flash(_("别人刚换了新的一版，请再看一遍。"), "warning")
        return redirect(url_for(HOME))
    note = " ".join(request.form.get("note", "").split())[:200]
    made = Accepted(based_on + 1, colleague().username, note, restored, parts().clock())
    try:
        number = office.catalogue.add(proposal.document, based_on=based_on, by=made)
    except Refused:
        flash(_("别人刚换了新的一版，请再看一遍。"), "warning")
        return redirect(url_for(HOME))
    look(office, f"lists version {number}: {', '.join(proposal.changes)}", note, kind=SETTINGS)
    office.commit()
    flash(_("第 %(number)s 版生效了。", number=number), "success")
    return redirect(url_for(HOME))


def _proposal(office: Office, file: Path) -> Proposal:
    return propose(read_lists(file), _current(office), office.catalogue.booked_after(parts().clock()))


def _current(office: Office) -> Version:
    number = office.catalogue.newest()
    return Version(number, parts().administration.document(office, number))


def _kept(given: FileStorage) -> Path | None:
    """The file below a folder named by its content; its own name only in letters, for it names the list."""
    name = PurePosixPath((given.filename or "").replace("\\", "/")).name
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix.lower()
    raw = given.stream.read(BIGGEST + 1)
    if ending not in (*TEXTS, *BOOKS, *YAMLS) or len(raw) > BIGGEST:
        return None
    stem = "".join(letter for letter in stem if letter.isalnum() or letter in "-_ ")[:60].strip() or "list"
    home = parts().settings.data_dir / FOLDER
    _forget_old(home)
    folder = home / hashlib.sha256(raw).hexdigest()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for before in folder.iterdir():
        before.unlink()
    (folder / f"{stem}{ending}").write_bytes(raw)
    return folder / f"{stem}{ending}"


def _forget_old(home: Path) -> None:
    """Files nobody accepted."""
    late = (parts().clock() - WAITS).timestamp()
    for folder in home.iterdir() if home.is_dir() else ():
        if folder.stat().st_mtime < late:
            for file in folder.iterdir():
                file.unlink(missing_ok=True)
            folder.rmdir()
