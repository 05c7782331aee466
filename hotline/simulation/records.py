"""What the office has on record after a simulation: its weeks, how people were reached, its ledger's clocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from hotline.domain.surveys.campaign import RATINGS
from hotline.domain.surveys.dispositions import Disposition, rates
from hotline.domain.surveys.figures import LEVELS, Answer, Dimension
from hotline.simulation.findings import Week
from hotline.store.tables import CallOutRow, SurveyAnswerRow, SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Office


def weeks(office: Office) -> list[Week]:
    """Every campaign, the first first."""
    return [_week(office, survey) for survey in reversed(office.surveys.all())]


def _week(office: Office, survey: SurveyRow) -> Week:
    frame = [one for one in office.surveys.frame(survey.id) if one.out in ("", "same_phone")]
    rated = [pair for pair in office.surveys.answered(survey.id) if pair[1].key in RATINGS and pair[1].level]
    bad: dict[int, bool] = {}
    clerks = {}
    for person, answer in sorted(rated, key=lambda pair: (pair[1].at, pair[1].id)):
        clerks[person.id] = person.clerk
        bad[person.id] = bad.get(person.id, False) or (answer.level or 5) < 3
    people = [(clerks[person], is_bad) for person, is_bad in bad.items()]
    return Week(
        survey.week, Counter(one.clerk for one in frame), [_answer(survey, *pair) for pair in rated], people
    )


def _answer(survey: SurveyRow, person: SurveyPersonRow, answer: SurveyAnswerRow) -> Answer:
    return Answer(
        Dimension(answer.key),
        LEVELS[5 - (answer.level or 5)],
        person.weight,
        person.service,
        person.place,
        person.clerk,
        survey.week,
        answer.medium,
    )


@dataclass(frozen=True)
class Clocks:
    """How many of the clocks that ran were kept."""

    called_in_time: int
    called: int
    mended_in_time: int
    mended: int


def reached(office: Office) -> dict[str, Any]:
    """How those drawn were reached, by AAPOR's codes and rates, and with how many attempts."""
    codes = Counter(office.session.scalars(select(SurveyPersonRow.disposition)))
    outcomes = [Disposition(code or Disposition.NOT_TRIED) for code, count in codes.items() for _ in range(count)]
    rung = select(func.count()).where(CallOutRow.kind == "survey", CallOutRow.asked_at.is_not(None))
    attempts = office.session.scalar(rung) or 0
    media = Counter(
        office.session.scalars(select(SurveyPersonRow.medium).where(SurveyPersonRow.told_at.is_not(None)))
    )
    return {
        **{name: round(value, 4) for name, value in asdict(rates(outcomes)).items()},
        "attempts": attempts,
        "attempts_a_person": round(attempts / len(outcomes), 2) if outcomes else 0.0,
        "dispositions": {Disposition(code or "3.11").name.lower(): n for code, n in sorted(codes.items())},
        "media": dict(sorted(media.items())),
    }


def by_ear(office: Office, said: Mapping[int, Mapping[str, object]]) -> dict[str, Any]:
    """Of what was told to the real ears, how much is on record as it was said."""
    told = {(person, key): value for person, answers in said.items() for key, value in answers.items()}
    kept = {}
    for row in office.session.scalars(select(SurveyAnswerRow).where(SurveyAnswerRow.person.in_(said))):
        kept[row.person, row.key] = row.level if row.key in RATINGS else row.yes
    ratings = [(name, value) for name, value in told.items() if name[1] in RATINGS or name[1] == "solved"]
    right = sum(kept.get(name) == value for name, value in ratings)
    return {"people": len(said), "answers": len(ratings), "kept_as_said": right}


def clocks(office: Office, rows: Sequence[int]) -> Clocks:
    """Whether problems were rung about and mended by when the rules say, of those that were."""
    kept: Counter[str] = Counter()
    for row in rows:
        entry = office.ledger.entry(row)
        if entry is None or entry.kind != "problem":
            continue
        moves: dict[str, datetime] = {}
        for line, _ in office.ledger.history(row):
            moves.setdefault(line.move, line.at)
        for move, by in (("call", entry.call_by), ("rectify", entry.due)):
            if move in moves and by is not None:
                kept[move] += 1
                kept[f"{move} in time"] += moves[move] <= by
    return Clocks(kept["call in time"], kept["call"], kept["rectify in time"], kept["rectify"])
