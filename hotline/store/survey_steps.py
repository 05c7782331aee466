"""A campaign goes on: what became of attempts, who is rung next, who is written to, who is left to a person.

Every step is one transaction that holds the campaign's row, so two workers never take the same step; what a step
decides stands in the database before anybody is rung, and a step that died is taken again by the next run. A step
looks after AT_A_TIME people and no more, for whoever is on the line waits for SQLite's one writer meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hotline.domain import calling
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallingRules, CallOrder, may_ring, next_day
from hotline.domain.numbers import Reach, reach_of
from hotline.domain.surveys import campaign, hours
from hotline.domain.surveys.campaign import CALLING, DONE, LISTED, TEXTED, WAITING, SurveyRules
from hotline.domain.surveys.dispositions import Disposition
from hotline.store.survey_talk import answered_keys, close
from hotline.store.tables import CallOutRow, SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Office

AT_A_TIME = 50
KIND = "survey"

Records = tuple[hours.Record, Mapping[str, hours.Record]]
"""When everybody picks up, and when each."""
Invite = Callable[[SurveyPersonRow], str]
"""The text somebody is sent who could not be reached by telephone."""


@dataclass(frozen=True)
class Work:
    """How a campaign is worked."""

    survey: SurveyRules
    calling: CallingRules
    invite: Invite


@dataclass
class Step:
    """What a step wrote down, to be enqueued after the commit."""

    calls: list[int] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    moved: int = 0
    """People who got further."""
    everybody: hours.Record | None = None
    """When people pick up, added up once a run: it goes through the record of every telephone."""

    @property
    def is_full(self) -> bool:
        """There is more to do at once."""
        return self.moved >= AT_A_TIME


def take_step(
    office: Office, survey: int, work: Work, now: datetime, everybody: hours.Record | None = None
) -> Step:
    """Takes what a campaign can do now, a step's worth; nothing new where it is paused or stopped."""
    step = Step(everybody=everybody)
    row = office.surveys.locked(survey)
    if row is None:
        return step
    for person, call in office.surveys.calling(survey):
        step.moved += _settle(office, person, call, (work, now, step))
        if step.is_full:
            return step
    if row.state == campaign.DRAWN:
        row.state = campaign.moved(row.state, "start")
    if row.state != campaign.RUNNING:
        return step
    _go_on(office, row, (work, now, step))
    office.session.flush()
    if not step.is_full and not office.surveys.unfinished(survey):
        row.state, row.version = campaign.moved(row.state, "finish"), row.version + 1
    return step


def hold(office: Office, row: SurveyRow, move: str, now: datetime) -> None:
    """Pauses, resumes or stops: what has not left yet is taken back. Refused("survey_state")."""
    row.state, row.version = campaign.moved(row.state, move), row.version + 1
    if move == "resume":
        return
    office.calls_out.gate()  # nothing leaves while it is decided; taken before the attempts, as the gate does
    for call in office.surveys.waiting_calls(row.id):
        call.state = calling.WITHDRAWN
    for person, call in office.surveys.calling(row.id):
        if call.state == calling.WITHDRAWN:
            person.state, person.due_at = WAITING, None
    office.session.flush()
    if move == "stop":
        for state in (WAITING, TEXTED):
            for person in office.surveys.people(row.id, state):
                _over(office, person, _best_known(office, person), now)


def _go_on(office: Office, row: SurveyRow, by: tuple[Work, datetime, Step]) -> None:
    work, now, step = by
    free = work.survey.calls_at_once - len(office.surveys.calling(row.id))
    open_now = may_ring(KIND, now, work.calling)
    people = office.surveys.due(row.id, now, AT_A_TIME)
    numbers = [person.number for person in people]
    gone = office.surveys.opted_out_among(numbers)
    records = _records(office, numbers, step) if people else ({}, {})
    for person in people:
        if step.is_full:
            return
        if person.state == WAITING and person.due_at and open_now and free <= 0:
            continue  # their turn comes
        step.moved += 1
        if person.number in gone or (person.told_at is not None and answered_keys(office, person.id)):
            close(office, person, now)
        elif person.state == TEXTED:
            _to_list(person, _best_known(office, person))
        elif person.due_at is None or not open_now:
            person.due_at = _slot_for(office, person, max(now, person.due_at or now), (work, records))
        if person.state == WAITING and open_now and free > 0 and person.due_at and person.due_at <= now:
            step.calls += _order(office, person, work.calling, now)
            free -= 1


def _records(office: Office, numbers: Sequence[str], step: Step) -> Records:
    if step.everybody is None:
        step.everybody = office.surveys.hours_of_all()
    return step.everybody, office.surveys.hours_of(numbers)


def _slot_for(office: Office, person: SurveyPersonRow, since: datetime, by: tuple[Work, Records]) -> datetime:
    work, (everybody, own) = by
    rung = (
        [one.asked_at for one in office.surveys.attempts_of(person.id) if one.asked_at] if person.attempts else []
    )
    known = hours.Known(own.get(person.number, {}), everybody, {hours.slot_of(at, work.calling) for at in rung})
    return hours.next_slot(since, known, work.calling, f"{person.id}/{person.attempts}")


def _order(office: Office, person: SurveyPersonRow, rules: CallingRules, now: datetime) -> list[int]:
    """One attempt, good for the calling hours of today."""
    last = max(stretch.last for stretch in rules.hours)
    order = CallOrder(
        reason=f"survey:{person.id}",
        number=person.number,
        kind=KIND,
        script="answer_survey",
        given={"person": person.id},
        about=f"survey:{person.id}",
        due_at=now,
        expires_at=datetime.combine(now.astimezone(TOWN_TIME).date(), last, TOWN_TIME),
    )
    call = office.calls_out.put(order, now, person.attempts + 1)
    person.attempts += 1
    if call is None:
        return []
    person.call, person.state, person.due_at = call, CALLING, None
    return [call]


def _settle(office: Office, person: SurveyPersonRow, call: CallOutRow, by: tuple[Work, datetime, Step]) -> bool:
    """What became of an attempt; False while it is under way."""
    work, now, _ = by
    if call.state == calling.WAITING or call.state in calling.OPEN_STATES:
        return False
    how = campaign.disposition_of_attempt(call.state, call.disposition, call.error)
    if call.state == calling.BARRED:
        close(office, person, now)
    elif how is None:  # nobody was rung
        person.state, person.due_at = WAITING, None
    else:
        talked = call.disposition == calling.Disposition.ANSWERED
        _learn(office, person, call, (work.calling, talked))
        if talked or person.disposition in campaign.FINAL:
            _after_talk(office, person, by)
        elif how is Disposition.OUT_OF_SERVICE:
            _over(office, person, how, now)
        else:
            _again_or_text(office, person, by)
    return True


def _learn(office: Office, person: SurveyPersonRow, call: CallOutRow, by: tuple[CallingRules, bool]) -> None:
    rules, talked = by
    slot = hours.slot_of(call.asked_at, rules) if call.asked_at else ""
    if slot:
        office.surveys.note_hour(person.number, slot, answered=talked)


def _after_talk(office: Office, person: SurveyPersonRow, by: tuple[Work, datetime, Step]) -> None:
    """Somebody picked up: what they said decides, and who said nothing has broken off."""
    if person.disposition == Disposition.LANGUAGE:
        _to_list(person, Disposition.LANGUAGE)
    elif person.disposition == Disposition.NEVER_AVAILABLE or not person.conversation:
        _again_or_text(office, person, by)
    else:
        close(office, person, by[1])


def _again_or_text(office: Office, person: SurveyPersonRow, by: tuple[Work, datetime, Step]) -> None:
    work, now, step = by
    attempts = office.surveys.attempts_of(person.id)
    rung = [one for one in attempts if one.asked_at or one.state == calling.UNSURE]
    person.disposition = _most_telling(attempts, person)
    if len(rung) < work.survey.attempts:
        tomorrow = next_day(rung[-1].asked_at or now) if rung else now
        asked_for = person.due_at
        person.state = WAITING
        if asked_for is not None:
            person.due_at = max(asked_for, tomorrow)
        else:
            records = _records(office, [person.number], step)
            person.due_at = _slot_for(office, person, max(now, tomorrow), (work, records))
        return
    message = _write(office, person, work.invite)
    if message is None:
        _to_list(person, Disposition(person.disposition))
        return
    person.state, person.due_at = TEXTED, now + work.survey.text_wait
    step.messages.append(message)


def _write(office: Office, person: SurveyPersonRow, invite: Invite) -> int | None:
    """The same questions by text, once; None where texts cannot reach them."""
    if reach_of(person.number) is not Reach.MOBILE:
        return None
    about = f"survey:{person.id}"
    return office.messages.put(about, person.number, invite(person), kind=KIND, about=about, channel="sms")


def _best_known(office: Office, person: SurveyPersonRow) -> Disposition:
    return _most_telling(office.surveys.attempts_of(person.id), person)


def _most_telling(attempts: Sequence[CallOutRow], person: SurveyPersonRow) -> Disposition:
    codes = [campaign.disposition_of_attempt(one.state, one.disposition, one.error) for one in attempts]
    return campaign.most_telling([*(code for code in codes if code), person.disposition])


def _to_list(person: SurveyPersonRow, how: Disposition) -> None:
    person.state, person.due_at, person.disposition = LISTED, None, how


def _over(office: Office, person: SurveyPersonRow, how: Disposition, now: datetime) -> None:
    if answered_keys(office, person.id):
        close(office, person, now)
        return
    person.state, person.due_at, person.disposition, person.ended_at = DONE, None, how, now
