"""Cases (诉求): the board and the table of them, one of them, and the moves of it. Every look is written down."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from hotline.console.area import Area
from hotline.console.areas import replies
from hotline.console.areas.case_forms import given
from hotline.console.areas.case_page import (
    CaseView,
    case_view,
    held,
    moved_since,
    refused_words,
    typed,
    with_repeats,
)
from hotline.console.areas.case_pages import BY_THEMSELVES, CARDS, board, lines
from hotline.console.languages import term
from hotline.console.looking import Looking, looking
from hotline.console.parts import colleague, look, parts, serving
from hotline.console.sound import sound_file
from hotline.domain.case_life import MOVES, OPEN, STATES
from hotline.domain.catalogue import Town
from hotline.domain.errors import Refused
from hotline.domain.grievances import KINDS, URGENCIES, Grievance
from hotline.domain.rights import ROLES, STEERING, WRITERS
from hotline.store.case_search import Sought
from hotline.store.unit_of_work import Office

area = Area("cases", "诉求", icon="clipboard-list", roles=ROLES, key="s", first="cases")
LARGEST_ID = 2**31 - 1
Answer = str | AnyResponse | tuple[str, int]


@area.page("/cases")
def cases() -> str:
    """The board: a column for each part of the way, the most pressing first."""
    with parts().opened() as office:
        who = looking(office)
        sought = _sought(who.town)
        columns = board(who, sought)
        look(office, "case board " + " ".join(c.code for column in columns for c in column.cards))
        office.commit()
    return render_template(
        "cases/board.html", columns=columns, sought=sought, town=who.town, shown=CARDS, **_choices(who.town)
    )


@area.page("/cases/table")
def table() -> str:
    """The same in lines, a page at a time, the newest first."""
    with parts().opened() as office:
        who = looking(office)
        sought = _sought(who.town)
        found, after = lines(who, sought)
        look(office, f"case table {found[0].code if found else ''}-{found[-1].code if found else ''}")
        office.commit()
    return render_template("cases/table.html", cases=found, after=after, sought=sought, **_choices(who.town))


@area.page("/cases/<code>")
def case(code: str) -> Answer:
    """One case; `move` opens the form of that move."""
    with parts().opened() as office:
        view = _shown(office, code)
        look(office, f"case {code}")
        office.commit()
    return render_template("cases/case.html", case=view, opened=request.args.get("move", ""), **_choices_of())


@area.page("/cases/<code>/repeats", roles=WRITERS)
def repeats(code: str) -> str:
    """Cases that may tell of the same fact: fetched by the page, for it takes longer than all the rest of it."""
    with parts().opened() as office:
        view = _with_repeats(office, _shown(office, code))
        look(office, f"repeats of case {code}")
        office.commit()
    return render_template("cases/repeats.html", case=view)


@area.page("/cases/<code>/moves")
def moves(code: str) -> str:
    """The forms alone, for the dialog over the board."""
    with parts().opened() as office:
        view = _shown(office, code)
        look(office, f"moves of case {code}")
        office.commit()
    return render_template("cases/moves.html", case=view, opened=request.args.get("move", ""), **_choices_of())


@area.page("/cases/<code>/moves", methods=("POST",), roles=WRITERS)
def move(code: str) -> Answer:
    """Makes one move of the case as it was seen; the resident is told in the way they chose."""
    wanted = request.form.get("move", "")
    if wanted not in MOVES or wanted in BY_THEMSELVES:
        abort(400)
    try:
        after, messages = _moved(code, wanted)
    except Refused as no:
        return _stays(code, wanted, no.reason)
    parts().enqueue(messages)
    move, state = term("case_move", wanted), term("case_status", after.status)
    flash(gettext("%(code)s：%(move)s，%(state)s", code=code, move=move, state=state), "success")
    back = request.form.get("back") == "board"
    return redirect(url_for("console.cases.cases") if back else url_for("console.cases.case", code=code))


@area.page("/cases/<code>/audio/<which>")
def audio(code: str, which: str) -> Response:
    """The recording of what was told, or of the name, of a case one may see."""
    if which not in ("story", "name"):
        abort(404)
    with parts().opened() as office:
        found = held(looking(office), code)
        name = getattr(found[0], "recording" if which == "story" else "name_recording") if found else ""
        path = sound_file(name, parts().settings.recordings)
        if path is None:
            abort(404)
        look(office, f"audio of case {code}: {which}")
        office.commit()
    return send_file(path, mimetype="audio/wav", conditional=True, max_age=0)


def _shown(office: Office, code: str) -> CaseView:
    """The view of a case within sight; 404 otherwise."""
    who = looking(office)
    found = held(who, code)
    if found is None:
        abort(404)
    return case_view(who, *found, parts().settings.recordings, writes=colleague().role in WRITERS)


def _with_repeats(office: Office, view: CaseView) -> CaseView:
    if not view.mergeable:
        return view
    who = looking(office)
    work = serving(office).case_moves(office, who.now)
    return with_repeats(who, view, work.repeats(view.card.code, who.viewer, serving(office).sounds))


def _moved(code: str, wanted: str) -> tuple[Grievance, tuple[int, ...]]:
    """The case afterwards and what leaves after the commit. Refused; 404 where it is not within sight."""
    with parts().opened() as office:
        who = looking(office)
        found = held(who, code)
        if found is None:
            abort(404)
        if request.form.get("version") != str(found[0].version):
            raise Refused("moved_meanwhile")
        asked = given(wanted, request.form, who.town)
        _within(who, asked)
        work = serving(office).case_moves(office, who.now)
        after = work.make(code, wanted, who.viewer, asked)
        look(office, f"moved case {code}: {wanted}")
        office.commit()
        return after, tuple(work.messages)


def _within(who: Looking, asked: dict[str, Any]) -> None:
    """Nothing is moved out of one's own part, or into what lies outside it."""
    village = asked.get("changes", {}).get("village")
    if village is not None and not who.sight.covers(who.sight.desk, village):
        raise Refused("not_your_village")
    if "into" in asked and held(who, asked["into"]) is None:
        raise Refused("bad_merge")


def _stays(code: str, wanted: str, reason: str) -> Answer:
    """The case again, why it was not moved, what others did meanwhile, and all that was typed."""
    written = {name: text[:1000] for name, text in request.form.items() if name not in ("csrf_token", "version")}
    seen = request.form.get("version", "")
    with parts().opened() as office:
        view = typed(_shown(office, code), wanted, written)
        who, news = looking(office), []
        if reason == "moved_meanwhile" and seen.isascii() and seen.isdecimal() and len(seen) < 9:
            found = held(who, code)
            news = moved_since(who, *found, int(seen)) if found else []
        look(office, f"case {code}")
        office.commit()
    still = any(form.move == wanted for form in view.forms)
    page = render_template(
        "cases/case.html", case=view, opened=wanted, refused=refused_words(reason), news=news, still=still,
        kept=written.get("reason", "") if not still else "", **_choices_of(),
    )  # fmt: skip
    return page, 409


def _sought(lists: Town) -> Sought:
    """What the filters say, as far as there is such a thing."""
    asked = request.args

    def among(name: str, known: Any) -> str:
        return asked[name] if asked.get(name, "") in known else ""

    status = asked.get("status", "")
    states = OPEN if status == "open" else tuple(s for s in status.split(",") if s in STATES)
    units = {post.unit for post in lists.officers}
    before = asked.get("before", 0, type=int)
    return Sought(
        statuses=states, kind=among("kind", KINDS), topic=among("topic", lists.topics),
        village=among("village", lists.villages), unit=among("unit", units), urgency=among("urgency", URGENCIES),
        supervised=asked.get("supervised") == "1", before=before if 0 < before <= LARGEST_ID else 0,
    )  # fmt: skip


def _choices(lists: Town) -> dict[str, Any]:
    """What the filters and forms offer."""
    units = tuple(dict.fromkeys(post.unit for post in lists.officers))
    return {"lists": lists, "kinds": KINDS, "urgencies": URGENCIES, "states": STATES, "units": units}


def _choices_of() -> dict[str, Any]:
    """The same for a page that has asked for the town already."""
    return {**_choices(g.serving.town), "steers": colleague().role in STEERING}


replies.declare(area)
