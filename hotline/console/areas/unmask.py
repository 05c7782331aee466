"""Showing names and numbers in full, and covering them again."""

from __future__ import annotations

from flask import abort, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from hotline.console import unmasking
from hotline.console.area import Area
from hotline.console.languages import term
from hotline.console.parts import parts
from hotline.console.paths import inside
from hotline.domain.errors import Refused
from hotline.domain.rights import ROLES

area = Area("unmask", "", roles=ROLES)


@area.page("/unmask", methods=("POST",))
def unmask() -> AnyResponse:
    """Lifts the mask of one record; the reason is one of the common ones, or typed."""
    kind, name = request.form.get("kind", ""), request.form.get("id", "")
    reason = request.form.get("other", "").strip() or request.form.get("reason", "")
    with parts().opened() as office:
        try:
            unmasking.lift(office, kind, name, reason)
        except Refused as error:
            if error.reason == "not_yours":
                abort(404)
            flash(term("refused", error.reason), "warning")
        else:
            office.commit()
    return redirect(inside(request.form.get("back", "")))


@area.page("/unmask/end", methods=("POST",))
def end() -> AnyResponse:
    """Covers it again at once: somebody came to the desk."""
    unmasking.cover(request.form.get("kind", ""), request.form.get("id", ""))
    return redirect(inside(request.form.get("back", "")))
