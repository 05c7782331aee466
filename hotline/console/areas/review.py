"""Review (复查录音): calls worth listening to again, the least certain first; corrections are learnt from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas.call_pages import call_within
from hotline.console.areas.review_pages import following, put_right, queue
from hotline.console.areas.turn_pages import staff_names
from hotline.console.languages import term
from hotline.console.parts import colleague, look, parts, sight, viewer
from hotline.console.times import of_the_day
from hotline.domain.errors import Refused
from hotline.domain.rights import WRITERS
from hotline.store.unit_of_work import Office

area = Area("review", "复查录音", icon="headphones", roles=WRITERS, key="h", first="waiting")

LONGEST_REVIEW_S = 4 * 3600


@area.page("/review")
def waiting() -> str:
    """The queue."""
    with parts().opened() as office:
        found = queue(office)
        look(office, "calls to review")
        office.commit()
    return render_template("review/queue.html", waiting=found)


@area.page("/review/next")
def next_() -> AnyResponse:
    """To the next call of the queue, past the one named."""
    with parts().opened() as office:
        sid = following(office, request.args.get("after", "")[:64])
    if not sid:
        flash(_("没有要复查的电话了。"), "success")
        return redirect(url_for("console.review.waiting"))
    return redirect(url_for("console.calls.call", sid=sid))


@area.page("/calls/<sid>/corrections", methods=("POST",))
def corrections(sid: str) -> Response | tuple[Response, int]:
    """Takes what was put right in a call: JSON in, JSON out."""
    with parts().opened() as office:
        row = call_within(office, sight(), viewer(office), sid)
        if row is None:
            abort(404)
        try:
            kept, stale = put_right(office, row, request.get_json(silent=True))
        except Refused as no:
            return jsonify(says=term("review_refused", no.reason)), 400
        for one in kept:
            look(office, f"corrected turn {one['id']}")
        office.commit()
    return jsonify(kept=kept, stale=stale)


@area.page("/calls/<sid>/reviewed", methods=("POST",))
def reviewed(sid: str) -> AnyResponse:
    """Somebody has been through it; on to the next."""
    seen = request.form.get("version", -1, type=int)
    seconds = min(max(0, request.form.get("seconds", 0, type=int)), LONGEST_REVIEW_S)
    with parts().opened() as office:
        if call_within(office, sight(), viewer(office), sid) is None:
            abort(404)
        try:
            office.reviews.mark(sid, colleague().username, parts().clock(), seconds=seconds, seen=seen)
        except Refused as no:
            flash(_changed(office, no.facts), "warning")
            return redirect(url_for("console.calls.call", sid=sid))
        look(office, f"reviewed call {sid}")
        office.commit()
    flash(_("这通复查完了。"), "success")
    return redirect(url_for("console.review.next_", after=sid))


def _changed(office: Office, facts: Mapping[str, Any]) -> str:
    by = str(facts["by"])
    if not by:
        return str(_("页面不是最新的，请再看一遍。"))
    name, at = staff_names(office, {by})[by], of_the_day(facts["at"])
    return str(_("%(name)s %(at)s 已经复查过这通电话。您改的字已另外保存。", name=name, at=at))
