"""The texts the office sends (短信): shown, and put into the town's own words by the administrator."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.administration import Letter
from hotline.console.area import Area
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.parts import look, parts
from hotline.domain.audit import SETTINGS
from hotline.domain.errors import Refused

HOME = "console.admin.texts"
LONGEST = 600
Answer = str | AnyResponse | tuple[str, int]


def declare(area: Area) -> None:
    """These pages, within the area of administration."""
    area.page("/admin/texts")(texts)
    area.page("/admin/texts/<name>", roles=("administrator",))(text)
    area.page("/admin/texts/<name>", roles=("administrator",), methods=("POST",))(set_text)


def texts() -> str:
    """Every text, as somebody may read it."""
    with parts().opened() as office:
        look(office, "texts to residents")
        office.commit()
    return render_template("admin/texts.html", letters=parts().administration.letters.all())


def text(name: str) -> str:
    """One of them, to be put otherwise."""
    letter = _letter(name)
    with parts().opened() as office:
        look(office, f"text {name}")
        office.commit()
    return _page(letter, letter.text)


def set_text(name: str) -> Answer:
    """First how it would read; with `sure`, from what was seen, it counts from the next text on."""
    letter, form, every = _letter(name), request.form, parts().administration.letters
    written = None if form.get("shipped") else form.get("text", "")[:LONGEST].strip()
    state = form.get("state", "") if form.get("sure") == "1" else every.state()
    try:
        then, file = every.proposed(name, written)
        if form.get("sure") != "1":
            return render_template("admin/text_change.html", now=letter, then=then, state=state)
        every.put(file, state)
    except Refused as no:
        fields = {"what": no.facts.get("what", "")}
        return _page(letter, written or "", term("text_refused", no.reason, **fields)), 409
    with parts().opened() as office:
        look(office, f"text {name} changed", f"{letter.text} → {then.text}", kind=SETTINGS)
        office.commit()
    flash(_("记下了，下一条短信就照新的写。"), "success")
    return redirect(url_for(HOME))


def _letter(name: str) -> Letter:
    found = next((one for one in parts().administration.letters.all() if one.name == name), None)
    return found or abort(404)


def _page(letter: Letter, written: str, refused: str = "") -> str:
    return render_template(
        "admin/text.html", letter=letter, written=written, refused=refused, longest=LONGEST,
    )  # fmt: skip
