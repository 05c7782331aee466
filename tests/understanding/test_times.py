"""Days and hours: whatever a clerk would read out, a caller may say, and it is that day and that hour."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.errors import Refused
from hotline.domain.lunar import next_lunar, today_of
from hotline.domain.market import Market
from hotline.domain.wishes import DayPart, Wish
from ivr.dialogue.steps import Option
from ivr.evaluation.questions import NOW
from ivr.numerals import numeral
from ivr.understanding.answer import Setting
from ivr.understanding.moments import common, wishes
from ivr.understanding.sounds import Heard

DAYS = st.integers(0, 180).map(lambda ahead: (NOW + timedelta(days=ahead)).date())
HALF_HOURS = st.integers(16, 41).map(lambda half: time(half // 2, 30 * (half % 2)))
MARKET = Market(frozenset((3, 8, 13, 18, 23, 28)))
_TABLE = Path(__file__).with_name("days_and_hours.tsv").read_text("utf8").splitlines()
SAID = [line.split("\t") for line in _TABLE if not line.startswith("#")]
MAYBE_DAY, MAYBE_TIME = (
    st.none() | DAYS,
    st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
WEEKDAYS = "一二三四五六日"


def said(words: str, now: datetime = NOW, options: tuple[Option, ...] = ()) -> str:
    found = wishes(Heard.typed(words), Setting(now, market=MARKET), options, answer=True)
    return str(found[0].value) if found else ""


def clock(at: time) -> str:
    part = "上午" if at.hour < 12 else "中午" if at.hour == 12 else "下午" if at.hour < 18 else "晚上"
    return f"{part}{numeral(at.hour if at.hour <= 12 else at.hour - 12)}点{'半' if at.minute else ''}"


@settings(deadline=None)
@given(DAYS, HALF_HOURS)
def test_a_date_and_an_hour_in_words_are_that_moment(day: date, at: time) -> None:
    assert said(f"{numeral(day.month)}月{numeral(day.day)}号{clock(at)}") == str(Wish(day, None, at))


@settings(deadline=None)
@given(DAYS, HALF_HOURS)
def test_a_date_and_an_hour_in_digits_are_that_moment(day: date, at: time) -> None:
    assert said(f"{day.month}月{day.day}日 {at:%H:%M}") == str(Wish(day, None, at))


@settings(deadline=None)
@given(st.integers(0, 3000), st.integers(0, 6), st.sampled_from(["礼拜", "星期", "周"]))
def test_a_weekday_is_the_next_one_and_never_today(ahead: int, weekday: int, word: str) -> None:
    now = NOW + timedelta(days=ahead)
    day = date.fromisoformat(said(word + WEEKDAYS[weekday], now))
    assert day.weekday() == weekday
    assert 1 <= (day - now.date()).days <= 7


@settings(deadline=None)
@given(st.integers(0, 3000), st.integers(0, 6))
def test_next_weeks_weekday_lies_between_monday_and_sunday_of_that_week(ahead: int, weekday: int) -> None:
    now = NOW + timedelta(days=ahead)
    monday = now.date() - timedelta(days=now.weekday())
    assert date.fromisoformat(said(f"下个星期{WEEKDAYS[weekday]}", now)) == monday + timedelta(days=7 + weekday)


@pytest.mark.parametrize(
    ("words", "free", "meant"),
    [
        ("七点", ("2026-11-24T19:00",), "*T19:00"),
        ("七点", ("2026-11-24T07:00",), "*T07:00"),
        ("八点", ("2026-11-24T20:00",), "*T20:00"),
        ("明天八点", ("2026-11-24T20:00", "2026-11-25T08:00"), "2026-11-24T20:00"),
    ],
)
def test_an_hour_that_comes_twice_a_day_is_the_one_that_can_be_had(
    words: str, free: tuple[str, ...], meant: str
) -> None:
    assert said(words, options=tuple(Option(value, value) for value in free)) == meant


def test_an_hour_that_can_be_had_twice_a_day_is_ambiguous() -> None:
    free = (Option("2026-11-24T08:00", "八点"), Option("2026-11-24T20:00", "八点"))
    found = wishes(Heard.typed("明天八点"), Setting(NOW), free, answer=True)
    assert {one.value for one in found[:2]} == {"2026-11-24T08:00", "2026-11-24T20:00"}
    assert found[0].worth == found[1].worth


@pytest.mark.parametrize(
    "words", ["昨天", "上个礼拜三", "去年", "停了三天了", "早一点", "快一点", "三组", "二月三十号"]
)
def test_what_is_over_or_no_time_at_all_is_no_wish(words: str) -> None:
    assert said(words) == ""


@pytest.mark.parametrize(
    ("written", "agreed"),
    [
        (("2026-11-28T09:00", "2026-11-28T09:30"), "2026-11-28/morning"),
        (("2026-11-28T19:00", "*T19:00"), "*T19:00"),
        (("2026-11-28T09:00", "2026-11-28T19:00"), "2026-11-28"),
        (("2026-11-28", "2026-11-29"), ""),
    ],
)
def test_times_that_cannot_be_told_apart_leave_what_they_agree_on(written: tuple[str, ...], agreed: str) -> None:
    assert common(written) == agreed


@pytest.mark.parametrize(("words", "meant"), SAID)
def test_days_and_hours_as_farmers_say_them(words: str, meant: str) -> None:
    assert said(words) == meant


@pytest.mark.parametrize("words", ["农历三十一", "二月三十号", "赶场", "前一天", "以后", "到五", "三点到"])
def test_what_is_no_day_and_no_hour_does_not_become_one(words: str) -> None:
    assert said(words) in ("", "*T15:00")  # 三点到 is three o'clock


def test_a_span_of_weekdays_said_on_its_first_day_lies_in_the_next_week() -> None:
    assert said("礼拜三到礼拜五", NOW + timedelta(days=2)) == "2026-12-02..2026-12-04"


def test_a_town_without_a_market_is_asked_again() -> None:
    found = wishes(Heard.typed("赶场那天"), Setting(NOW), answer=True)
    assert not found


@settings(deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_lunar_day_is_found_on_the_very_day_it_is_said(day: date) -> None:
    month, number = today_of(day)
    if month > 0:  # 闰 months are not asked for by number
        assert next_lunar(month, number, day) == day
        later = next_lunar(month, number, day + timedelta(days=1))
        assert later is None or later > day
        assert next_lunar(0, number, day) == day


@given(MAYBE_DAY, st.none() | st.sampled_from(DayPart), MAYBE_TIME, MAYBE_TIME, st.booleans())
def test_a_wish_survives_being_written_down(
    day: date | None, part: DayPart | None, one: time | None, other: time | None, exact: bool
) -> None:
    wish = Wish(day, None, one) if exact else Wish(day, part, None, day and day + timedelta(2), one, other)
    assert Wish.parse(str(wish)) == wish


@pytest.mark.parametrize(
    "text", ["", "..", "2026-11-28..x", "*T", "*T9..", "2026-11-28/night", "*T25:00..", "T..T"]
)
def test_a_broken_wish_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        Wish.parse(text)
