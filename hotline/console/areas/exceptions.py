"""Leave, extra shifts and closed desks: one added or taken back, after a look at whom it touches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas.appointment_pages import Hall, clerk_of, desk_of, service_of
from hotline.console.areas.rosters import rosters_page, span_of
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.parts import colleague, look, parts, serving, sight
from hotline.console.times import of_the_day, with_weekday
from hotline.console.unmasking import mask_for
from hotline.domain.appointments import Appointment
from hotline.domain.audit import SETTINGS
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.errors import Refused
from hotline.domain.rights import STEERING
from hotline.domain.staffing import Change
from hotline.intake.proposal import Version
from hotline.roster_exceptions import FIELDS, Draft, added, taken_back
from hotline.store.repositories.catalogue import Accepted
from hotline.store.unit_of_work import Office

Answer = str | AnyResponse | tuple[str, int]
ADD, TAKE_BACK = "add", "take_back"
LONGEST_KEY = 200


def declare(area: Area) -> None:
    """These pages, within the area of appointments."""
    area.page("/appointments/exceptions", roles=STEERING, methods=("POST",))(change)


@dataclass(frozen=True)
class Touched:
    """Somebody whose appointment nobody would serve."""

    code: str
    when: str
    service: str
    where: str
    name: str


def change() -> Answer:
    """First what would be, and whom it touches; with `sure`, from the lists that were seen, it counts."""
    try:
        with parts().opened() as office:
            return _changed(office, request.form)
    except Refused as no:  # the page opens the records for itself
        return rosters_page(term("exception_refused", no.reason)), 409


def _changed(office: Office, form: Mapping[str, str]) -> Answer:
    number = office.catalogue.newest()
    current = Version(number, parts().administration.document(office, number))
    draft = _draft(office, current, form)
    sure = form.get("sure") == "1"
    if sure and form.get("based_on") == str(number) and _accept(office, draft, form):
        return _done(draft)
    look(office, f"what an exception of {_whom(draft.change)} touches")
    page = _preview(office, draft, _newer(office) if sure else "")
    office.commit()
    return (page, 409) if sure else page


def _draft(office: Office, current: Version, form: Mapping[str, str]) -> Draft:
    if form.get("what") == TAKE_BACK:
        return taken_back(office, current, form.get("key", "")[:LONGEST_KEY], parts().clock())
    return added(office, current, form, parts().clock())


def _accept(office: Office, draft: Draft, form: Mapping[str, str]) -> bool:
    """Whether it counts now; not where somebody was quicker."""
    based_on, one = draft.proposal.based_on, draft.change
    made = Accepted(based_on + 1, colleague().username, one.note, None, parts().clock())
    try:
        office.catalogue.add(draft.proposal.document, based_on=based_on, by=made)
    except Refused:
        return False
    what = f"exception from {one.begins.date()} on: {one.kind} {_whom(one)}"
    look(office, f"no {what}" if form.get("what") == TAKE_BACK else what, one.note, kind=SETTINGS)
    office.commit()
    return True


def _done(draft: Draft) -> AnyResponse:
    if draft.touched:
        count = len(draft.touched)
        flash(_("记下了。有 %(n)s 个预约没人办了，请改时间或打电话。", n=count), "warning")
    else:
        flash(_("记下了。"), "success")
    return redirect(url_for("console.appointments.rosters", day=draft.change.begins.date().isoformat()))


def _preview(office: Office, draft: Draft, newer: str) -> str:
    served = serving(office)
    hall, one = Hall(office, served.town, served.plan, sight(), parts().clock()), draft.change
    names = (clerk_of(hall.town, one.clerk) if one.clerk else "", desk_of(hall, one.desk) if one.desk else "")
    who = " ".join(name for name in names if name)
    kept = {name: request.form.get(name, "") for name in (*FIELDS, "what", "key") if name in request.form}
    return render_template(
        "appointments/exception.html", one=one, kind=term("roster_change", str(one.kind)), who=who,
        span=span_of(one),
        back=request.form.get("what") == TAKE_BACK, based_on=draft.proposal.based_on, kept=kept, newer=newer,
        touched=[_touched(hall, each) for each in draft.touched],
    )  # fmt: skip


def _touched(hall: Hall, one: Appointment) -> Touched:
    mask, there = mask_for("appointment", one.code, [one.name]), one.starts_at.astimezone(TOWN_TIME)
    return Touched(
        one.code, f"{with_weekday(there.date())} {of_the_day(there)}", service_of(hall.town, one.service),
        desk_of(hall, one.desk), mask.name(one.name),
    )  # fmt: skip


def _newer(office: Office) -> str:
    """Who made the lists that count now, and why."""
    latest = next(iter(office.catalogue.history()), None)
    by, note = (latest.username, latest.note) if latest else ("", "")
    what = _("%(by)s（%(note)s）", by=by, note=note) if note else by
    return _("您看的时候，镇里的清单换了：%(what)s。下面照新的清单又算了一遍，请再看看。", what=what or "——")


def _whom(one: Change) -> str:
    return " ".join(part for part in (one.clerk, one.desk) if part)
