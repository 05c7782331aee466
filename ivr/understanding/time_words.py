"""What is said about time, as phrases: every way to name a day, a part of one or an hour, with what it stands for.

Values are `kind@value`: `day@2` in two days, `week@1:5` Saturday of next week, `week@1:` all of it, `date@25`,
`date@L8` the eighth of the moon, `date@F:端午`, `date@market`, `month@L12`, `shift@-1` the day before,
`clock@9:30`, `clock@15:00..17:00`. What days and hours they mean is for `moments` and `days`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from hotline.domain import lunar
from ivr.numerals import numeral
from ivr.understanding import lexicon
from ivr.understanding.choices import Phrasing
from ivr.understanding.lexicon import Phrase

_WEEK_WORDS = ("礼拜", "星期", "周")
_WEEKDAYS = "一二三四五六日天"
_WEEKS = {"": "", "这": "0", "这个": "0", "本": "0", "下": "1", "下个": "1", "下下": "2", "下下个": "2"}
_MOONS = {"正月": 1, "冬月": 11, "十冬月": 11, "腊月": 12, "寒月": 12}
_LUNAR = ("农历", "阴历", "老历", "旧历", "古历")
_ALSO_CALLED = {
    "春节": ("大年初一", "年初一", "过年那天", "正月初一"),
    "元宵": ("元宵节", "正月十五", "正月半"),
    "端午": ("端午节", "端阳", "端阳节"),
    "中元": ("七月半", "中元节"),
    "中秋": ("中秋节", "八月半"),
    "重阳": ("重阳节", "老人节"),
    "除夕": ("大年三十", "年三十", "三十夜", "三十晚上", "过年前一天"),
    "小年": ("过小年", "小年夜"),
    "元旦": ("元旦节", "阳历年"),
    "劳动节": ("五一", "五一节"),
    "儿童节": ("六一", "六一节"),
    "妇女节": ("三八节", "三八妇女节"),
    "建军节": ("八一", "八一节"),
    "国庆": ("国庆节", "国庆那天"),
    "清明": ("清明节",),
}
_WEEKS_AHEAD = {
    "一个礼拜": 7, "一个星期": 7, "一周": 7, "两个礼拜": 14, "两个星期": 14, "两周": 14,
    "半个月": 15, "三个礼拜": 21, "三个星期": 21, "一个月": 30,
}  # fmt: skip
_LAST_WEEK = ("上", "上个", "上上个")
_MINUTES = {
    0: ("点", "点钟", "点整"), 5: ("点五分", "点零五", "点零五分", "点过五分"), 10: ("点十分", "点过十分"),
    15: ("点一刻", "点十五", "点十五分", "点过一刻"), 20: ("点二十", "点二十分"), 25: ("点二十五", "点二十五分"),
    30: ("点半", "点半钟", "点三十", "点三十分"), 35: ("点三十五", "点三十五分"), 40: ("点四十", "点四十分"),
    45: ("点三刻", "点四十五", "点四十五分"), 50: ("点五十", "点五十分"), 55: ("点五十五", "点五十五分"),
}  # fmt: skip
_SHORT_OF = {15: ("差一刻", "差十五分"), 10: ("差十分",), 5: ("差五分",)}


@cache
def any_phrasing() -> Phrasing:
    return Phrasing(
        [
            Phrase(w, "any")
            for row in lexicon.rows("times.tsv")
            if row["kind"] == "any"
            for w in lexicon.words(row["phrases"])
        ]
    )


@cache
def phrasing() -> Phrasing:
    made = (_listed(), _weekdays(), _dates(), _old_dates(), _ahead(), _clocks(), _hour_spans())
    return Phrasing(tuple(dict.fromkeys(phrase for kind in made for phrase in kind)))


def words() -> tuple[str, ...]:
    """Every phrase about time, for a recogniser that takes a grammar."""
    return tuple(phrase.text for phrase in (*phrasing().phrases, *any_phrasing().phrases))


def _listed() -> Iterator[Phrase]:
    for row in lexicon.rows("times.tsv"):
        if row["kind"] != "any":
            yield from (Phrase(word, f"{row['kind']}@{row['value']}") for word in lexicon.words(row["phrases"]))


def _weekdays() -> Iterator[Phrase]:
    for word in _WEEK_WORDS:
        for number, name in enumerate(_WEEKDAYS):
            day = min(number, 6)
            for prefix, week in _WEEKS.items():
                yield Phrase(prefix + word + name, f"week@{week}:{day}")
            yield from (Phrase(prefix + word + name, "past@") for prefix in _LAST_WEEK)
        yield from (Phrase(prefix + word, f"week@{week}:") for prefix, week in _WEEKS.items() if prefix)
    for prefix, week in _WEEKS.items():
        yield Phrase(prefix + "周末", f"weekend@{week}")


def _dates() -> Iterator[Phrase]:
    for day in range(1, 32):
        yield from (Phrase(numeral(day) + sign, f"date@{day}") for sign in "号日")
        yield Phrase(numeral(day), f"bare@{day}")
    for month in range(1, 13):
        yield Phrase(numeral(month) + "月", f"month@{month}")
        yield Phrase(numeral(month) + "月份", f"month@{month}")
        yield Phrase(numeral(month) + "月底", f"end@{month}")
    for word in ("这个月", "本月"):
        yield Phrase(word, "month@+0")
    for word in ("下个月", "下月"):
        yield Phrase(word, "month@+1")
    for word in ("月底", "月尾", "月末"):
        yield Phrase(word, "end@")
        yield from (Phrase(next_ + word, "end@+1") for next_ in ("下", "下个"))


def _old_dates() -> Iterator[Phrase]:
    """By the farmer's calendar: 初八, 腊月, 端午; `LN` is the Nth of the moon."""
    for day in range(1, 11):
        yield from (Phrase("初" + numeral(day) + tail, f"date@L{day}") for tail in ("", "日"))
    for word, month in _MOONS.items():
        yield Phrase(word, f"month@L{month}")
        yield Phrase(word + "底", f"end@L{month}")
    yield from (Phrase(word, "calendar@lunar") for word in _LUNAR)
    for name in (*lunar.FESTIVALS, *lunar.HOLIDAYS, *lunar.SOLAR_TERMS):
        yield from (Phrase(word, f"date@F:{name}") for word in (name, *_ALSO_CALLED.get(name, ())))


def _ahead() -> Iterator[Phrase]:
    """So many days or weeks from now, and what is nearer or farther than a day that was named."""
    for count in range(1, 15):
        named = "两" if count == 2 else numeral(count)
        yield from (Phrase(named + tail, f"day@{count}") for tail in ("天后", "天以后", "天之后"))
        yield Phrase(f"过{named}天", f"day@{count}")
    for named, count in _WEEKS_AHEAD.items():
        yield from (Phrase(named + tail, f"day@{count}") for tail in ("后", "以后", "之后"))


def _hour_spans() -> Iterator[Phrase]:
    """三四点, 九到十一点: between two hours. The word between them is a piece of its own where both are hours."""
    for hour in range(1, 12):
        first, then = _hour(hour), numeral(hour + 1)
        yield from (Phrase(f"{first}{then}点{tail}", f"clock@{hour}:00..{hour + 2}:00") for tail in ("", "钟"))
        for last in range(hour + 1, min(hour + 5, 13)):
            yield Phrase(f"{first}到{_hour(last)}点", f"clock@{hour}:00..{last}:00")


def _hour(hour: int) -> str:
    return "两" if hour == 2 else numeral(hour)


def _clocks() -> Iterator[Phrase]:
    for hour in range(25):
        names = ("两", "二") if hour == 2 else (numeral(hour) if hour else "零",)
        for name in names:
            for minute, tails in _MINUTES.items():
                if hour <= 12 or minute in (0, 30):
                    yield from (Phrase(name + tail, f"clock@{hour}:{minute:02}") for tail in tails)
            for short, befores in _SHORT_OF.items() if 1 <= hour <= 12 else ():
                value = f"clock@{(hour - 1) or 12}:{60 - short}"
                yield from (
                    Phrase(said, value)
                    for before in befores
                    for said in (f"{before}{name}点", f"{name}点{before}")
                )
