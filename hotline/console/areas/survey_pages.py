"""What the pages of the weekly callback show: how far it has got, why each is in or out, what people said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from hotline.console.times import of_any_year, to_minute, week_named
from hotline.domain.catalogue import Town
from hotline.domain.intervals import answers_needed
from hotline.domain.residents import masked_number
from hotline.domain.surveys.campaign import PERSON_STATES, QUESTIONS, SurveyRules
from hotline.masking import Mask
from hotline.report_data import names_here
from hotline.reports.figures import Names
from hotline.store.names import names_of
from hotline.store.tables import CallOutRow, SurveyAnswerRow, SurveyFrameRow, SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Office
from hotline.survey_views import person_view, survey_view
from hotline.views import View

PAGE = 50
DRAWN, CANDIDATE = "drawn", "candidate"


@dataclass(frozen=True)
class Campaign:
    """A week's callback, and how far it has got."""

    view: View
    made_at: str
    over: int
    calls: tuple[tuple[str, str], ...]
    """Under way now: number masked, state of the attempt."""

    @property
    def week(self) -> str:
        return week_named(self.view["week"])

    @property
    def percent(self) -> int:
        return round(100 * self.over / self.view["drawn"]) if self.view["drawn"] else 0


@dataclass(frozen=True)
class Stratum:
    """Those one clerk served: how many there were, how many telephones were drawn of them."""

    clerk: str
    of: int
    share: float
    drawn: int


@dataclass(frozen=True)
class Chance:
    """Somebody served that week, and why they were drawn or not."""

    matter: str
    number: str
    service: str
    place: str
    clerk: str
    day: str
    why: str
    chance: float
    weight: float


@dataclass(frozen=True)
class Draw:
    """A draw explained."""

    needed: int | None
    """Answers for the wanted interval; None where the number of telephones was named."""
    half_width: float
    expected: float
    response: float
    reasons: tuple[tuple[str, int], ...]
    strata: tuple[Stratum, ...]
    everybody: tuple[Chance, ...]
    more: bool


@dataclass(frozen=True)
class Told:
    """One answer of one person."""

    key: str
    level: int | None
    yes: bool | None
    text: str
    words: str
    medium: str
    at: str


@dataclass(frozen=True)
class Person:
    """Somebody drawn."""

    view: View
    service: str
    place: str
    clerk: str
    day: str
    due: str
    answers: tuple[Told, ...] = ()


def campaigns(office: Office) -> tuple[Campaign, ...]:
    """Every week's, the newest first."""
    return tuple(campaign(office, row) for row in office.surveys.all())


def campaign(office: Office, row: SurveyRow) -> Campaign:
    view, person, call = survey_view(office, row), SurveyPersonRow, CallOutRow
    query = select(person.number, call.state).join(call, call.id == person.call)
    under_way = office.session.execute(query.where(person.survey == row.id, person.state == "calling"))
    calls = tuple((masked_number(number), state) for number, state in under_way)
    return Campaign(view, to_minute(row.made_at), view["people"]["done"], calls)


def draw(office: Office, town: Town, row: SurveyRow, *, why: str, page: int) -> Draw:
    """The draw of a campaign as it is on record; `why` keeps those drawn, not drawn, or out for one reason."""
    plan = row.plan
    by_size = bool(plan.get("by_size"))
    half_width, expected = float(plan.get("half_width", 0.1)), float(plan.get("expected", 0.9))
    candidates = int(plan.get("candidates", 0))
    everybody = _everybody(office, town, row, why)
    return Draw(
        needed=None if by_size else answers_needed(half_width, candidates, expected),
        half_width=half_width,
        expected=expected,
        response=SurveyRules().response,
        reasons=_reasons(office, row),
        strata=_strata(office, town, row),
        everybody=everybody[page * PAGE : (page + 1) * PAGE],
        more=len(everybody) > (page + 1) * PAGE,
    )


def people(office: Office, town: Town, survey: int, *, state: str, page: int) -> tuple[tuple[Person, ...], bool]:
    """A page of those drawn, in the order of the draw, and whether there are more."""
    row = SurveyPersonRow
    query = select(row).where(row.survey == survey, *([row.state == state] if state in PERSON_STATES else []))
    query = query.order_by(row.place_in_draw, row.id).offset(page * PAGE).limit(PAGE + 1)
    found = office.session.scalars(query).all()
    names = names_here(office, town)
    return tuple(_person(names, one) for one in found[:PAGE]), len(found) > PAGE


def person(office: Office, town: Town, row: SurveyPersonRow) -> Person:
    """One of them with every answer, in the order of the questions."""
    mask = Mask.over(None, names_of(office, [row.number]).get(row.number, ()))
    said = office.session.scalars(select(SurveyAnswerRow).where(SurveyAnswerRow.person == row.id)).all()
    ordered = sorted(said, key=lambda one: QUESTIONS.index(one.key) if one.key in QUESTIONS else len(QUESTIONS))
    return _person(names_here(office, town), row, tuple(_told(one, mask) for one in ordered))


def attempts(office: Office, person: int) -> tuple[tuple[str, str], ...]:
    """When they were rung, and how it went."""
    call = CallOutRow
    query = select(call).where(call.about == f"survey:{person}").order_by(call.id)
    found = office.session.scalars(query)
    return tuple((to_minute(one.asked_at or one.due_at), one.disposition or one.state) for one in found)


def _person(names: Names, row: SurveyPersonRow, answers: tuple[Told, ...] = ()) -> Person:
    due = to_minute(row.due_at) if row.due_at else ""
    place = names.place(row.place) if row.place else ""
    return Person(
        person_view(row), names.of("service", row.service), place, names.of("clerk", row.clerk),
        of_any_year(row.day), due, answers,
    )  # fmt: skip


def _told(row: SurveyAnswerRow, mask: Mask) -> Told:
    words = (mask.words(row.text), mask.words(row.words))
    return Told(row.key, row.level, row.yes, *words, row.medium, to_minute(row.at))


def _reasons(office: Office, row: SurveyRow) -> tuple[tuple[str, int], ...]:
    """How many are in, how many are out for what."""
    frame = SurveyFrameRow
    query = select(frame.out, func.count()).where(frame.survey == row.id).group_by(frame.out)
    counted = {str(out): int(count) for out, count in office.session.execute(query)}
    candidates = counted.pop("", 0)
    person = SurveyPersonRow
    drawn = office.session.scalar(select(func.count()).where(person.survey == row.id)) or 0
    told = [(DRAWN, drawn), (CANDIDATE, candidates - drawn), *sorted(counted.items(), key=lambda one: -one[1])]
    return tuple((name, count) for name, count in told if count > 0)


def _strata(office: Office, town: Town, row: SurveyRow) -> tuple[Stratum, ...]:
    names, frame, person = names_here(office, town), SurveyFrameRow, SurveyPersonRow
    query = select(frame.stratum, func.count()).where(frame.survey == row.id, frame.out == "")
    of = {str(name): int(count) for name, count in office.session.execute(query.group_by(frame.stratum))}
    taken = Counter(office.session.scalars(select(person.stratum).where(person.survey == row.id)))
    shares = dict(row.plan.get("shares", {}))
    return tuple(
        Stratum(names.of("clerk", name), of[name], float(shares.get(name, 0)), taken[name]) for name in sorted(of)
    )


def _everybody(office: Office, town: Town, row: SurveyRow, why: str) -> tuple[Chance, ...]:
    weights = {one.matter: one.weight for one in office.surveys.people(row.id)}
    names = names_here(office, town)
    found = []
    for one in office.surveys.frame(row.id):
        stands = one.out or (DRAWN if one.matter in weights else CANDIDATE)
        if why and why != stands:
            continue
        number = masked_number(one.number) if one.number else ""
        place = names.place(one.place) if one.place else ""
        service, clerk = names.of("service", one.service), names.of("clerk", one.clerk)
        weight = weights.get(one.matter, 0.0)
        found.append(
            Chance(one.matter, number, service, place, clerk, of_any_year(one.day), stands, one.chance, weight)
        )
    return tuple(found)
