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


@dataclass(frozen=True)
class _Past:
    """What is known of the people of a step, read for all of them at once."""

    attempts: Mapping[int, Sequence[CallOutRow]]
    own: Mapping[str, hours.Record]
    """When each telephone was picked up."""
    everybody: hours.Record

    def of(self, person: SurveyPersonRow) -> Sequence[CallOutRow]:
        return self.attempts.get(person.id, ())

    def best_known(self, person: SurveyPersonRow) -> Disposition:
        codes = [campaign.disposition_of_attempt(one.state, one.disposition, one.error) for one in self.of(person)]
        return campaign.most_telling([*(code for code in codes if code), person.disposition])


@dataclass(frozen=True)
class _Now:
    """One step, as it is taken."""

    work: Work
    now: datetime
    step: Step
    past: _Past


def take_step(
    office: Office, survey: int, work: Work, now: datetime, *, everybody: hours.Record | None = None
) -> Step:
    """Takes what a campaign can do now, a step's worth; nothing new where it is paused or stopped."""
    step = Step(everybody=everybody)
    row = office.surveys.locked(survey)
    if row is None:
        return step
    under_way = office.surveys.calling(survey)
    ended = [(person, call) for person, call in under_way if _is_over(call)][:AT_A_TIME]
    if ended:
        _learn(office, ended, work.calling)
        taken = _Now(work, now, step, _past(office, step, [person for person, _ in ended]))
        for person, call in ended:
            _settle(office, person, call, taken)
        step.moved = len(ended)
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


def _is_over(call: CallOutRow) -> bool:
    return call.state != calling.WAITING and call.state not in calling.OPEN_STATES


def _past(office: Office, step: Step, people: Sequence[SurveyPersonRow]) -> _Past:
    office.session.flush()  # what was learnt a moment ago counts
    if step.everybody is None:
        step.everybody = office.surveys.hours_of_all()
    attempts = office.surveys.attempts_among([one.id for one in people if one.attempts])
    return _Past(attempts, office.surveys.hours_of([one.number for one in people]), step.everybody)


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
        people = [one for state in (WAITING, TEXTED) for one in office.surveys.people(row.id, state)]
        past = _Past(office.surveys.attempts_among([one.id for one in people if one.attempts]), {}, {})
        for person in people:
            _over(office, person, past.best_known(person), now)


def _go_on(office: Office, row: SurveyRow, by: tuple[Work, datetime, Step]) -> None:
    work, now, step = by
    free = work.survey.calls_at_once - len(office.surveys.calling(row.id))
    open_now = may_ring(KIND, now, work.calling)
    people = office.surveys.due(row.id, now, AT_A_TIME)
    if not people:
        return
    gone = office.surveys.opted_out_among([person.number for person in people])
    taken = _Now(work, now, step, _past(office, step, people))
    for person in people:
        if step.is_full:
            return
        if person.state == WAITING and person.due_at and open_now and free <= 0:
            continue  # their turn comes
        step.moved += 1
        if person.number in gone or (person.told_at is not None and answered_keys(office, person.id)):
            close(office, person, now)
        elif person.state == TEXTED:
            _to_list(person, taken.past.best_known(person))
        elif person.due_at is None or not open_now:
            person.due_at = _slot_for(person, max(now, person.due_at or now), taken)
        if person.state == WAITING and open_now and free > 0 and person.due_at and person.due_at <= now:
            step.calls += _order(office, person, work.calling, now)
            free -= 1


def _slot_for(person: SurveyPersonRow, since: datetime, by: _Now) -> datetime:
    rules, past = by.work.calling, by.past
    tried = {hours.slot_of(one.asked_at, rules) for one in past.of(person) if one.asked_at}
    known = hours.Known(past.own.get(person.number, {}), past.everybody, tried)
    return hours.next_slot(since, known, rules, f"{person.id}/{person.attempts}")


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


def _settle(office: Office, person: SurveyPersonRow, call: CallOutRow, by: _Now) -> None:
    """What became of an attempt that is over."""
    how = campaign.disposition_of_attempt(call.state, call.disposition, call.error)
    if call.state == calling.BARRED:
        close(office, person, by.now)
    elif how is None:  # nobody was rung
        person.state, person.due_at = WAITING, None
    elif call.disposition == calling.Disposition.ANSWERED or person.disposition in campaign.FINAL:
        _after_talk(office, person, by)
    elif how is Disposition.OUT_OF_SERVICE:
        _over(office, person, how, by.now)
    else:
        _again_or_text(office, person, by)


def _learn(office: Office, ended: Sequence[tuple[SurveyPersonRow, CallOutRow]], rules: CallingRules) -> None:
    """Which telephones were picked up, and at which hour."""
    learnt = []
    for person, call in ended:
        how = campaign.disposition_of_attempt(call.state, call.disposition, call.error)
        if call.state != calling.BARRED and how is not None and call.asked_at:
            talked = call.disposition == calling.Disposition.ANSWERED
            learnt.append((person.number, hours.slot_of(call.asked_at, rules), talked))
    office.surveys.note_hours([one for one in learnt if one[1]])


def _after_talk(office: Office, person: SurveyPersonRow, by: _Now) -> None:
    """Somebody picked up: what they said decides, and who said nothing has broken off."""
    if person.disposition == Disposition.LANGUAGE:
        _to_list(person, Disposition.LANGUAGE)
    elif person.disposition == Disposition.NEVER_AVAILABLE or not person.conversation:
        _again_or_text(office, person, by)
    else:
        close(office, person, by.now)


def _again_or_text(office: Office, person: SurveyPersonRow, by: _Now) -> None:
    rung = [one for one in by.past.of(person) if one.asked_at or one.state == calling.UNSURE]
    person.disposition = by.past.best_known(person)
    if len(rung) < by.work.survey.attempts:
        tomorrow = next_day(rung[-1].asked_at or by.now) if rung else by.now
        asked_for = person.due_at
        person.state = WAITING
        if asked_for is not None:
            person.due_at = max(asked_for, tomorrow)
        else:
            person.due_at = _slot_for(person, max(by.now, tomorrow), by)
        return
    message = _write(office, person, by.work.invite)
    if message is None:
        _to_list(person, Disposition(person.disposition))
        return
    person.state, person.due_at = TEXTED, by.now + by.work.survey.text_wait
    by.step.messages.append(message)


def _write(office: Office, person: SurveyPersonRow, invite: Invite) -> int | None:
    """The same questions by text, once; None where texts cannot reach them."""
    if reach_of(person.number) is not Reach.MOBILE:
        return None
    about = f"survey:{person.id}"
    return office.messages.put(about, person.number, invite(person), kind=KIND, about=about, channel="sms")


def _to_list(person: SurveyPersonRow, how: Disposition) -> None:
    person.state, person.due_at, person.disposition = LISTED, None, how


def _over(office: Office, person: SurveyPersonRow, how: Disposition, now: datetime) -> None:
    if answered_keys(office, person.id):
        close(office, person, now)
        return
    person.state, person.due_at, person.disposition, person.ended_at = DONE, None, how, now
