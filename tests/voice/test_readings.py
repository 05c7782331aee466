"""How a clerk reads things."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.voice import readings
from ivr.voice.written_out import written_out

SATURDAY = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)


def test_a_day_is_month_day_and_weekday() -> None:
    assert readings.day(SATURDAY) == "十一月二十八号礼拜六"
    assert readings.day(date(2026, 1, 10)) == "一月十号礼拜六"
    assert readings.weekday(date(2026, 11, 29)) == "礼拜天"


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (9, 30, "上午九点半"),
        (9, 0, "上午九点"),
        (12, 0, "中午十二点"),
        (12, 30, "中午十二点半"),
        (14, 0, "下午两点"),
        (19, 0, "晚上七点"),
        (19, 5, "晚上七点零五分"),
        (10, 15, "上午十点十五分"),
        (22, 22, "晚上十点二十二分"),
        (7, 30, "早上七点半"),
        (0, 0, "凌晨零点"),
        (2, 2, "凌晨两点零二分"),
    ],
)
def test_the_time_is_said_with_its_part_of_the_day(hour: int, minute: int, said: str) -> None:
    assert readings.clock(SATURDAY.replace(hour=hour, minute=minute)) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("307294", "三零七 二九四"),
        ("516082", "五幺六 零八二"),
        ("12345678", "幺二三四 五六七八"),
        ("1234567", "幺二三 四五六七"),
        ("11111", "幺幺幺幺幺"),
        ("307 294", "三零七 二九四"),
        ("A10234", "A幺零 二三四"),
        ("", ""),
    ],
)
def test_a_code_is_told_in_groups(code: str, said: str) -> None:
    assert readings.code(code) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("13844335000", "幺三八 四四三三 五零零零"),
        ("+8613844335000", "幺三八 四四三三 五零零零"),
        ("138-4433-5000", "幺三八 四四三三 五零零零"),
        ("0737-8123456", "零七三七 八幺二 三四五六"),
        ("010 8888 6666", "零幺零 八八八八 六六六六"),
        ("12345", "幺二三四五"),
        ("110", "幺幺零"),
        ("", ""),
    ],
)
def test_a_telephone_number_is_told_in_its_usual_groups(number: str, said: str) -> None:
    assert readings.phone(number) == said


@given(st.text("0123456789", max_size=30))
def test_no_digit_of_a_number_is_lost(number: str) -> None:
    for said in (readings.code(number), readings.phone(number)):
        assert len(said.replace(" ", "")) == len(number)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (30, "半个小时"),
        (90, "一个半小时"),
        (150, "两个半小时"),
        (60, "一小时"),
        (120, "两小时"),
        (20, "二十分钟"),
        (2, "两分钟"),
        (135, "两小时十五分钟"),
        (1440, "一天"),
        (2880, "两天"),
        (0, "一分钟"),
    ],
)
def test_a_span_of_time_is_said_as_people_say_it(minutes: int, said: str) -> None:
    assert readings.duration(timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("yuan", "said"),
    [
        (320, "三百二十块"),
        ("12.5", "十二块五"),
        ("12.50", "十二块五"),
        (2, "两块"),
        ("0.5", "五毛"),
        ("0.05", "五分"),
        ("3.08", "三块零八分"),
        ("1.23", "一块二毛三分"),
        (Decimal("2000"), "两千块"),
        ("-4", "负四块"),
    ],
)
def test_money_is_said_in_kuai_and_mao(yuan: Decimal | int | str, said: str) -> None:
    assert readings.money(yuan) == said


def test_what_is_no_amount_is_refused() -> None:
    for wrong in ("免费", "", "nan", "Infinity"):
        with pytest.raises(ValueError, match="amount"):
            readings.money(wrong)


def test_two_of_something_is_liang() -> None:
    assert readings.count(2, "个") == "两个"
    assert readings.count(2, "号") == "二号"
    assert readings.count(12, "个") == "十二个"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("11月28日9:30到镇里", "十一月二十八号上午九点半到镇里"),
        ("2026-11-28 上午9:00", "二零二六年十一月二十八号 上午九点"),
        ("2026年11月28日", "二零二六年十一月二十八号"),
        ("按1，按0，按2", "按一，按零，按二"),
        ("请打110", "请打幺幺零"),
        ("12345热线", "幺二三四五热线"),
        ("预约号307294", "预约号三零七 二九四"),
        ("编号是516082。", "编号是五幺六 零八二。"),
        ("电话13844335000", "电话幺三八 四四三三 五零零零"),
        ("60岁以上每月105元", "六十岁以上每月一百零五元"),
        ("12.5元", "十二块五"),
        ("￥20", "二十块"),
        ("报销80%", "报销百分之八十"),
        ("要1-2天", "要一到两天"),
        ("24小时，2个小时", "二十四小时，两个小时"),
        ("2组，第2次，2月2号", "二组，第二次，二月二号"),
        ("2,000元", "两千元"),
        ("９：３０，０", "上午九点半，零"),
        ("1.5公里", "一点五公里"),
        ("-5度", "负五度"),
        ("25:99", "二五九九"),
        ("2026-13-40", "二零二六 幺三四零"),
        ("三组", "三组"),
        ("", ""),
    ],
)
def test_numbers_left_in_a_text_are_written_out(text: str, said: str) -> None:
    assert written_out(text) == said


@given(st.text(st.sampled_from("0123456789.:-/年月日号%元，打第 个+"), max_size=40))
def test_no_arabic_digit_is_ever_left(text: str) -> None:
    assert not re.search(r"[0-9]", written_out(text))
