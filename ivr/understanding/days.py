"""From the pieces of a chain to days: 礼拜六, 腊月二十, 端午前一天, 赶场那天, 这几天 from today."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.domain.lunar import LAST, next_festival, next_lunar, today_of
from hotline.domain.market import NO_MARKET, Market
from ivr.understanding.times import Chain

Span = tuple[date, date | None]
"""A day, or the first and last of several."""
_FAR_DAYS = 180
"""A date so far ahead has just been: perhaps the moon's was meant."""
_CLEAR = 0.1
"""Cost per syllable up to which a date was heard as it was said."""
_SATURDAY, _SUNDAY = 5, 6


@dataclass(frozen=True)
class Calendar:
    """What days are counted from."""

    today: date
    market: Market = NO_MARKET


def spans(chain: Chain, calendar: Calendar) -> list[Span | None]:
    """The days a chain may mean; [None] if it names none, [] if it names one that does not exist."""
    first, last = chain.sides
    starts = _side(first, calendar)
    if last is None or not any(_side(last, calendar)) or not any(starts):
        return starts
    ends = _side(_same_month(first, last), calendar)
    if not ends or not starts or starts[0] is None or ends[0] is None:
        return []
    start, end = starts[0][0], ends[0][1] or ends[0][0]
    if end <= start and last.has("week"):  # said on a Wednesday, 礼拜三到礼拜五 begins next week
        end += timedelta(weeks=1)
    return [(start, end)] if start < end else []


def _same_month(first: Chain, last: Chain) -> Chain:
    """二十八 of 十一月二十五到二十八: the month is said once."""
    said = tuple(piece for piece in first.pieces if piece.kind in ("month", "calendar"))
    return last if last.has("month") else Chain((*said, *last.pieces), last.worth)


def _side(chain: Chain, calendar: Calendar) -> list[Span | None]:
    shift = timedelta(days=int(chain.of("shift") or 0))
    today = calendar.today
    if said := chain.of("date", "bare"):
        days = _of_that_weekday(_dates(chain, said, calendar), chain, today)
        return [(day + shift, None) for day in days if not shift or day + shift >= today]
    if chain.has("end"):
        return [(_end(chain, today), None)]
    if third := chain.of("part_of_month"):
        return _third(_month(chain.of("month"), today), int(third), today)
    if week := chain.of("week"):
        return [_week(week, today)]
    if weekend := next((piece for piece in chain.pieces if piece.kind == "weekend"), None):
        return [(_weekday(f"{weekend.value}:{day}", today), None) for day in (_SATURDAY, _SUNDAY)]
    if ahead_of := chain.of("days"):
        first, _, last = ahead_of.partition("..")
        return [(today + timedelta(days=int(first)), today + timedelta(days=int(last)))]
    if ahead := (chain.of("day") or chain.of("both").partition("/")[0]):
        return [(today + timedelta(days=int(ahead)), None)]
    return [None]


def _dates(chain: Chain, said: str, calendar: Calendar) -> list[date]:
    """The day that is meant; two where 十月十八 without 号 may be one of the moon."""
    month, today = chain.of("month"), calendar.today
    found: list[date | None]
    if said == "market":
        found = [calendar.market.next_from(today)]
    elif said.startswith("F:"):
        found = [next_festival(said[2:], today)]
    elif chain.has("calendar") or said.startswith("L") or month.startswith("L"):
        found = [next_lunar(_moon(month, today), int(said.removeprefix("L")), today)]
    else:
        found = [_common_date(month, int(said), today)]
        clear = month.isdecimal() and chain.has("bare") and chain.cost <= _CLEAR
        if clear and found[0] and (found[0] - today).days > _FAR_DAYS:
            found.append(next_lunar(int(month), int(said), today))
    return [day for day in found if day is not None]


def _of_that_weekday(days: list[date], chain: Chain, today: date) -> list[date]:
    """Without days that contradict a week or weekday that was said with them, where either was only heard so.

    是，是下个礼拜六 sounds like 十日下个礼拜六, and the tenth is no Saturday, or not that one.
    """
    said = chain.of("week")
    if not chain.cost or not said:
        return days
    first, last = _week(said, today)
    any_week = said.startswith(":")
    return [
        day for day in days if first <= day <= (last or first) or (any_week and day.weekday() == first.weekday())
    ]


def _moon(month: str, today: date) -> int:
    if month in ("", "+0", "+1"):
        ahead = today_of(today)[0] + int(month or 0)
        return 0 if not month else (abs(ahead) - 1) % 12 + 1
    return int(month.removeprefix("L"))


def _end(chain: Chain, today: date) -> date:
    month = chain.of("end") or chain.of("month")
    if month.startswith("L") and (day := next_lunar(int(month[1:]), LAST, today)):
        return day
    first = _month(month, today)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _third(first: date, begins: int, today: date) -> list[Span | None]:
    """上旬, 中旬, 下旬 as far as they are not over."""
    ends = begins + 9 if begins < 21 else monthrange(first.year, first.month)[1]
    last = first.replace(day=ends)
    if last < today:
        first = (first + timedelta(days=32)).replace(day=1)
        last = first.replace(day=min(ends, monthrange(first.year, first.month)[1]))
    return [(max(today, first.replace(day=begins)), last)]


def _week(said: str, today: date) -> Span:
    week, _, number = said.partition(":")
    if number:
        return _weekday(said, today), None
    monday = _weekday(f"{week}:0", today) if week != "0" else today - timedelta(days=today.weekday())
    return max(today, monday), monday + timedelta(days=6)


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
    month = int(said.removeprefix("L"))
    return date(today.year + (month < today.month), month, 1)


def _common_date(month: str, day: int, today: date) -> date | None:
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
