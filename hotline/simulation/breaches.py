"""What must never happen, looked for in what the far side saw and in what the office wrote down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import may_ring
from hotline.domain.courtesy import occasion
from hotline.domain.ledger.proposals import Told, propose
from hotline.domain.surveys.campaign import RATINGS
from hotline.simulation.hall import Hall
from hotline.simulation.telephones import Given, Telephones
from hotline.store.repositories.calls_out import NAME
from hotline.store.repositories.ledger import shipped_cues
from hotline.store.tables import CallOutRow, LedgerRow, MessageRow, SurveyAnswerRow, SurveyPersonRow
from hotline.store.unit_of_work import Office

LONGEST_CAMPAIGN = timedelta(weeks=3)
"""Who is left to a person's list is asked by no machine after that; nobody is drawn again within eight weeks."""


def breaches(hall: Hall, phones: Telephones) -> list[str]:
    """One line for each; none is well."""
    with hall.store.open() as office:
        return [
            *_rung(hall, phones, office),
            *_written(hall, phones, office),
            *_recorded(phones, office),
            *_in_ledger(office),
        ]


def _rung(hall: Hall, phones: Telephones, office: Office) -> Iterator[str]:
    """Outside the hours, twice for an attempt, twice a day for one reason, after a no."""
    rows = {f"{NAME}{row.id}": row for row in office.session.scalars(select(CallOutRow))}
    rings = hall.far.rings
    yield from (f"{name} rung {n} times" for name, n in Counter(r.name for r in rings).items() if n > 1)
    days = Counter((rows[r.name].reason, _day(r.at)) for r in rings)
    yield from (f"{reason} rung {n} times on {day}" for (reason, day), n in days.items() if n > 1)
    for ring in rings:
        kind = rows[ring.name].kind
        if not may_ring(kind, ring.at, hall.contact.calling):
            yield f"{ring.name} rung at {ring.at}"
        if ring.at > phones.said_no.get(ring.number, ring.at) and not occasion(kind).asked:
            yield f"{ring.name} rung after a no"


def _written(hall: Hall, phones: Telephones, office: Office) -> Iterator[str]:
    """A text sent twice, in the night, or after a no."""
    kinds = {row.reason: row.kind for row in office.session.scalars(select(MessageRow))}
    letters = hall.far.letters
    yield from (f"{reason} sent {n} times" for reason, n in Counter(o.reason for o in letters).items() if n > 1)
    for letter in letters:
        kind = occasion(kinds[letter.reason])
        if not kind.at_any_hour and hall.contact.quiet.hold(letter.at):
            yield f"{letter.reason} sent at {letter.at}"
        if letter.at > phones.said_no.get(letter.number, letter.at) and not kind.asked:
            yield f"{letter.reason} sent after a no"


def _recorded(phones: Telephones, office: Office) -> Iterator[str]:
    """What is on record is what was said, and nothing else is."""
    said = said_by(phones, office, by_ear=False)
    for person, row in office.session.execute(
        select(SurveyPersonRow, SurveyAnswerRow).join(
            SurveyAnswerRow, SurveyAnswerRow.person == SurveyPersonRow.id
        )
    ):
        kept = row.level if row.key in RATINGS else row.yes if row.key == "solved" else row.text
        if person.id not in said:
            continue
        told = said[person.id].pop(row.key, None)
        if kept is not None and kept != told:
            yield f"survey:{person.id} {row.key}: said {told}, kept {kept}"
    for person_id, rest in said.items():
        yield from (f"survey:{person_id} {key}: said {value}, not kept" for key, value in rest.items())


def said_by(phones: Telephones, office: Office, *, by_ear: bool) -> dict[int, dict[str, object]]:
    """Everything each person drawn told, the last counting: of those who spoke to real ears, or of the rest."""
    found: dict[int, dict[str, object]] = {}
    for person in office.session.scalars(select(SurveyPersonRow).order_by(SurveyPersonRow.id)):
        until = person.ended_at or person.drawn_at + LONGEST_CAMPAIGN
        mine = [one for one in phones.given if one.number == person.number and _within(one, person, until)]
        if any(one.by_ear for one in mine) is by_ear:
            found[person.id] = {key: value for one in mine for key, value in one.told.items()}
    return found


def _within(one: Given, person: SurveyPersonRow, until: datetime) -> bool:
    """A conversation is noted when it is over, a moment after the record was closed."""
    return person.drawn_at <= one.at and (one.at - until).total_seconds() < 600


def _in_ledger(office: Office) -> Iterator[str]:
    """Every answer that was handed over is in the ledger once for each kind it speaks for."""
    rows = Counter(office.session.scalars(select(LedgerRow.source)))
    for person in office.session.scalars(select(SurveyPersonRow).where(SurveyPersonRow.told_at.is_not(None))):
        if person.handed_at is None:
            yield f"survey:{person.id} was never handed over"
            continue
        told = {row.key: row for row in office.surveys.answers(person.id)}
        solved, remark = told.get("solved"), told.get("remark")
        ratings = {key: level for key in RATINGS if key in told and (level := told[key].level)}
        wanted = propose(
            Told(ratings, solved.yes if solved else None, remark.text if remark else ""), shipped_cues()
        )
        if rows[f"survey:{person.id}"] != len(wanted):
            yield f"survey:{person.id}: {rows[f'survey:{person.id}']} rows, {len(wanted)} wanted"


def _day(at: datetime) -> str:
    return at.astimezone(TOWN_TIME).date().isoformat()
