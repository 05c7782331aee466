"""What is said in a survey is kept in the transaction of its own turn: who breaks off has still said it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from hotline.domain.ledger.heard import Heard
from hotline.domain.surveys import campaign
from hotline.domain.surveys.campaign import DONE, LISTED, RATINGS, TEXTED
from hotline.domain.surveys.dispositions import Disposition
from hotline.store.repositories.surveys import DECEASED
from hotline.store.tables import RatingRow, SurveyPersonRow
from hotline.store.unit_of_work import Office


@dataclass(frozen=True)
class Said:
    """One answer as it was given."""

    key: str
    medium: str
    at: datetime
    level: int | None = None
    yes: bool | None = None
    text: str = ""
    words: str = ""
    recording: str = ""


def begin(office: Office, person: SurveyPersonRow, conversation: str, medium: str) -> None:
    """This conversation asks them; what it comes to is theirs to say."""
    if person.disposition == Disposition.NEVER_AVAILABLE:
        person.disposition = ""
    person.conversation, person.medium = conversation, medium
    office.session.flush()


def keep(office: Office, person: SurveyPersonRow, said: Said) -> None:
    """Keeps one answer; who answers again is heard again."""
    told = {name: value for name, value in vars(said).items() if name != "key"}
    office.surveys.keep_answer(person.id, said.key, told)
    person.medium, person.told_at = said.medium, person.told_at or said.at
    if person.state == DONE:  # went on after all
        person.handed_at = None


def finish(office: Office, person: SurveyPersonRow, now: datetime) -> None:
    """They were asked everything: it counts as complete if anything was rated."""
    person.disposition = campaign.disposition_of_talk(answered_keys(office, person.id), ended=True)
    _end(person, now)
    hand_over(office, person, now)


def set_aside(office: Office, person: SurveyPersonRow, how: Disposition, now: datetime) -> None:
    """They said no, or are not who was to be asked: nobody rings them about this again."""
    if how is Disposition.DECEASED:
        office.contact_wishes.opt_out(person.number, DECEASED, now)
    person.disposition = how
    _end(person, now)


def put_off(person: SurveyPersonRow, due_at: datetime | None) -> None:
    """Not now: another day, at the time they named or one of ours."""
    person.disposition, person.due_at = Disposition.NEVER_AVAILABLE, due_at


def leave_to_person(person: SurveyPersonRow) -> None:
    """Nothing was understood: a person asks them."""
    person.disposition = Disposition.LANGUAGE
    if person.state == TEXTED:
        person.state, person.due_at = LISTED, None


def close(office: Office, person: SurveyPersonRow, now: datetime) -> None:
    """Nothing more is coming: what was said counts, and who said no is left alone."""
    if person.disposition not in campaign.FINAL or person.disposition == Disposition.BREAK_OFF:
        answered = answered_keys(office, person.id)
        if answered:
            person.disposition = campaign.disposition_of_talk(answered, ended=False)
        elif office.contact_wishes.opted_out(person.number):
            person.disposition = Disposition.REFUSED
        else:
            person.disposition = Disposition.BREAK_OFF
    _end(person, now)


def answered_keys(office: Office, person: int) -> Collection[str]:
    """Which questions they answered; a rating that was no level does not count."""
    return {
        row.key
        for row in office.surveys.answers(person)
        if row.level is not None or row.yes is not None or row.text
    }


def hand_over(office: Office, person: SurveyPersonRow, now: datetime) -> None:
    """What they said goes to the ledger, which takes in each kind of row once."""
    answers = {row.key: row for row in office.surveys.answers(person.id)}
    solved, remark = answers.get("solved"), answers.get("remark")
    hand_to_ledger(
        office,
        Heard(
            source=f"survey:{person.id}",
            answered_at=person.told_at or now,
            ratings={key: level for key in RATINGS if key in answers and (level := answers[key].level)},
            solved=solved.yes if solved else None,
            remark=remark.text if remark else "",
            recording=remark.recording if remark else "",
            service=person.service,
            place=person.place,
            clerk=person.clerk,
            number=person.number,
            conversation=person.conversation,
        ),
    )
    person.handed_at = now


def hand_rating_over(office: Office, row: RatingRow) -> None:
    """A rating of one's own accord goes to the ledger as well."""
    hand_to_ledger(
        office,
        Heard(
            source=f"rating:{row.matter}",
            answered_at=row.at,
            ratings={str(key): int(level) for key, level in row.levels.items()},
            solved=row.solved,
            remark=row.remark,
            recording=row.recording,
            service=row.service,
            place=row.place,
            clerk=row.clerk,
            number=row.number,
            conversation=row.conversation,
        ),
    )


def hand_to_ledger(office: Office, heard: Heard) -> None:
    """The one place where answers leave the survey: the ledger proposes its rows in the same transaction."""
    ledger = getattr(office, "ledger", None)
    if ledger is not None:
        ledger.propose(heard)


def _end(person: SurveyPersonRow, now: datetime) -> None:
    person.state, person.due_at, person.ended_at = DONE, None, now
