"""From what was said about time to a wish: against today's date, and against the times that can be had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, time

from hotline.domain.errors import Refused
from hotline.domain.wishes import DayPart, Wish
from ivr.dialogue.steps import Option
from ivr.understanding import times
from ivr.understanding.answer import Setting
from ivr.understanding.candidates import Candidate, best_of_each
from ivr.understanding.days import Calendar, spans
from ivr.understanding.repairs import repaired
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
_LAST_HOUR = 23
_SPAN_COST = 0.8
"""Several days at once are said less often than the one day that sounds like them: 近几天, 礼拜天."""
_OR = ("或者", "还是", "或者是", "或")
_LATER = {DayPart.NOON: 4, DayPart.AFTERNOON: 12, DayPart.EVENING: 12}
"""Hours below this, named with this part of the day, mean the second half of the clock."""
_SECOND_HALF_UNTIL = 7
"""三点 without more is three in the afternoon, 七点 seven in the evening, 八点 eight in the morning."""


def wishes(heard: Heard, setting: Setting, options: Sequence[Option] = (), *, answer: bool) -> list[Candidate]:
    """Candidates for a WHEN slot, best first; values are written wishes."""
    calendar = Calendar(setting.now.date(), setting.market)
    offered = [wish for wish in map(_parsed, options) if wish is not None]
    found: list[Candidate] = []
    no_days: list[Chain] = []
    for chain in times.chains(heard, _limits(heard, answer=answer)):
        if any(chain.inside(other) for other in no_days):
            continue  # the thirtieth of February is not the thirtieth
        if not answer and chain.cost > (_COST_IF_LONG if len(chain.text) > 4 else _COST_IF_SHORT):
            continue
        meant = _meant(chain, calendar, offered)
        if not meant and not (chain.cost and chain.of("week") and chain.of("date", "bare")):
            no_days.append(chain)  # one that only sounds like a date and another weekday hides nothing
        for wish in meant:
            worth = chain.worth + _likely(wish, offered, calendar.today, spoken=heard.spoken)
            found.append(_candidate(chain, wish, worth))
    limits = times.TYPED if not heard.spoken else times.ANY_TIME
    found = repaired(found, heard)
    found += _instead(found, heard)
    found += times.any_time(heard, limits)
    return best_of_each(found)


def _likely(wish: Wish, offered: Sequence[Wish], today: date, *, spoken: bool) -> float:
    """Syllables' worth for and against a wish before anything was heard."""
    hour = wish.at or wish.after or wish.before
    bonus = _OFFERED_BONUS if spoken and _can_be_had(wish, offered) else 0.0
    bonus -= _SPAN_COST if spoken and wish.last_day else 0.0
    bonus -= _ODD_HOUR_COST if hour and not _DAY_BEGINS <= hour < _DAY_ENDS else 0.0
    bonus -= _ODD_MINUTES_COST if spoken and wish.at and wish.at.minute not in (0, 30) else 0.0
    return bonus - (_FAR_COST if wish.day and (wish.day - today).days > _FAR_DAYS else 0.0)


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


def _meant(chain: Chain, calendar: Calendar, offered: Sequence[Wish]) -> list[Wish]:
    """What a chain may mean: one wish as a rule, two for a weekend or an hour that comes twice a day."""
    if chain.has("past"):
        return []
    part = _part(chain)
    found: list[Wish] = []
    for span in spans(chain, calendar):
        day, last = span or (None, None)
        if not chain.has("clock"):
            found.append(Wish(day, part, None, last))
            continue
        for after, at, before in _clocks(chain, part, (day, offered)):
            found.append(Wish(day, None, at, last, after, before))
    return found


_Hours = tuple[time | None, time | None, time | None]
"""From when on, exactly when, until when: two of them empty, or the one in the middle."""


def _clocks(chain: Chain, part: DayPart | None, choice: tuple[date | None, Sequence[Wish]]) -> list[_Hours]:
    """The hours a chain may mean: 九点, 九点以后, 九点多, 三点到五点, 三四点."""
    first, last = chain.sides
    if not first.has("clock"):  # 礼拜三到礼拜五九点: days on both sides
        first, last = chain, None
    begins, _, ends = first.of("clock").partition("..")
    starts = _hours(_clock(begins), part, choice)
    if last is not None and last.has("clock"):
        until, later = _clock(last.of("clock")), _part(last) or part
        return [(at, None, _following(at, until, later)) for at in starts]
    if ends:
        return [(at, None, _following(at, _clock(ends), part)) for at in starts]
    match chain.of("limit"):
        case ">":
            return [(at, None, None) for at in starts]
        case "<":
            return [(None, None, at) for at in starts]
        case "+":
            return [(at, None, at.replace(hour=at.hour + 1, minute=0)) for at in starts if at.hour < _LAST_HOUR]
        case _:
            return [(None, at, None) for at in starts]


def _following(start: time, end: time, part: DayPart | None) -> time | None:
    """The end of a span by the clock of the same day: 三点到五点 in the afternoon is till seventeen."""
    later = _LATER.get(part, 0) if part else 0
    said = end.replace(hour=end.hour + 12) if end.hour < later and end.hour < 12 else end
    if said <= start and said.hour < 12:
        said = said.replace(hour=said.hour + 12)
    return said if said > start else None


def _clock(said: str) -> time:
    hour, minute = (int(number) for number in said.split(":"))
    return time(hour % 24, minute)


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
