"""Days of the farmer's calendar: the eighth of the moon, the twentieth of the twelfth moon, the Dragon Boat.

Old people name days by the lunar calendar, by festivals and by solar terms. lunar-python does the astronomy; here
the next such day is looked for. Months are 1 to 12; a leap month is never meant unless its number is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lunar_python import Lunar, LunarMonth, LunarYear, Solar

LAST = 0
"""As the day of a lunar month: its last, the 29th or 30th."""

FESTIVALS: dict[str, tuple[int, int]] = {
    "春节": (1, 1), "元宵": (1, 15), "龙抬头": (2, 2), "端午": (5, 5), "七夕": (7, 7), "中元": (7, 15),
    "中秋": (8, 15), "重阳": (9, 9), "腊八": (12, 8), "小年": (12, 24), "除夕": (12, LAST),
}  # fmt: skip
"""Lunar month and day; 小年 as it is kept in the south."""

HOLIDAYS: dict[str, tuple[int, int]] = {
    "元旦": (1, 1), "妇女节": (3, 8), "劳动节": (5, 1), "儿童节": (6, 1), "建军节": (8, 1), "教师节": (9, 10),
    "国庆": (10, 1),
}  # fmt: skip
"""Month and day by the common calendar."""

SOLAR_TERMS = (
    "清明",
    "冬至",
    "夏至",
    "立春",
    "立夏",
    "立秋",
    "立冬",
    "谷雨",
    "霜降",
    "小雪",
    "大雪",
    "大寒",
    "小寒",
)
"""Terms that people name days by, as lunar-python writes them."""
_YEAR = 366


def today_of(day: date) -> tuple[int, int]:
    """Lunar month (leap months negative) and day."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return lunar.getMonth(), lunar.getDay()


def next_lunar(month: int, day: int, today: date) -> date | None:
    """The next such day from today on; any month if `month` is 0. None if there is none within thirteen months."""
    for one in _months(today):
        if month not in (0, one.getMonth()):
            continue
        wanted = one.getDayCount() if day == LAST else day
        if wanted > one.getDayCount():
            continue
        found = _common(Lunar.fromYmd(one.getYear(), one.getMonth(), wanted))
        if found >= today:
            return found
    return None


def _months(today: date) -> Iterator[LunarMonth]:
    """The lunar months from the one of today, for a year and a month or two."""
    now = Solar.fromYmd(today.year, today.month, today.day).getLunar()
    for year in (now.getYear(), now.getYear() + 1):
        for month in LunarYear.fromYear(year).getMonthsInYear():
            if year > now.getYear() or _common(Lunar.fromYmd(year, month.getMonth(), 1)) >= today - timedelta(30):
                yield month


def next_festival(name: str, today: date) -> date | None:
    """The next day of this festival, holiday or solar term; None for a name that is none of them."""
    if name in FESTIVALS:
        return next_lunar(*FESTIVALS[name], today)
    if name in HOLIDAYS:
        month, day = HOLIDAYS[name]
        this = date(today.year, month, day)
        return this if this >= today else this.replace(year=today.year + 1)
    return _next_term(name, today) if name in SOLAR_TERMS else None


def _next_term(name: str, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        terms = Lunar.fromYmd(year, 6, 1).getJieQiTable()
        found = [_of(solar) for key, solar in terms.items() if key == name and _of(solar) >= today]
        if found:
            return min(found)
    return None


def _common(lunar: Lunar) -> date:
    return _of(lunar.getSolar())


def _of(solar: Solar) -> date:
    return date(solar.getYear(), solar.getMonth(), solar.getDay())
