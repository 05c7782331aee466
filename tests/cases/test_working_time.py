"""Clocks of working days, against a count day by day over four years of holidays and swaps."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.grievances import sign_by
from hotline.domain.working_time import CLOSES, after_working_days, working_days_between
from hotline.holidays import is_working_day

FIRST, LAST = datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2027-11-30")
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(TOWN_TIME))


def town(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOWN_TIME)


def counted(start: datetime, days: int) -> date:
    """The same, with a finger on the calendar."""
    day = start.astimezone(TOWN_TIME).date()
    passed = []
    while len(passed) < days:
        day += timedelta(days=1)
        if is_working_day(day):
            passed.append(day)
    return passed[-1]


@given(MOMENTS, st.integers(1, 20))
def test_a_clock_ends_when_the_office_closes_on_the_nth_working_day_after(start: datetime, days: int) -> None:
    end = after_working_days(start, days, is_working_day)
    assert end == datetime.combine(counted(start, days), CLOSES, TOWN_TIME)
    assert is_working_day(end.astimezone(TOWN_TIME).date())


@given(MOMENTS, st.integers(1, 10), st.integers(1, 10))
def test_an_extension_is_as_if_there_had_been_more_days_from_the_start(start: datetime, n: int, more: int) -> None:
    end = after_working_days(start, n, is_working_day)
    assert after_working_days(end, more, is_working_day) == after_working_days(start, n + more, is_working_day)


@given(MOMENTS, st.integers(1, 15))
def test_what_is_counted_between_is_what_was_added(start: datetime, days: int) -> None:
    assert working_days_between(start, after_working_days(start, days, is_working_day), is_working_day) == days


@given(MOMENTS, st.integers(0, 60), st.integers(0, 60))
def test_days_between_add_up(start: datetime, first: int, then: int) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + then)
    parts = working_days_between(start, middle, is_working_day) + working_days_between(middle, end, is_working_day)
    assert parts == working_days_between(start, end, is_working_day)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-27T10:00", "2026-11-30T17:00"),  # a Friday
        ("2026-11-27T23:00", "2026-11-30T17:00"),  # the hour makes no difference
        ("2026-11-27T00:00", "2026-11-30T17:00"),
        ("2026-10-09T23:00", "2026-10-10T17:00"),  # the eve of a Saturday that is worked for National Day
        ("2026-09-19T23:00", "2026-09-20T17:00"),  # a free Saturday, the eve of a Sunday that is worked
        ("2026-09-30T23:00", "2026-10-08T17:00"),  # the eve of the holiday itself
        ("2026-02-13T09:00", "2026-02-14T17:00"),  # before the Spring Festival one Saturday is worked
        ("2026-02-14T09:00", "2026-02-24T17:00"),
    ],
)
def test_one_working_day_around_holidays_and_swaps(start: str, end: str) -> None:
    assert after_working_days(town(start), 1, is_working_day) == town(end)


def test_the_day_is_the_towns_and_not_the_servers() -> None:
    """00:30 on Monday in town is still Sunday in UTC: Monday is not counted."""
    start = town("2026-11-30T00:30")
    assert after_working_days(start.astimezone(tz=None), 1, is_working_day) == town("2026-12-01T17:00")


@pytest.mark.parametrize(("urgency", "minutes"), [("danger", 15), ("urgent", 30)])
def test_water_power_and_danger_do_not_wait_for_a_working_day(urgency: str, minutes: int) -> None:
    night = town("2026-10-03T23:50")  # in the middle of the National Day holiday
    assert sign_by(urgency, night, is_working_day) == night + timedelta(minutes=minutes)


def test_anything_else_is_signed_for_in_one_working_day() -> None:
    assert sign_by("normal", town("2026-10-03T23:50"), is_working_day) == town("2026-10-08T17:00")


def test_a_clock_of_no_days_and_a_calendar_without_work_are_errors() -> None:
    with pytest.raises(ValueError, match="at least one"):
        after_working_days(town("2026-10-03T12:00"), 0, is_working_day)
    with pytest.raises(ValueError, match="no working day"):
        after_working_days(town("2026-10-03T12:00"), 1, lambda _: False)


def test_closing_time_is_within_the_day() -> None:
    assert time(12) < CLOSES < time(23)
