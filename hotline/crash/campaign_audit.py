"""The reckoning of a campaign storm: what telephones saw and residents were told, against what is on record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from hotline.crash.audit import Reckoning
from hotline.crash.campaign_resident import Rung
from hotline.domain.ledger.proposals import Told, propose
from hotline.domain.surveys.campaign import RATINGS
from hotline.store.repositories.ledger import shipped_cues
from hotline.store.tables import CallOutRow, LedgerRow, SurveyPersonRow
from hotline.store.unit_of_work import Office

ON_ITS_WAY = timedelta(seconds=10)
"""Between the leave to ring and the ring itself, on a busy machine."""


def reckon(
    office: Office, survey: int, residents: Sequence[Rung], may_ring: Callable[[datetime], bool]
) -> Reckoning:
    """Everything that must hold, by telephone."""
    found = Reckoning()
    people = {row.number: row for row in office.surveys.people(survey)}
    rows = list(office.session.scalars(select(CallOutRow).where(CallOutRow.kind == "survey")))
    asked = {row.number: row for row in sorted(rows, key=lambda row: row.attempt)}
    for one in residents:
        _rung(found, one, asked.get(one.number), may_ring)
        _kept(found, office, one, people[one.number])
    _outcomes(found, list(people.values()))
    _ledger(found, office, list(people.values()))
    found.figures["telephones rung"] = sum(bool(one.rung_at) for one in residents)
    left = [one for one in residents if not one.rung_at and one.no_at is None]
    found.figures["never rung at all"] = len(left)
    found.figures["attempts on record"] = len(rows)
    found.figures["attempts nobody knows about"] = sum(row.state == "unsure" for row in rows)
    found.figures["said no by text"] = sum(one.no_at is not None for one in residents)
    found.figures["never rung after it"] = sum(one.no_at is not None and not one.rung_at for one in residents)
    return found


def _rung(found: Reckoning, one: Rung, call: CallOutRow | None, may_ring: Callable[[datetime], bool]) -> None:
    """Once for an attempt, inside the hours, never after a no."""
    if len(one.rung_at) > 1:
        found.double.append(f"{one.number}: rung {len(one.rung_at)} times")
    for at in one.rung_at:
        if not may_ring(at) and not may_ring(at - ON_ITS_WAY):
            found.wrong.append(f"{one.number}: rung at {at}, outside the hours")
    if call is None and one.rung_at:
        found.wrong.append(f"{one.number}: rung for no attempt")
    if call is None or call.asked_at is None:
        return
    if not may_ring(call.asked_at):
        found.wrong.append(f"{one.number}: leave to ring at {call.asked_at}, outside the hours")
    if one.no_at is not None and call.asked_at > one.no_at and one.rung_at:
        found.wrong.append(f"{one.number}: rung at {call.asked_at}, after the no of {one.no_at}")


def _kept(found: Reckoning, office: Office, one: Rung, person: SurveyPersonRow) -> None:
    """Every confirmed answer is on record as it was given, once; nothing is on record that was not given."""
    answers = office.surveys.answers(person.id)
    kept = {row.key: row.level if row.key in RATINGS else row.yes for row in answers if row.key != "remark"}
    found.figures["answers confirmed"] += len(one.confirmed)
    found.figures["answers on record"] += len(kept)
    for key, value in one.confirmed.items():
        if kept.get(key) != value:
            found.lost.append(f"{one.number}: {key} {value} was confirmed, on record is {kept.get(key)}")
    for key, n in Counter(row.key for row in answers).items():
        if n > 1:
            found.double.append(f"{one.number}: {key} is on record {n} times")
    found.wrong += [
        f"{one.number}: {key} {value} is on record, told was {one.told.get(key)}"
        for key, value in kept.items()
        if one.told.get(key) != value
    ]


def _outcomes(found: Reckoning, people: Sequence[SurveyPersonRow]) -> None:
    for state, n in Counter(row.state for row in people).items():
        found.figures[f"people {state}"] = n
    found.wrong += [f"{row.number}: still {row.state}" for row in people if row.state == "calling"]


def _ledger(found: Reckoning, office: Office, people: Sequence[SurveyPersonRow]) -> None:
    """Each answer that speaks for something is in the ledger once for each kind it speaks for."""
    rows = Counter(office.session.scalars(select(LedgerRow.source)))
    found.figures["ledger rows"] = sum(rows.values())
    for person in people:
        if person.told_at is None:
            continue
        if person.handed_at is None:
            found.lost.append(f"{person.number}: answers were not handed over")
            continue
        told = {row.key: row for row in office.surveys.answers(person.id)}
        solved, remark = told.get("solved"), told.get("remark")
        ratings = {key: level for key in RATINGS if key in told and (level := told[key].level)}
        words = Told(ratings, solved.yes if solved else None, remark.text if remark else "")
        wanted, there = len(propose(words, shipped_cues())), rows[f"survey:{person.id}"]
        if there != wanted:
            list_ = found.double if there > wanted else found.lost
            list_.append(f"{person.number}: {there} rows of the ledger, {wanted} wanted")
