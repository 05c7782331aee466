"""The changes staff make to what came of a call: each says what was done and which messages tell of it."""

from __future__ import annotations

from datetime import datetime

from flask import request
from flask_babel import gettext as _

from hotline.console.areas.outcome_pages import booked_in, last_mover, outcome, told_in, when
from hotline.console.languages import term
from hotline.console.parts import colleague, look, parts, serving, sight, town, viewer
from hotline.domain import appointments
from hotline.domain.appointments import Appointment, desk_of
from hotline.domain.calendar import Place
from hotline.domain.case_life import moves_open
from hotline.domain.dispatch import responsible
from hotline.domain.errors import Refused
from hotline.domain.grievances import Grievance, Told
from hotline.domain.residents import plain_number
from hotline.serving import AppointmentMoves, CaseMoves
from hotline.store.tables import CallRow
from hotline.store.unit_of_work import Office

LONGEST_NAME, LONGEST_STORY, LONGEST_WHERE, LONGEST_REASON = 40, 1000, 100, 200
Made = tuple[str, list[int]]
"""What was done, in words, and the messages that tell of it."""


def move(office: Office, row: CallRow, code: str) -> Made:
    """Another time for an appointment of the call."""
    staff = _moves(office, row, code)
    moved = staff.move(code, _moment(request.form.get("starts_at", "")))
    look(office, f"moved appointment {code}: {moved.status}")
    return _("已改到%(when)s，短信会告诉居民。", when=when(moved.starts_at)), staff.messages


def cancel(office: Office, row: CallRow, code: str) -> Made:
    """An appointment of the call is called off."""
    staff = _moves(office, row, code)
    staff.cancel(code)
    look(office, f"moved appointment {code}: cancelled")
    return _("预约%(code)s取消了，短信会告诉居民。", code=code), staff.messages


def book(office: Office, row: CallRow) -> Made:
    """An appointment the machine missed, for whoever rang."""
    form, lists = request.form, town(office)
    service, village = lists.services.get(form.get("service", "")), form.get("village", "")
    if service is None or village not in lists.villages or form.get("place") not in {str(one) for one in Place}:
        raise Refused("not_on_the_lists")
    place, number = Place(form["place"]), _number(row)
    if not sight().covers(desk_of(place, village), village):
        raise Refused("not_your_desk")
    appointments.check_place(service, place)
    wanted = appointments.Wanted(
        service.id, place, _moment(form.get("starts_at", "")), _name(office, row), village, number,
        minutes=service.minutes,
    )  # fmt: skip
    counter = serving(office).counter(office, viewer(office), parts().clock(), row.conversation)
    booked = counter.book(wanted)
    look(office, f"booked appointment {booked.code}")
    done = _("约好了，预约号%(code)s，%(when)s。", code=booked.code, when=when(booked.starts_at))
    return done + _told(number), counter.messages


def open_case(office: Office, row: CallRow) -> Made:
    """A case the machine missed, told by whoever rang."""
    form, lists, number = request.form, town(office), _number(row)
    topic, village = form.get("topic", ""), form.get("village", "")
    if topic not in lists.topics or village not in lists.villages:
        raise Refused("not_on_the_lists")
    if not sight().covers(sight().desk, village):
        raise Refused("not_your_village")
    said, recording = _story(office, row)
    story = _text("story", LONGEST_STORY) or said
    if not story:
        raise Refused("no_story")
    told = Told(
        topic=topic, story=story, village=village, group="", where=_text("where", LONGEST_WHERE),
        name=_name(office, row), number=number, callback_number="", recording=recording, kind="", urgency="",
    )  # fmt: skip
    counter = serving(office).counter(office, viewer(office), parts().clock(), row.conversation)
    case = counter.open_case(told, ())
    look(office, f"opened grievance {case.code}")
    return _("诉求立上了，编号%(code)s。", code=case.code) + _told(number), counter.messages


def classify(office: Office, row: CallRow, code: str) -> Made:
    """Puts topic and village of a case right, sends it to the unit that is responsible, and tells the resident."""
    form, lists = request.form, town(office)
    case = _case(office, row, code)
    topic, village = form.get("topic", ""), form.get("village", "")
    if topic not in lists.topics or village not in lists.villages:
        raise Refused("not_on_the_lists")
    if not sight().covers(sight().desk, village):
        raise Refused("not_your_village")
    if (topic, village) == (case.topic, case.village):
        raise Refused("nothing_changed")
    reason = _text("reason", LONGEST_REASON) or str(_("听了录音，改正"))
    work = serving(office).case_moves(office, parts().clock())
    changes = {"topic": topic, "village": village}
    after = work.make(code, "classify", viewer(office), {"changes": changes, "reason": reason})
    told = serving(office).case_news(office)
    told.confirm(after)
    onward = _onward(office, work, after, reason)
    look(office, f"moved grievance {code}: classify")
    done = _("编号%(code)s改成了“%(topic)s”。", code=code, topic=lists.topics[topic].spoken)
    return f"{done}{onward}{_told(after.reply_to)}", [*work.messages, *told.messages]


def _onward(office: Office, work: CaseMoves, case: Grievance, reason: str) -> str:
    """To the unit that is responsible now, by whichever move is open; says so, or who can."""
    post = responsible(town(office).officers, case.topic, case.village, besides=case.accused)
    if post is None or post.unit == case.unit or case.confidential:
        return ""
    who = viewer(office)
    move = next((one for one in ("dispatch", "reassign") if one in moves_open(case.standing, who)), "")
    if not move:
        return str(_("该由%(unit)s办，请主管改派。", unit=post.unit))
    work.make(case.code, move, who, {"unit": post.unit, "reason": reason})
    return str(_("已转给%(unit)s。", unit=post.unit))


def why(office: Office, row: CallRow, no: Refused) -> str:
    """A refusal in words; where somebody was quicker, who did what."""
    says = str(term("refused", no.reason))
    if no.reason != "changed":
        return says
    became = outcome(office, row)
    lines = [last_mover(one) for one in (*(b.history for b in became.booked), *(c.history for c in became.cases))]
    return f"{says}（{'；'.join(line for line in lines if line)}）"


def _moves(office: Office, row: CallRow, code: str) -> AppointmentMoves:
    """The moves of whoever is logged in, on the appointment as they saw it."""
    found: Appointment | None = next((one for one in booked_in(office, row) if one.code == code), None)
    if found is None:
        raise Refused("unknown")
    staff = serving(office).appointment_moves(office, f"staff:{colleague().username}", parts().clock())
    staff.seen = request.form.get("version", -1, type=int)
    return staff


def _case(office: Office, row: CallRow, code: str) -> Grievance:
    """The case of the call as it stands, which must be what was seen."""
    found = next((one for one in told_in(office, row) if one.code == code), None)
    if found is None:
        raise Refused("no_case")
    if found.version != request.form.get("version", -1, type=int):
        raise Refused("changed")
    return found


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("no_time") from None
    if at.tzinfo is None:
        raise Refused("no_time")
    return at


def _text(name: str, longest: int) -> str:
    text = " ".join(request.form.get(name, "").split())
    if len(text) > longest or not text.isprintable():
        raise Refused("too_long")
    return text


def _name(office: Office, row: CallRow) -> str:
    """The name typed, or the one the caller gave. Refused("no_name") where there is neither."""
    typed = _text("name", LONGEST_NAME)
    told = [turn for turn in office.records.turns_of(row.sid) if turn.key == "name"]
    understood = next((str(turn.understood["value"]) for turn in told[::-1] if turn.understood.get("value")), "")
    if not (typed or understood):
        raise Refused("no_name")
    return typed or understood[:LONGEST_NAME]


def _story(office: Office, row: CallRow) -> tuple[str, str]:
    """What the caller said of the matter, put right where somebody has, and the recording of its first part."""
    corrected = office.transcripts.corrections(row.sid)
    every = office.records.turns_of(row.sid)
    told = [turn for turn in every if turn.key == "story"] or [turn for turn in every if turn.key == "errand"]
    said = [corrected.get(turn.id, turn.heard) for turn in told]
    recordings = [turn.audio for turn in told if turn.audio]
    return "。".join(text for text in said if text)[:LONGEST_STORY], next(iter(recordings), "")


def _number(row: CallRow) -> str:
    """Who rang; empty where they withheld it."""
    return "" if row.number.startswith("withheld") else plain_number(row.number)


def _told(number: str) -> str:
    return str(_("短信会告诉居民。") if number else _("来电没有号码，短信发不了，请另外告诉居民。"))
