"""Why we rang somebody who did not pick up and now rings or writes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import next_day
from hotline.domain.surveys.campaign import CALLING, TEXTED, WAITING
from hotline.store import survey_talk
from hotline.store.missed_calls import lately_missed
from hotline.store.tables import SurveyPersonRow
from hotline.store.unit_of_work import Office
from ivr import ledger_telling as telling
from ivr.clerking.surveys import facts_of
from ivr.dialogue.steps import Json

if TYPE_CHECKING:
    from ivr.clerk import Clerk

RUNG_BACK = "rung_back"
"""The script for who rings or writes back."""


def is_asked_for(office: Office, number: str, now: datetime) -> bool:
    """Whether a call of ours that this number missed can be gone on with now."""
    missed = lately_missed(office, number, now)
    if missed is None:
        return False
    if missed.kind == telling.RECHECK:
        return telling.asked_by_call(office, missed) is not None
    return _person(office, number, int(missed.given.get("person", 0))) is not None


def rung_for(clerk: Clerk, _given: Mapping[str, Json]) -> Json:
    """What the missed call was to ask: {"what": "survey" or "recheck", …}; {} where that is settled.

    Whoever is on the line now is not rung about it today.
    """
    missed = lately_missed(clerk.office, clerk.contact.number, clerk.now)
    if missed is None:
        return {}
    if missed.kind == telling.RECHECK:
        entry = telling.asked_by_call(clerk.office, missed)
        return {"what": "recheck", **telling.facts_for_asking(entry)} if entry else {}
    person = _person(clerk.office, clerk.contact.number, int(missed.given.get("person", 0)))
    if person is None:
        return {}
    if person.state == WAITING:
        tomorrow = next_day(clerk.now)
        person.due_at = max(person.due_at or tomorrow, tomorrow)
    survey_talk.begin(clerk.office, person, clerk.conversation, clerk.contact.surface)
    today = clerk.now.astimezone(TOWN_TIME).date()
    return {"what": "survey", **facts_of(person, clerk.rules.town, today)}


def _person(office: Office, number: str, person: int) -> SurveyPersonRow | None:
    """Whom the survey still wants to hear; held. Somebody whose next attempt is under way is not asked twice."""
    row = office.surveys.held(person)
    wanted = row is not None and row.number == number and row.state in (WAITING, TEXTED, CALLING)
    return row if wanted and not office.calls_out.on_the_line(number) else None
