"""Weekly callback (回访): each week's draw explained, how far it has got, whom a person is to ring."""

from __future__ import annotations

import secrets

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas.survey_pages import attempts, campaign, campaigns, draw, people, person
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.parts import colleague, look, parts, town
from hotline.console.times import week_named
from hotline.contact_rules import read_survey_rules
from hotline.domain.errors import Refused
from hotline.domain.rights import OVERSEERS, STEERING
from hotline.domain.surveys.campaign import LISTED, PAUSED, PERSON_STATES, RATINGS, RUNNING, STOPPED
from hotline.domain.surveys.dispositions import Disposition
from hotline.domain.surveys.frame import week_days
from hotline.store import survey_talk
from hotline.store.survey_draw import Wish, faults_of, keep_draw
from hotline.store.survey_steps import hold
from hotline.store.survey_talk import Said
from hotline.store.tables import SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Office

area = Area("surveys", "回访", icon="phone-outgoing", roles=OVERSEERS, key="b", first="surveys")

LARGEST_ID = 2**31 - 1
LAST_PAGE = 10_000
AFTER = {"pause": PAUSED, "resume": RUNNING, "stop": STOPPED}
OUTS = ("drawn", "candidate", "no_number", "opted_out", "deceased", "asked_lately", "same_phone", "confidential")
ENDS = {
    "refused": Disposition.REFUSED,
    "not_served": Disposition.NOT_SERVED,
    "deceased": Disposition.DECEASED,
    "no_answer": Disposition.NO_ANSWER,
}
LONGEST_REMARK = 500

Answer = str | AnyResponse | tuple[str, int]


@area.page("/surveys")
def surveys() -> str:
    """Every week's campaign, the newest first."""
    with parts().opened() as office:
        found = campaigns(office)
        look(office, f"surveys ({len(found)})")
        office.commit()
    return render_template("surveys/list.html", campaigns=found)


@area.page("/surveys", roles=STEERING, methods=("POST",))
def make() -> AnyResponse:
    """Draws a week, once."""
    week = request.form.get("week", "")
    try:
        week_days(week)
    except ValueError:
        abort(400)
    with parts().opened() as office:
        rules = read_survey_rules(parts().settings.data_dir)
        wish = Wish(week, secrets.token_hex(8), colleague().username, None, rules)
        try:
            made = keep_draw(office, wish, parts().clock(), office.catalogue.newest())
        except Refused:
            flash(_("%(week)s已经抽过样了。", week=week_named(week)), "warning")
            return redirect(url_for("console.surveys.surveys"))
        look(office, f"drew survey {made.survey}")
        office.commit()
    return redirect(url_for("console.surveys.how", survey=made.survey))


@area.page("/surveys/<int:survey>")
def survey(survey: int) -> str:
    """How far one has got; only what changes, where the page asks for itself again."""
    with parts().opened() as office:
        shown = campaign(office, _row(office, survey))
        look(office, f"survey {survey}")
        office.commit()
    part = request.headers.get("HX-Target") == "progress"
    return render_template("surveys/progress.html" if part else "surveys/one.html", campaign=shown)


@area.page("/surveys/<int:survey>/moves", roles=STEERING, methods=("POST",))
def move(survey: int) -> Answer:
    """Pauses, resumes or stops it; what has not left yet is taken back. One made already changes nothing."""
    name, seen = request.form.get("move", ""), request.form.get("version", type=int)
    if name not in AFTER:
        abort(400)
    with parts().opened() as office:
        _row(office, survey)
        row = office.surveys.locked(survey)
        if row is None:
            abort(404)
        if row.state != AFTER[name]:
            if seen != row.version:
                return _changed(survey, row.state)
            try:
                hold(office, row, name, parts().clock())
            except Refused:
                return _changed(survey, row.state)
            look(office, f"survey {survey}: {name}")
            office.commit()
        state = term("survey_state", AFTER[name])
    flash(_("回访%(state)s。", state=_(state)), "success")
    return redirect(url_for("console.surveys.survey", survey=survey))


@area.page("/surveys/<int:survey>/draw")
def how(survey: int) -> str:
    """Why each of those served is in or out, with their chance."""
    why = request.args.get("why", "")
    page = min(max(0, request.args.get("page", 0, type=int)), LAST_PAGE)
    with parts().opened() as office:
        row = _row(office, survey)
        shown = campaign(office, row)
        explained = draw(office, town(office), row, why=why if why in OUTS else "", page=page)
        faults = faults_of(office, row) if request.args.get("check") == "1" and row.plan.get("digest") else None
        look(office, f"survey {survey} draw page {page}")
        office.commit()
    return render_template(
        "surveys/draw.html", campaign=shown, draw=explained, why=why, page=page, faults=faults, outs=OUTS
    )


@area.page("/surveys/<int:survey>/people")
def listed(survey: int) -> str:
    """Those drawn; `state=listed` is the list for a person."""
    state = request.args.get("state", "")
    page = min(max(0, request.args.get("page", 0, type=int)), LAST_PAGE)
    with parts().opened() as office:
        shown = campaign(office, _row(office, survey))
        found, more = people(office, town(office), survey, state=state, page=page)
        look(office, f"survey {survey} people page {page}")
        office.commit()
    return render_template(
        "surveys/people.html",
        campaign=shown,
        people=found,
        more=more,
        page=page,
        state=state,
        states=PERSON_STATES,
    )


@area.page("/survey-people/<int:who>")
def asked(who: int) -> str:
    """One person drawn: how they were reached, what they said."""
    with parts().opened() as office:
        row = office.surveys.person(who) if who <= LARGEST_ID else None
        if row is None:
            abort(404)
        shown, tried = person(office, town(office), row), attempts(office, who)
        campaign_ = campaign(office, _row(office, row.survey))
        look(office, f"survey person {who}")
        office.commit()
    open_to_tell = row.state == LISTED and colleague().role in STEERING
    return render_template(
        "surveys/person.html",
        asked=shown,
        attempts=tried,
        campaign=campaign_,
        may_tell=open_to_tell,
        ratings=RATINGS,
        ends=tuple(ENDS),
        longest=LONGEST_REMARK,
    )


@area.page("/survey-people/<int:who>/told", roles=STEERING, methods=("POST",))
def told(who: int) -> AnyResponse:
    """Writes down what somebody on the list told a person, or why nothing."""
    with parts().opened() as office:
        row = office.surveys.held(who) if who <= LARGEST_ID else None
        if row is None:
            abort(404)
        if row.state != LISTED:
            flash(_("别人已经记过了，请看一遍。"), "warning")
        elif _write(office, row):
            look(office, f"wrote down survey person {who}")
            office.commit()
            flash(_("记下了。"), "success")
        else:
            flash(_("请至少记一个评分，或者选为什么没问到。"), "warning")
    return redirect(url_for("console.surveys.asked", who=who))


def _row(office: Office, survey: int) -> SurveyRow:
    row = office.session.get(SurveyRow, survey) if survey <= LARGEST_ID else None
    if row is None:
        abort(404)
    return row


def _changed(survey: int, state: str) -> AnyResponse:
    """Somebody was quicker: what it is now, and nothing done."""
    flash(_("没有改：回访现在是“%(state)s”。请看过再决定。", state=term("survey_state", state)), "warning")
    return redirect(url_for("console.surveys.survey", survey=survey))


def _write(office: Office, row: SurveyPersonRow) -> bool:
    """Keeps what the form says; False where it says nothing. 400 for what no form of ours says."""
    form, now = request.form, parts().clock()
    levels = {key: form.get(key, type=int) for key in RATINGS if form.get(key)}
    solved, remark, ended = form.get("solved", ""), " ".join(form.get("remark", "").split()), form.get("ended", "")
    known = all(level in range(1, 6) for level in levels.values()) and solved in ("", "yes", "no")
    if not known or len(remark) > LONGEST_REMARK or not remark.isprintable() or ended not in ("", *ENDS):
        abort(400)
    said = [Said(key, "person", now, level=level) for key, level in levels.items()]
    said += [Said("solved", "person", now, yes=solved == "yes")] if solved else []
    said += [Said("remark", "person", now, text=remark)] if remark else []
    for one in said:
        survey_talk.keep(office, row, one)
    if said:
        survey_talk.finish(office, row, now)
    elif ended:
        survey_talk.set_aside(office, row, ENDS[ended], now)
    return bool(said or ended)
