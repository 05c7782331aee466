"""From what was said about time to a wish: against today's date, and against the times that can be had."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hotline.domain.errors import Refused
from hotline.domain.wishes import DayPart, Wish
from ivr.dialogue.steps import Option
from ivr.understanding import times
from ivr.understanding.candidates import Candidate, best_of_each
from ivr.understanding.sounds import Heard
from ivr.understanding.times import Chain

_OFFERED_BONUS = 0.4
"""A time that can be had is likelier to be meant than one that cannot."""
_COST_IF_SHORT, _COST_IF_LONG = 0.1, 0.17
"""Cost per syllable up to which a time that was not asked for is believed to have been said."""
_ODD_MINUTES_COST = 0.5
"""Nobody makes an appointment for a quarter past; 九点可以 sounds like it."""
_ODD_HOUR_COST, _DAY_BEGINS, _DAY_ENDS = 1.0, time(7), time(21, 30)
_FAR_DAYS, _FAR_COST = 45, 1.5
"""Nobody books two months ahead; what sounds like it was probably something else."""
_PARTS = (DayPart.MORNING, DayPart.AFTERNOON, DayPart.EVENING)
_OR = ("或者", "还是", "或者是", "或")
_LATER = {DayPart.NOON: 4, DayPart.AFTERNOON: 12, DayPart.EVENING: 12}
"""Hours below this, named with this part of the day, mean the second half of the clock."""
_SECOND_HALF_UNTIL = 7
"""三点 without more is three in the afternoon, 七点 seven in the evening, 八点 eight in the morning."""


def wishes(heard: Heard, now: datetime, options: Sequence[Option] = (), *, answer: bool) -> list[Candidate]:
    """Candidates for a WHEN slot, best first; values are written wishes."""
    offered = [wish for wish in map(_parsed, options) if wish is not None]
    found: list[Candidate] = []
    no_days: list[Chain] = []
    for chain in times.chains(heard, _limits(heard, answer=answer)):
        if any(chain.inside(other) for other in no_days):
            continue  # the thirtieth of February is not the thirtieth
        if not answer and chain.cost > (_COST_IF_LONG if len(chain.text) > 4 else _COST_IF_SHORT):
            continue
        meant = _meant(chain, now, offered)
        if not meant:
            no_days.append(chain)
        for wish in meant:
            bonus = _OFFERED_BONUS if heard.spoken and _can_be_had(wish, offered) else 0.0
            bonus -= _ODD_HOUR_COST if wish.at and not _DAY_BEGINS <= wish.at < _DAY_ENDS else 0.0
            bonus -= _ODD_MINUTES_COST if heard.spoken and wish.at and wish.at.minute not in (0, 30) else 0.0
            bonus -= _FAR_COST if wish.day and (wish.day - now.date()).days > _FAR_DAYS else 0.0
            found.append(_candidate(chain, wish, chain.worth + bonus))
    limits = times.TYPED if not heard.spoken else times.ANY_TIME
    found += _instead(found, heard)
    found += times.any_time(heard, limits)
    return best_of_each(found)


def _instead(found: Sequence[Candidate], heard: Heard) -> list[Candidate]:
    """The second of two times between which the caller has not chosen: 礼拜六九点或者十点."""
    second = []
    for one in found:
        for other in found:
            between = heard.readings[one.reading].text[one.end : other.start]
            if one.reading == other.reading and between in _OR:
                wish = Wish.parse(str(one.value)).refined_by(Wish.parse(str(other.value)))
                second.append(replace(other, value=str(wish), worth=one.worth))
    return second


def _limits(heard: Heard, *, answer: bool) -> Sequence[float]:
    if not heard.spoken:
        return times.TYPED
    return times.AS_THE_ANSWER if answer else times.IN_A_SENTENCE


def common(written: Sequence[str]) -> str:
    """What several wishes agree on, written; empty if nothing: 礼拜六上午 of its nine and ten o'clock."""
    wishes_ = [Wish.parse(text) for text in written if text != "any"]
    if not wishes_:
        return ""
    days, clocks = {wish.day for wish in wishes_}, {wish.at for wish in wishes_}
    parts = {wish.part or _part_of(wish.at) for wish in wishes_}
    agreed = Wish(days.pop() if len(days) == 1 else None, parts.pop() if len(parts) == 1 else None)
    if len(clocks) == 1 and (at := clocks.pop()):
        agreed = Wish(agreed.day, None, at)
    return "" if agreed == Wish() else str(agreed)


def _part_of(at: time | None) -> DayPart | None:
    return next((part for part in _PARTS if at is not None and part.holds(at)), None)


def _candidate(chain: Chain, wish: Wish, worth: float) -> Candidate:
    return Candidate(str(wish), chain.text, worth, chain.reading, chain.start, chain.end, chain.cost)


def _parsed(option: Option) -> Wish | None:
    try:
        return Wish.parse(option.value)
    except Refused:
        return None


def _can_be_had(wish: Wish, offered: Iterable[Wish]) -> bool:
    return any(one.exact is not None and wish.admits(one.exact) for one in offered)


def _meant(chain: Chain, now: datetime, offered: Sequence[Wish]) -> list[Wish]:
    """What a chain may mean: one wish as a rule, two for a weekend or an hour that comes twice a day."""
    if chain.of("past"):
        return []
    part = _part(chain)
    found = []
    for day in _days(chain, now.date()):
        clock = chain.of("clock")
        if not clock:
            found.append(Wish(day, part))
            continue
        hour, minute = (int(number) for number in clock.split(":"))
        found += [Wish(day, None, at) for at in _hours(time(hour % 24, minute), part, (day, offered))]
    return found


def _part(chain: Chain) -> DayPart | None:
    named = chain.of("part") or chain.of("both").partition("/")[2]
    return DayPart(named) if named else None


def _hours(at: time, part: DayPart | None, choice: tuple[date | None, Sequence[Wish]]) -> list[time]:
    """The clock times that an hour may stand for."""
    if at.hour > 12 or at.hour == 0:
        return [at]
    if part is not None:
        later = at.hour < _LATER.get(part, 0)
        return [at.replace(hour=at.hour + 12)] if later else [at]
    both = [at] if at.hour == 12 else [at, at.replace(hour=at.hour + 12)]
    day, offered = choice
    free = [one for one in both if _can_be_had(Wish(day, None, one), offered)]
    if free:
        return free
    return [both[-1] if at.hour <= _SECOND_HALF_UNTIL else at]


def _days(chain: Chain, today: date) -> list[date | None]:
    """The days a chain may mean; [None] if it names none, [] if it names one that does not exist."""
    if date_of_month := chain.of("date", "bare"):
        day = _date(chain.of("month"), int(date_of_month), today)
        return [] if day is None else [day]
    if any(piece.kind == "end" for piece in chain.pieces):
        first = _month(chain.of("end") or chain.of("month"), today)
        return [first.replace(day=monthrange(first.year, first.month)[1])]
    if week := chain.of("week"):
        return [_weekday(week, today)]
    if weekend := next((piece for piece in chain.pieces if piece.kind == "weekend"), None):
        return [_weekday(f"{weekend.value}:{day}", today) for day in (5, 6)]
    if ahead := (chain.of("day") or chain.of("both").partition("/")[0]):
        return [today + timedelta(days=int(ahead))]
    return [None]


def _weekday(said: str, today: date) -> date:
    """礼拜六 is the next one after today; 下礼拜六 that of the next week, weeks beginning on Monday.

    这个礼拜六 may be today; one that is over already means the next.
    """
    week, _, number = said.partition(":")
    monday = today - timedelta(days=today.weekday())
    wanted = monday + timedelta(days=int(number))
    if week in ("1", "2"):
        return wanted + timedelta(weeks=int(week))
    over = wanted < today or (wanted == today and week == "")
    return wanted + timedelta(weeks=1) if over else wanted


def _month(said: str, today: date) -> date:
    """The first day of the month that is meant."""
    first = today.replace(day=1)
    if said in ("", "+0"):
        return first
    if said == "+1":
        return (first + timedelta(days=32)).replace(day=1)
    month = int(said)
    return date(today.year + (month < today.month), month, 1)


def _date(month: str, day: int, today: date) -> date | None:
    """二十五号: the next one from today on; None for a day the month does not have."""
    first = _month(month, today)
    for _ in range(13):
        if day <= monthrange(first.year, first.month)[1]:
            found = first.replace(day=day)
            if month or found >= today:
                return _next_year_if_over(found, today) if month not in ("", "+0", "+1") else found
        elif month:
            return None
        first = (first + timedelta(days=32)).replace(day=1)
    return None


def _next_year_if_over(found: date, today: date) -> date | None:
    if found >= today:
        return found
    last = monthrange(found.year + 1, found.month)[1]
    return found.replace(year=found.year + 1) if found.day <= last else None
