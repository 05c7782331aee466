"""Values as callers say them, drawn by dice: times, telephone numbers, groups, spelled names, whole stories.

Every function takes the town, the split and dice, and returns `(words, what is to be understood)`. The words of
`tune` and `test` differ wherever a value can be said in several ways.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from hotline.domain.catalogue import Town
from hotline.domain.wishes import Wish
from ivr.evaluation.questions import NOW, free_times
from ivr.numerals import numeral
from ivr.understanding import lexicon
from ivr.understanding.danger import danger
from ivr.understanding.sounds import Heard

Value = tuple[str, Mapping[str, Any]]
MANY = 60
"""Values drawn for a row of the table whose values are drawn."""
_WEEKDAYS = "一二三四五六天"
_PARTS = {"tune": ("上午", "下午", "晚上"), "test": ("早上", "下午", "夜里")}
_WEEK = {"tune": ("礼拜", "这个礼拜"), "test": ("星期", "周", "这个星期")}
_NEXT_WEEK = {"tune": "下个礼拜", "test": "下个星期"}
_PREFIXES = ("138", "139", "150", "187", "135", "158")
_CLASSIC = "零一二三四五六七八九"
_RADIO = "洞幺二三四五六七八九"
_SPELLED = {
    "tune": {"陈": "耳东陈", "李": "木子李", "杨": "木易杨"},
    "test": {"张": "弓长张", "章": "立早章", "吴": "口天吴", "胡": "古月胡", "徐": "双人徐"},
}


@dataclass(frozen=True)
class Source:
    """What values are made from."""

    town: Town
    split: str
    dice: random.Random

    @property
    def ways(self) -> str:
        """Whose ways of speaking: those of the test are its own."""
        return "test" if self.split == "test" else "tune"


def times(source: Source) -> list[Value]:
    """Free moments of the next two weeks, named to the half hour."""
    moments = source.dice.sample([_parsed(one.value) for one in free_times()], MANY)
    return [(f"{_day(at.date(), source)}{clock(at.time(), source)}", {"value": _written(at)}) for at in moments]


def mended_times(source: Source) -> list[Value]:
    """One moment taken back and another put in its place: 星期六，不对，星期天上午十点."""
    marks = {"tune": "，不对，", "test": "，讲错了，"}[source.ways]
    offered = [_parsed(one.value) for one in free_times()]
    found: list[Value] = []
    for at in source.dice.sample(offered, MANY):
        wrong = source.dice.choice([one for one in offered if one.date() != at.date()])
        words = f"{_day(wrong.date(), source)}{marks}{_day(at.date(), source)}{clock(at.time(), source)}"
        found.append((words, {"value": _written(at)}))
    return found


def days(source: Source) -> list[Value]:
    """A day, or a part of one, as far as people say it at first."""
    found: list[Value] = []
    for ahead in source.dice.sample(range(1, 14), 12):
        day = (NOW + timedelta(days=ahead)).date()
        evening = day.weekday() < 5
        part = _PARTS[source.ways][2] if evening else source.dice.choice(_PARTS[source.ways][:2])
        known = {"上午": "morning", "早上": "morning", "下午": "afternoon"}.get(part, "evening")
        found.append((_day(day, source), {"value": str(Wish(day))}))
        found.append((_day(day, source) + part, {"value": f"{day.isoformat()}/{known}"}))
    return found


def _parsed(written: str) -> datetime:
    """An exact wish, in the town's own time."""
    return datetime.fromisoformat(written)


def _written(at: datetime) -> str:
    return str(Wish(at.date(), None, at.time()))


def _day(day: date, source: Source) -> str:
    """One of the ways to name a day, by dice."""
    ahead = (day - NOW.date()).days
    ways = [f"{numeral(day.month)}月{numeral(day.day)}号"]
    if NOW.month == day.month:
        ways.append(f"{numeral(day.day)}号")
    if ahead < 7 - NOW.weekday():
        ways += [week + _WEEKDAYS[day.weekday()] for week in _WEEK[source.ways]]
    elif ahead < 14 - NOW.weekday():
        ways.append(_NEXT_WEEK[source.ways] + _WEEKDAYS[day.weekday()])
    near = {1: ("明天",), 2: ("后天",), 3: ("大后天",)}.get(ahead, ())
    return str(source.dice.choice([*ways, *near]))


def clock(at: time, source: Source) -> str:
    """上午九点, 夜里七点半, 下午三点三十分."""
    part = _PARTS[source.ways][0 if at.hour < 12 else 1 if at.hour < 18 else 2]
    hour = at.hour % 12 or 12
    said = ("两" if hour == 2 else numeral(hour)) + "点"
    if not at.minute:
        return part + said + (source.dice.choice(("", "钟")) if source.ways == "test" else "")
    return part + said + "半"


def phones(source: Source) -> list[Value]:
    """Mobile numbers in three, in two, or in unequal breaths, with 幺 for one and at times 洞 for nought."""
    return [_phone(source) for _ in range(MANY)]


def _phone(source: Source) -> Value:
    digits = _mobile(source.dice)
    cut = source.dice.choice(((3, 7), (3, 6, 9), (4, 7), (5,), ()))
    names = source.dice.choice((_CLASSIC, _CLASSIC.replace("一", "幺"), _RADIO))
    return _grouped(digits, cut, names), {"value": digits}


def mended_phones(source: Source) -> list[Value]:
    """The last group said wrongly, taken back, and said again."""
    mark = {"tune": "，不对，", "test": "，错了，"}[source.ways]
    found: list[Value] = []
    for _ in range(MANY):
        digits = _mobile(source.dice)
        wrong = "".join(source.dice.sample("0123456789", 4))
        names = _CLASSIC.replace("一", "幺")
        words = _grouped(digits[:7] + wrong, (3, 7), names) + mark + _grouped(digits[7:], (), names)
        found.append((words, {"value": digits}))
    return found


def _mobile(dice: random.Random) -> str:
    return dice.choice(_PREFIXES) + "".join(dice.choice("0123456789") for _ in range(8))


def _grouped(digits: str, cut: tuple[int, ...], names: str) -> str:
    ends = (0, *cut, len(digits))
    parts = [digits[start:end] for start, end in pairwise(ends)]
    return "，".join("".join(names[int(digit)] for digit in part) for part in parts)


def groups(source: Source) -> list[Value]:
    """The groups of a village: 三组, and 第三组 in tuning."""
    form = {"tune": "第{}组", "test": "{}组"}[source.ways]
    return [(form.format(numeral(number)), {"group": str(number)}) for number in range(1, 11)]


def villages_with_group(source: Source) -> list[Value]:
    return [
        (f"{village.name}{numeral(group)}组", {"value": village.id})
        for village in source.town.villages.values()
        for group in source.dice.sample(range(1, village.groups + 1), 3)
    ]


def _given_names() -> list[str]:
    """The commonest ones: which characters another is written with cannot be heard."""
    rows = (row for row in lexicon.rows("given_names.tsv") if row["class"] == "3")
    return [name for row in rows for name in lexicon.words(row["names"])]


def spelled_names(source: Source) -> list[Value]:
    """A name with its surname explained: 张秀兰，弓长张."""
    given = _given_names()
    found: list[Value] = []
    for _ in range(MANY):
        surname, spelled = source.dice.choice(sorted(_SPELLED[source.ways].items()))
        name = surname + source.dice.choice(given)
        words = source.dice.choice((f"{name}，{spelled}", f"我姓{surname}，{spelled}，{name}"))
        found.append((words, {"value": name}))
    return found


def complaints(source: Source) -> list[Value]:
    """What the town's own list of topics has callers say; dangers go to a person before any topic is asked."""
    return [
        (example.replace(", ", "，"), {"topic": topic.id})
        for topic in source.town.topics.values()
        if topic.id.startswith("G")
        for example in topic.examples
        if not danger(Heard.typed(example), None, telling=True)
    ]


def told_in(source: Source) -> list[Value]:
    """A village and a group in front of such a story: 石桥村三组的."""
    return [
        (f"{words}的", {"village": value["value"], "group": _group_of(words)})
        for words, value in villages_with_group(source)
    ]


def _group_of(words: str) -> str:
    said = words.rpartition("村")[2].removesuffix("组")
    return str(next(number for number in range(1, 21) if numeral(number) == said))


def names_told(source: Source) -> list[Value]:
    """Names that are put right at a read-back; those of the test are its own."""
    given = _given_names()
    surnames = {"tune": "陈李杨刘赵", "test": "张吴胡周黄"}[source.ways]
    names = [source.dice.choice(surnames) + source.dice.choice(given) for _ in range(MANY)]
    return [(name, {"name": name}) for name in names]


def villages_told(source: Source) -> list[Value]:
    """The same for villages."""
    return [(village.name, {"village": village.id}) for village in source.town.villages.values()]


def times_told(source: Source) -> list[Value]:
    """The same for moments."""
    return [(words, {"when": value["value"]}) for words, value in times(source)]


DRAWN: Mapping[str, Callable[[Source], list[Value]]] = {
    "times": times,
    "mended_times": mended_times,
    "days": days,
    "phones": phones,
    "mended_phones": mended_phones,
    "groups": groups,
    "villages_with_group": villages_with_group,
    "spelled_names": spelled_names,
    "complaints": complaints,
    "told_in": told_in,
    "names_told": names_told,
    "villages_told": villages_told,
    "times_told": times_told,
}
"""By the name they have in the table, behind an @."""
