"""A day and an hour heard as one, out of the days that are near and the hours that are free.

Piece by piece 十二月 is heard as 二月 and 七点半 as 七点; that only a few days and hours make sense tells which.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from functools import lru_cache

from asr_models.recogniser import Place, Row
from hotline.domain.wishes import Wish
from ivr.dialogue.steps import Option
from ivr.numerals import numeral
from ivr.understanding import lexicon, time_words

_AHEAD = 21
"""Days from today that are listened for."""
_BELIEVED = (-14.0, -28.0, -40.0, -50.0, -55.0)
"""Of a row of so many places: a word alone is found in anything."""
_NOT_FREE, _HOUR_NOT_FREE = -3.0, -2.0
"""Nats that a day or an hour costs at which there is no place."""
_USUAL_PART, _OTHER_PART, _USUAL = -0.7, -2.0, 4
"""上午, 下午 and the like, the first few of each in the list; and the rest."""
_MINUTES = {
    0: (("点", 0.0), ("点钟", -0.7), ("点整", -3.0)),
    15: (("点一刻", -2.0), ("点十五", -3.0), ("点十五分", -3.0)),
    30: (("点半", 0.0), ("点半钟", -2.0), ("点三十", -2.0), ("点三十分", -2.0)),
    45: (("点三刻", -3.0), ("点四十五", -3.0)),
}
_ALONE = -2.0
_PARTICLES = {"": 0.0, "来": -1.0, "吧": -1.0}
"""What may stand behind an hour: without it 七点吧 is 七点半."""
MENDING = ("不对", "不对不对", "错了", "讲错了", "说错了", "不是", "搞错了", "错哒")
"""What is said between a thing and what takes its place."""
_MENDED = -3.0
_FOR_ITSELF = frozenset(("any", "end", "weekend"))
_WEEKS = (("", "这", "这个"), ("下", "下个"), ("下下", "下下个"))
_WEEK_WORDS, _WEEKDAYS = ("礼拜", "星期", "周"), "一二三四五六日"


def times(today: date, offered: Sequence[Option]) -> tuple[Row, ...]:
    """Rows for a question about a time; `offered` are the places that are free, as it names them."""
    return _times(today, tuple(option.value for option in offered))


@lru_cache(maxsize=64)
def _times(today: date, offered: tuple[str, ...]) -> tuple[Row, ...]:
    day, part, hour = day_part_hour(today, offered)
    mark = tuple((word, _MENDED) for word in MENDING)
    told = ((day, part, hour), (day, hour), (day, part), ((*day, *_alone()),), (part, hour), (hour,))
    mended = ((day, mark, day, part, hour), (day, mark, day, hour))
    return tuple(Row(row, _BELIEVED[len(row) - 1]) for row in (*told, *mended))


def day_part_hour(today: date, offered: tuple[str, ...] = ()) -> tuple[Place, Place, Place]:
    """The days that are near, the parts of one, and the hours; what is free is likelier."""
    free = [at for value in offered if (at := Wish.parse(value).exact)]
    hours = _clocks(frozenset(at.time() for at in free))
    return _days(today, frozenset(at.date() for at in free)), _parts(), hours


def _alone() -> Place:
    """What is said for itself: 随便, 月底, 周末."""
    several = (*time_words.any_phrasing().phrases, *time_words.phrasing().phrases)
    said = [one.text for one in several if str(one.value).partition("@")[0] in _FOR_ITSELF]
    return tuple((word, _ALONE) for word in dict.fromkeys(said))


def _days(today: date, free: frozenset[date]) -> Place:
    found: dict[str, float] = {}
    for ahead in range(_AHEAD):
        day = today + timedelta(days=ahead)
        for name in _names_of(day, today):
            found.setdefault(name, 0.0 if day in free or not free else _NOT_FREE)
    return tuple(found.items())


def _names_of(day: date, today: date) -> Iterator[str]:
    """今天, 礼拜六, 下个星期三, 二十五号, 十一月二十五号."""
    ahead = (day - today).days
    yield from _near().get(ahead, ())
    yield f"{numeral(day.day)}号"
    yield f"{numeral(day.month)}月{numeral(day.day)}号"
    weeks = (ahead + today.weekday()) // 7
    if weeks < len(_WEEKS):
        names = "日天" if day.weekday() == len(_WEEKDAYS) - 1 else _WEEKDAYS[day.weekday()]
        yield from (f"{which}{week}{name}" for which in _WEEKS[weeks] for week in _WEEK_WORDS for name in names)


def _near() -> dict[int, tuple[str, ...]]:
    rows = [row for row in lexicon.rows("times.tsv") if row["kind"] == "day" and row["value"].isdecimal()]
    return {int(row["value"]): lexicon.words(row["phrases"]) for row in rows}


def _parts() -> Place:
    listed = [lexicon.words(row["phrases"]) for row in lexicon.rows("times.tsv") if row["kind"] == "part"]
    return tuple(
        (word, _USUAL_PART if place < _USUAL else _OTHER_PART)
        for several in listed
        for place, word in enumerate(several)
    )


def _clocks(free: frozenset[time]) -> Place:
    """Hours on a clock's face: whether three is in the afternoon the part of the day tells."""
    face = {(at.hour % 12, at.minute) for at in free}
    found = []
    for hour in range(1, 13):
        for minute, tails in _MINUTES.items():
            cost = 0.0 if not face or (hour % 12, minute) in face else _HOUR_NOT_FREE
            name = "两" if hour == 2 else numeral(hour)
            found += [
                (name + tail + end, cost + more + less) for tail, more in tails for end, less in _PARTICLES.items()
            ]
    return tuple(found)
