"""No Arabic digit reaches a voice: every number left in a text is read as what it stands for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from ivr.voice.readings import code, count, day_part, face, money, number, phone

_WIDE = str.maketrans({**{chr(0xFF10 + n): str(n) for n in range(10)}, "：": ":", "．": ".", "％": "%"})
_YEAR = str.maketrans("0123456789", "零一二三四五六七八九")


def written_out(text: str) -> str:
    """The same text without digits: dates, times, telephone numbers, codes, money, percentages, ranges, counts."""
    text = re.sub(r"[０-９：．％]+(?=[0-9０-９])|[０-９]+[％]?", lambda found: found[0].translate(_WIDE), text)
    for pattern, reading in _READINGS:
        text = pattern.sub(reading, text)
    return text


def _date(found: re.Match[str]) -> str:
    year, month, day = found["y"], int(found["m"]), int(found["d"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return code(re.sub(r"\D", "", found[0]))
    return (f"{year.translate(_YEAR)}年" if year else "") + f"{number(month)}月{number(day)}号"


def _time(found: re.Match[str]) -> str:
    hour, minute = int(found["h"]), int(found["n"])
    if hour > 24 or minute > 59:
        return code(found["h"] + found["n"])
    part = "晚上" if hour == 24 else day_part(datetime(2000, 1, 1, hour))  # noqa: DTZ001
    return (found["part"] or part) + face(hour, minute)


def _number(found: re.Match[str]) -> str:
    """A number that its neighbours do not explain: a count, an ordinal, a key."""
    text, rest = found[0], found.string[found.end() :]
    ordinal = found.string[: found.start()].endswith("第")
    return number(text) if ordinal or "." in text else count(int(text), rest).removesuffix(rest)


def _bare(reading: Callable[[str], str], group: int = 0) -> Callable[[re.Match[str]], str]:
    return lambda found: reading(found[group])


_PART = "(?P<part>凌晨|早上|上午|中午|下午|晚上)?"
_TABLE: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"(?<!\d)(?P<y>\d{4})[-/年.](?P<m>\d{1,2})[-/月.](?P<d>\d{1,2})(?:[日号]|(?!\d))", _date),
    (r"(?<!\d)(?P<y>)(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]", _date),
    (_PART + r"(?<!\d)(?P<h>\d{1,2}):(?P<n>\d{2})(?::\d{2})?(?!\d)", _time),
    (r"(?:\+86[- ]?)?(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", _bare(phone)),
    (r"(?<!\d)0\d{2,3}-\d{7,8}(?!\d)", _bare(phone)),
    (r"(?<=[打拨])\d{3,12}(?!\d)|(?<!\d)\d{3,5}(?=电话|热线)", _bare(phone)),
    (r"(?<=[号码])\d{4,}|(?<=[号码][是为:])\d{4,}", _bare(code)),
    (r"(?<=\d),(?=\d{3}(?!\d))|(?<![\w-])-(?=\d)", lambda found: "负" if found[0] == "-" else ""),
    (r"[¥￥]\s*(\d+(?:\.\d+)?)元?", _bare(money, 1)),
    (r"(\d+\.\d{1,2})[元块]钱?", _bare(money, 1)),
    (r"(\d+(?:\.\d+)?)%", lambda found: "百分之" + number(found[1])),
    (r"(?<=\d)[-~—至](?=\d)", lambda found: "到"),
    (r"(?<![\d.])0\d+(?![\d.])|(?<![\d.])\d{6,}(?![\d.元块个万亿人亩斤米吨])", _bare(code)),
    (r"(?<!\d)(\d{4})(?=年)", lambda found: found[1].translate(_YEAR)),
    (r"(\d+)日", lambda found: number(found[1]) + "号"),
    (r"\d+(?:\.\d+)?", _number),
)
_READINGS = tuple((re.compile(pattern, re.ASCII), reading) for pattern, reading in _TABLE)
