"""How a clerk reads things aloud: dates, times, codes, telephone numbers, amounts. Pure; text in, text out.

A space in what comes out is a short pause (see `speaker.phrases`).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

import cn2an

_WEEKDAYS = "一二三四五六天"
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
_TAKES_TWO = re.compile(
    "个|位|天|次|年(?!级)|份|张|块|本|点|件|条|家|户|趟|遍|岁|种|回|步|句|样|元|里|米|亩|只|头|道|间|座|辆|口|倍|斤|公|"
    "小时|分|秒|周|礼拜|星期|百|千|万"
)
"""What is counted with 两 and not 二."""


def weekday(at: date) -> str:
    """礼拜六; Sunday is 礼拜天."""
    return f"礼拜{_WEEKDAYS[at.weekday()]}"


def day(at: date) -> str:
    """十一月二十八号礼拜六."""
    return f"{number(at.month)}月{number(at.day)}号{weekday(at)}"


def day_part(at: datetime) -> str:
    """凌晨, 早上, 上午, 中午, 下午 or 晚上, as people say before the hour."""
    for until, name in ((5, "凌晨"), (8, "早上"), (12, "上午"), (13, "中午"), (18, "下午")):
        if at.hour < until:
            return name
    return "晚上"


def clock(at: datetime) -> str:
    """上午九点半, 中午十二点, 晚上七点零五分."""
    return day_part(at) + face(at.hour, at.minute)


def face(hour: int, minute: int) -> str:
    """The clock's face alone: 九点半, 十二点, 七点零五分; hours of 0..24, midnight by 0 is 零点."""
    said = count(hour if hour <= 12 else hour - 12, "点")
    if minute == 30:
        return said + "半"
    if minute == 0:
        return said
    return said + ("零" if minute < 10 else "") + number(minute) + "分"


def code(text: str) -> str:
    """A case or booking number in groups one can write down: 三零七 二九四. 一 is 幺."""
    return " ".join(digits(group) for group in _groups(re.sub(r"[\s-]", "", text)))


def phone(text: str) -> str:
    """A telephone number as it is told: 幺三八 四四三三 五零零零; the country's own prefix is not said."""
    plain = re.sub(r"[^\d*#]", "", text.removeprefix("+86") if text.startswith("+86") else text)
    if len(plain) == 11 and plain.startswith("1"):
        return " ".join(map(digits, (plain[:3], plain[3:7], plain[7:])))
    if plain.startswith("0") and len(plain) in (10, 11, 12):
        area = 3 if plain[1] in "12" else 4
        return " ".join(map(digits, (plain[:area], *_groups(plain[area:]))))
    return " ".join(map(digits, _groups(plain)))


def digits(text: str) -> str:
    """Digit by digit, 一 as 幺: 110 → 幺幺零. Other characters stay."""
    return text.translate(_DIGITS).replace("一", "幺")


def number(value: int | Decimal | str) -> str:
    """A plain number: 28 → 二十八, 2000 → 两千; what is none, or is too large, is told digit by digit."""
    return _number(str(value))


@lru_cache(maxsize=4096)
def _number(text: str) -> str:
    try:
        said = str(cn2an.an2cn(text, "low"))
    except ValueError:
        return digits(text)
    return re.sub("^(负?)二(?=[千万亿])", r"\1两", said)


def count(value: int, measure: str) -> str:
    """So many of something: 2, 个 → 两个."""
    return ("两" if value == 2 and _TAKES_TWO.match(measure) else number(value)) + measure


def duration(span: timedelta) -> str:
    """三天, 半个小时, 一个半小时, 两小时十五分钟, 二十分钟; under a minute is 一分钟."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes % 1440 == 0:
        return count(minutes // 1440, "天")
    hours, rest = divmod(minutes, 60)
    if rest == 30:
        return f"{count(hours, '个')}半小时" if hours else "半个小时"
    parts = [count(hours, "小时")] if hours else []
    return "".join([*parts, count(rest, "分钟")] if rest else parts)


def money(yuan: Decimal | int | str) -> str:
    """三百二十块, 十二块五, 两块, 五毛, 三块零八分. Raises ValueError for what is no amount."""
    try:
        fen = int((Decimal(yuan) * 100).to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError) as wrong:
        raise ValueError(f"not an amount of money: {yuan!r}") from wrong
    whole, jiao, cent = abs(fen) // 100, abs(fen) // 10 % 10, abs(fen) % 10
    sign = "负" if fen < 0 else ""
    if not (jiao or cent):
        return sign + count(whole, "块")
    said = count(whole, "块") if whole else ""
    if jiao:
        said += number(jiao) + ("毛" if cent or not whole else "")
    elif whole:
        said += "零"
    return sign + said + (f"{number(cent)}分" if cent else "")


def _groups(text: str) -> list[str]:
    """Threes, but fours where that comes out even, and never a single one left over."""
    if len(text) <= 5:
        return [text] if text else []
    size = 4 if len(text) % 4 == 0 else 3
    groups = [text[at : at + size] for at in range(0, len(text), size)]
    if len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups
