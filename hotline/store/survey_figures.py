"""What figures are made of, read from the weekly callback: everybody drawn, with what they said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.domain.surveys.figures import Dimension
from hotline.domain.surveys.summary import Asked
from hotline.store.tables import SurveyAnswerRow, SurveyPersonRow, SurveyRow

_DIMENSIONS = frozenset(map(str, Dimension))


def people_between(session: Session, first: date, last: date) -> list[Asked]:
    """Everybody drawn whose matter was done on these days, both included."""
    person = SurveyPersonRow
    within = (person.day >= first, person.day <= last)
    query = select(person, SurveyRow.week).join(SurveyRow, SurveyRow.id == person.survey).where(*within)
    answers: dict[int, list[SurveyAnswerRow]] = {}
    said = select(SurveyAnswerRow).join(person, person.id == SurveyAnswerRow.person).where(*within)
    for answer in session.scalars(said):
        answers.setdefault(answer.person, []).append(answer)
    return [_asked(row, week, answers.get(row.id, ())) for row, week in session.execute(query.order_by(person.id))]


def _asked(row: SurveyPersonRow, week: str, answers: Sequence[SurveyAnswerRow]) -> Asked:
    levels = {one.key: one.level for one in answers if one.key in _DIMENSIONS and one.level is not None}
    return Asked(
        id=row.id,
        survey=row.survey,
        week=week,
        day=row.day,
        service=row.service,
        place=row.place,
        clerk=row.clerk,
        weight=row.weight,
        medium=row.medium,
        disposition=row.disposition,
        levels=levels,
        solved=next((one.yes for one in answers if one.key == "solved"), None),
        told_at=row.told_at,
    )
