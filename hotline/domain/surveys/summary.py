"""What a stretch of weeks says: satisfaction by all it can be told by, how far it stands, what to look into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from hotline.domain.surveys.dispositions import Disposition, Rates, rates
from hotline.domain.surveys.figures import BAD, LEVELS, Answer, Dimension, Figure, medium_effect, satisfied
from hotline.domain.surveys.watch import Watch, limits

KEYS: Mapping[str, Callable[[Answer], str]] = {
    "service": lambda a: a.service,
    "place": lambda a: a.place,
    "clerk": lambda a: a.clerk,
    "week": lambda a: a.week,
    "medium": lambda a: a.medium,
}
"""What figures may be told by, besides the dimension."""
TREND_WEEKS = 12


@dataclass(frozen=True)
class Asked:
    """One person drawn: what became of them, what they said."""

    id: int
    survey: int
    week: str
    day: date
    service: str
    place: str
    clerk: str
    weight: float
    medium: str
    disposition: str
    """AAPOR's code; empty where nobody has tried yet."""
    levels: Mapping[str, int]
    """By dimension, 5 to 1."""
    solved: bool | None = None
    told_at: datetime | None = None

    @property
    def worst(self) -> int | None:
        """What they were least satisfied with; a person counts once, whatever they rated."""
        return min(self.levels.values(), default=None)

    @property
    def is_bad(self) -> bool:
        return self.worst is not None and LEVELS[5 - self.worst] in BAD


@dataclass(frozen=True)
class Point:
    """One week against the long run."""

    week: str
    figure: Figure
    limits: tuple[float, float] | None
    """Within which a week lies by chance alone (p-chart, three standard errors on the effective number)."""
    signal: str = ""
    """below or above; empty where it is chance."""


@dataclass(frozen=True)
class Question:
    """A clerk whose answers are worse than chance: something to look into, no verdict."""

    clerk: str
    sum: float
    limit: float
    answers: int
    bad: int
    raised: bool


@dataclass(frozen=True)
class Summary:
    first: date
    last: date
    people: tuple[Asked, ...]
    """Those whose matter was done in these days."""
    rates: Rates
    overall: Figure
    by_dimension: dict[str, Figure]
    groups: dict[str, dict[str, Figure]]
    solved: Figure
    medium_gap: tuple[float, tuple[float, float]] | None
    trend: tuple[Point, ...]
    questions: tuple[Question, ...]

    @property
    def surveys(self) -> tuple[int, ...]:
        return tuple(sorted({one.survey for one in self.people}))

    @property
    def answered(self) -> tuple[Asked, ...]:
        return tuple(one for one in self.people if one.levels)


def summarise(people: Iterable[Asked], first: date, last: date) -> Summary:
    """The figures of the days from `first` to `last`; earlier people make the trend and the watch."""
    known = sorted(people, key=lambda one: (one.week, one.id))
    now = tuple(one for one in known if first <= one.day <= last)
    whole = [_answer(one, one.worst) for one in now if one.worst is not None]
    return Summary(
        first=first,
        last=last,
        people=now,
        rates=rates(disposition_of(one) for one in now),
        overall=satisfied(whole),
        by_dimension={str(d): satisfied(_rated(now, d)) for d in Dimension},
        groups={name: guarded(grouped(whole, key)) for name, key in KEYS.items()},
        solved=satisfied([_answer(one, 5 if one.solved else 1) for one in now if one.solved is not None]),
        medium_gap=medium_effect(whole),
        trend=_trend([one for one in known if one.day <= last]),
        questions=_questions([one for one in known if one.day <= last]),
    )


def disposition_of(one: Asked) -> Disposition:
    """Who has not been tried to the end counts as not reached."""
    try:
        return Disposition(one.disposition)
    except ValueError:
        return Disposition.NOT_TRIED


def grouped(answers: Iterable[Answer], key: Callable[[Answer], str]) -> dict[str, list[Answer]]:
    groups: dict[str, list[Answer]] = {}
    for answer in answers:
        groups.setdefault(key(answer), []).append(answer)
    return dict(sorted(groups.items()))


def guarded(groups: Mapping[str, Sequence[Answer]]) -> dict[str, Figure]:
    """A figure a group; where one alone is too small to show, the next smallest is hidden with it.

    Otherwise the hidden one could be worked out from the whole.
    """
    figures = {name: satisfied(group) for name, group in groups.items()}
    hidden = [name for name, figure in figures.items() if not figure.shown]
    shown = sorted((figure.n, name) for name, figure in figures.items() if figure.shown)
    if len(hidden) == 1 and len(shown) > 1:
        name = shown[0][1]
        figures[name] = Figure(figures[name].n, None, None, 0.0)
    return figures


def _answer(one: Asked, level: int) -> Answer:
    return Answer(
        Dimension.ATTITUDE, LEVELS[5 - level], one.weight, one.service, one.place, one.clerk, one.week, one.medium
    )


def _rated(people: Iterable[Asked], dimension: Dimension) -> list[Answer]:
    rated = [(one, one.levels.get(dimension)) for one in people]
    return [replace(_answer(one, level), dimension=dimension) for one, level in rated if level is not None]


def _trend(people: Sequence[Asked]) -> tuple[Point, ...]:
    """The latest weeks against the share of all of them."""
    answers = [_answer(one, one.worst) for one in people if one.worst is not None]
    weeks = sorted({a.week for a in answers})[-TREND_WEEKS:]
    recent = [a for a in answers if a.week in weeks]
    long_run = satisfied(recent).share
    return tuple(_point(week, [a for a in recent if a.week == week], long_run) for week in weeks)


def _point(week: str, answers: Sequence[Answer], long_run: float | None) -> Point:
    figure = satisfied(answers)
    if figure.share is None or long_run is None:
        return Point(week, figure, None)
    below, above = limits(long_run, figure.effective)
    signal = "below" if figure.share < below else "above" if figure.share > above else ""
    return Point(week, figure, (below, above), signal)


def _questions(people: Sequence[Asked], watch: Watch | None = None) -> tuple[Question, ...]:
    """Each clerk's sum over the quarter, in the order the answers came."""
    seen = watch or Watch()
    told = [one for one in people if one.worst is not None and one.clerk]
    found = []
    for clerk in sorted({one.clerk for one in told}):
        own = sorted((one for one in told if one.clerk == clerk), key=lambda one: (one.week, one.id))
        total, raised = seen.run(one.is_bad for one in own)
        bad = sum(one.is_bad for one in own)
        found.append(Question(clerk, total, seen.limit, len(own), bad, raised))
    return tuple(found)
