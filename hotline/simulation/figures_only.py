"""Many weeks without the office: answers planted straight into the real draw, the real figures and the real watch.

No conversation, no call, no database: what is tried here is the arithmetic, over more weeks than a town can be
played through. Whatever it prints says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from hotline.domain.surveys.campaign import SurveyRules
from hotline.domain.surveys.draw import Drawn, draw, rank_by
from hotline.domain.surveys.figures import LEVELS, Answer, Dimension
from hotline.domain.surveys.frame import REST_WEEKS, Asked, Frame, Served, frame_of
from hotline.domain.surveys.size import size_of
from hotline.simulation.findings import Week
from hotline.simulation.plan import Plan
from hotline.simulation.planted import Truth

RESPONSE = 0.75
"""How many of those drawn rate: what the played town gives, nobody the likelier for being content or not."""
_SHARED, _PLACES, _SERVICES = 0.04, 3, 3


def clerks_of(plan: Plan) -> list[str]:
    return [f"clerk-{n + 1}" for n in range(plan.clerks)]


def weeks(plan: Plan, truth: Truth, tick: Callable[[], None] = lambda: None) -> list[Week]:
    """So many weeks of a town of this size."""
    asked: list[Asked] = []
    found = []
    for number in range(plan.weeks):
        monday = (plan.begins + timedelta(weeks=number)).date()
        frame = _frame(plan, number, monday, asked)
        size = plan.drawn or size_of(SurveyRules(), Counter(one.clerk for one in frame.candidates)).telephones
        drawn = draw(frame, size, f"{plan.seed}-{number}").drawn
        asked = [one for one in asked if one.day > monday - timedelta(weeks=REST_WEEKS)]
        asked += [Asked(one.served.number, monday + timedelta(days=7)) for one in drawn]
        found.append(_week(plan, truth, (number, frame), drawn))
        tick()
    return found


def _frame(plan: Plan, number: int, monday: date, asked: list[Asked]) -> Frame:
    dice = plan.dice("served", number)
    clerks = clerks_of(plan)
    size = round(plan.residents * (plan.booked + plan.walked_in + plan.complaining))
    people = dice.sample(range(plan.residents), min(size, plan.residents))
    loads = [1 + n % 3 for n in range(len(clerks))]
    served = [
        Served(
            f"walk-in:{one}",
            f"138{one - (dice.random() < _SHARED):08}",
            str(dice.randrange(_SERVICES)),
            str(dice.randrange(_PLACES)),
            dice.choices(clerks, loads)[0],
            monday + timedelta(days=dice.randrange(5)),
        )
        for one in people
    ]
    rank = rank_by(f"{plan.seed}-{number}")
    return frame_of(served, asked=asked, against=lambda _one: None, rank=rank, monday=monday + timedelta(days=7))


def _week(plan: Plan, truth: Truth, of: tuple[int, Frame], drawn: tuple[Drawn, ...]) -> Week:
    number, frame = of
    name = plan.week(number)
    answers, people = [], []
    for one in drawn:
        dice = plan.dice("answer", number, one.served.id)
        if dice.random() >= RESPONSE:
            continue
        experience = truth.experience(one.served.clerk, dice)
        people.append((one.served.clerk, experience.bad))
        answers += [_answer(one, dimension, experience.levels[dimension], name) for dimension in Dimension]
    matters: Counter[str] = Counter()
    for candidate in frame.candidates:
        matters[candidate.clerk] += frame.matters[candidate.id]
    return Week(name, matters, answers, people)


def _answer(one: Drawn, dimension: Dimension, level: int, week: str) -> Answer:
    served = one.served
    place = (served.service, served.place, served.clerk)
    return Answer(dimension, LEVELS[5 - level], one.weight, *place, week, "voice")


def first_frame(plan: Plan) -> Frame:
    """Out of whom the first week is drawn."""
    return _frame(plan, 0, plan.begins.date(), [])
