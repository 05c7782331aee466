"""What the clerk looks up and writes down when a resident answers the weekly callback or rates a matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallingRules
from hotline.domain.catalogue import Town
from hotline.domain.surveys import hours
from hotline.domain.surveys.dispositions import Disposition
from hotline.domain.surveys.frame import Served
from hotline.store import survey_talk
from hotline.store.survey_talk import Said
from hotline.store.tables import SurveyPersonRow
from ivr.dialogue.steps import Json
from ivr.scripts.wording import label
from ivr.voice import readings

if TYPE_CHECKING:
    from ivr.clerk import Clerk

Given = Mapping[str, Json]
RATEABLE_FOR = timedelta(days=30)
_DECLINED = {
    "no": Disposition.REFUSED,
    "wrong": Disposition.NOT_SERVED,
    "deceased": Disposition.DECEASED,
}
RULES = CallingRules()
"""Only for the time of day somebody asked for; the gate keeps the town's own hours."""


def survey_facts(clerk: Clerk, _given: Given) -> Json:
    """Whom this call or text asks, and about what; {} where there is nobody to ask."""
    person = _asked(clerk)
    if person is None:
        return {}
    survey_talk.begin(clerk.office, person, clerk.conversation, clerk.contact.surface)
    return facts_of(person, clerk.rules.town, clerk.now.astimezone(TOWN_TIME).date())


def survey_answer(clerk: Clerk, given: Given) -> Json:
    """One answer, kept with this turn."""
    person = clerk.office.surveys.of_conversation(clerk.conversation)
    if person is None:
        return {}
    value = given["value"]
    said = Said(
        given["key"],
        clerk.contact.surface,
        clerk.now,
        level=value if isinstance(value, int) and not isinstance(value, bool) else None,
        yes=value if isinstance(value, bool) else None,
        text=value if isinstance(value, str) else "",
        words=given["text"] or "",
        recording=given["recording"] or "",
    )
    survey_talk.keep(clerk.office, person, said)
    return {}


def survey_decline(clerk: Clerk, given: Given) -> Json:
    """They said no, were never served, or are not there."""
    person = clerk.office.surveys.of_conversation(clerk.conversation)
    how = _DECLINED.get(given["why"])
    if person is not None and how is not None:
        survey_talk.set_aside(clerk.office, person, how, clerk.now)
    elif person is not None:
        survey_talk.put_off(person, None)
    return {}


def survey_put_off(clerk: Clerk, given: Given) -> Json:
    """Another day, at the time of day they named."""
    person = clerk.office.surveys.of_conversation(clerk.conversation)
    if person is not None:
        survey_talk.put_off(person, hours.in_part(given["part"], clerk.now, RULES))
    return {}


def survey_break_off(clerk: Clerk, _given: Given) -> Json:
    """算了: what was said is kept, and nothing more is asked."""
    person = clerk.office.surveys.of_conversation(clerk.conversation)
    if person is not None and survey_talk.answered_keys(clerk.office, person.id):
        survey_talk.close(clerk.office, person, clerk.now)
    elif person is not None:
        survey_talk.set_aside(clerk.office, person, Disposition.REFUSED, clerk.now)
    return {}


def survey_unheard(clerk: Clerk, _given: Given) -> Json:
    """Not understood: a person takes over, unless enough was told before."""
    person = clerk.office.surveys.of_conversation(clerk.conversation)
    if person is None:
        return {}
    if survey_talk.answered_keys(clerk.office, person.id):
        survey_talk.close(clerk.office, person, clerk.now)
    else:
        survey_talk.leave_to_person(person)
    return {}


def survey_done(clerk: Clerk, _given: Given) -> Json:
    """Asked to the end: the answers go to the ledger with this turn."""
    person = clerk.office.surveys.of_conversation(clerk.conversation)
    if person is not None:
        survey_talk.finish(clerk.office, person, clerk.now)
    return {}


def no_more(clerk: Clerk) -> None:
    """别再打了, at any question of a survey: it is over at once, and what was said is kept."""
    person = clerk.office.surveys.of_conversation(clerk.conversation)
    if person is not None:
        survey_talk.close(clerk.office, person, clerk.now)


def rateable(clerk: Clerk, given: Given) -> Json:
    """The finished matter that may be rated: of that code, or the last one; of this number only. {} for none."""
    number, code = clerk.contact.number, str(given.get("code") or "")
    if not number:
        return {}
    surveys = clerk.office.surveys
    if code:
        found = surveys.matter(f"appointment:{code}") or surveys.matter(f"case:{code}")
    else:
        found = surveys.latest_matter(number, clerk.now - RATEABLE_FOR)
    if found is None or found.number != number:
        return {}
    return {"matter": found.id, **facts_of(found, clerk.rules.town, clerk.now.astimezone(TOWN_TIME).date())}


def rate(clerk: Clerk, given: Given) -> Json:
    """One part of a rating of one's own accord, kept with this turn."""
    found = clerk.office.surveys.matter(given["matter"])
    if found is None or found.number != clerk.contact.number:
        return {}
    known = clerk.office.surveys.rating(found.id)
    values: dict[str, Json] = {
        "matter": found.id,
        **{name: getattr(found, name) for name in ("number", "service", "place", "clerk", "day")},
        "levels": dict(known.levels) if known else {},
        "medium": clerk.contact.surface,
        "conversation": clerk.conversation,
        "at": clerk.now,
    }
    if given["key"] == "remark":
        values |= {"remark": given["value"] or "", "recording": given["recording"] or ""}
    else:
        values["levels"][given["key"]] = given["value"]
    clerk.office.surveys.keep_rating(values)
    return {}


def rated(clerk: Clerk, given: Given) -> Json:
    """The rating goes to the ledger."""
    row = clerk.office.surveys.rating(given["matter"])
    if row is not None:
        survey_talk.hand_rating_over(clerk.office, row)
    return {}


def facts_of(one: SurveyPersonRow | Served, town: Town, today: date) -> dict[str, Json]:
    """A finished matter as sentences take it: no more than what, where and on which day."""
    matter = one.matter if isinstance(one, SurveyPersonRow) else one.id
    kind = "case" if matter.startswith("case:") else "visit"
    known = town.topics.get(one.service) if kind == "case" else town.services.get(one.service)
    place = one.place if one.place in ("window", "home", "car") else "village"
    return {
        "kind": kind,
        "day": spoken_day(one.day, today),
        "done": label(f"survey.done.{place}"),
        "service": known.spoken if known else label("survey.something"),
    }


def spoken_day(day: date, today: date) -> str:
    """上个礼拜三 for a day of last week, 礼拜三 of this one; older ones by their date."""
    monday = today - timedelta(days=today.weekday())
    if day >= monday:
        return readings.weekday(day)
    if day >= monday - timedelta(days=7):
        return label("survey.last") + readings.weekday(day)
    return readings.day(day)


def _asked(clerk: Clerk) -> SurveyPersonRow | None:
    """Whom our call is about, or whom we wrote to; nobody who has said no meanwhile."""
    call = clerk.office.calls_out.by_sid(clerk.contact.call)
    if call is not None:
        person = clerk.office.surveys.held(int(call.given.get("person", 0)))
    elif clerk.contact.surface == "sms":
        person = clerk.office.surveys.texted(clerk.contact.number)
    else:
        person = None
    return person if person is not None and person.number == clerk.contact.number else None
