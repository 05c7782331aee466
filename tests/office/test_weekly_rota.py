"""Rosters on real days: swaps and overrides, one desk at a time, and exceptions that take exactly their span."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.calendar import TOWN_TIME, Hours, Place, Timetable
from hotline.domain.days import SORTS, DayKind, OfficeCalendar, Override
from hotline.domain.market import Market
from hotline.domain.rosters import Desk, Shift
from hotline.domain.staffing import WHOLE_DAY, Change, ChangeKind, Weekly, without
from hotline.domain.weekly_rota import WeeklyRota, open_hours
from hotline.holidays import official
from hotline.town import demonstration_rota

DESKS = tuple(Desk(f"window:{n}", f"窗口{n}", Place.WINDOW, 1) for n in (1, 2, 3))
CLERKS = ("liu", "zhang")
SWAPPED_SATURDAY, NATIONAL_DAY = date(2026, 10, 10), date(2026, 10, 1)
MORNING = (Hours(time(9), time(12)),)

days = st.dates(date(2026, 9, 20), date(2026, 10, 31))
clocks = st.integers(0, 24 * 4 - 1).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
desk_ids = st.sampled_from([desk.id for desk in DESKS])


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    first, last = draw(st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]))
    return Hours(min(first, last), max(first, last))


weekly = st.builds(
    Weekly,
    st.sampled_from(CLERKS),
    desk_ids,
    st.lists(st.sampled_from(tuple(SORTS)), min_size=1, max_size=3).map(tuple),
    st.lists(hours(), min_size=1, max_size=2).map(tuple),
)


@st.composite
def changes(draw: st.DrawFn, kinds: Sequence[ChangeKind] = tuple(ChangeKind)) -> Change:
    begins = datetime.combine(draw(days), draw(clocks))
    ends = begins + timedelta(minutes=draw(st.integers(1, 3 * 24 * 60)))
    return Change(draw(st.sampled_from(kinds)), begins, ends, draw(st.sampled_from(CLERKS)), draw(desk_ids))


overrides = st.dictionaries(days, st.builds(Override, st.sampled_from(DayKind)), max_size=5)


def rota(
    rows: Sequence[Weekly],
    exceptions: Sequence[Change] = (),
    said: dict[date, Override] | None = None,
    market: Market = Market(frozenset((3, 8)), lunar=False),  # noqa: B008 -- frozen
) -> WeeklyRota:
    return WeeklyRota(DESKS, rows, exceptions, OfficeCalendar(official, said or {}, market))


def all_shifts(of: WeeklyRota, day: date) -> list[Shift]:
    return [shift for shifts in of.on(day).values() for shift in shifts]


def minutes_served(shifts: Sequence[Shift], clerk: str) -> set[datetime]:
    """Every quarter of an hour in which a clerk serves; all times of these tests are such."""
    found = set()
    for shift in shifts:
        at = shift.begins
        while shift.clerk == clerk and at < shift.ends:
            found.add(at)
            at += timedelta(minutes=1)
    return found


@given(st.lists(weekly, max_size=8), st.lists(changes(), max_size=4), overrides, days)
def test_a_clerk_is_never_at_two_desks_at_once_and_every_shift_lies_within_its_day(
    rows: list[Weekly], exceptions: list[Change], said: dict[date, Override], day: date
) -> None:
    found = all_shifts(rota(rows, exceptions, said), day)
    midnight = datetime.combine(day, time(0), TOWN_TIME)
    for shift in found:
        assert midnight <= shift.begins < shift.ends <= midnight + timedelta(days=1)
    for one, other in combinations(found, 2):
        assert one.clerk != other.clerk or one.ends <= other.begins or other.ends <= one.begins


@given(st.lists(weekly, max_size=6), changes([ChangeKind.LEAVE]), days)
@settings(max_examples=60)
def test_a_leave_takes_exactly_its_span_of_that_clerk(rows: list[Weekly], leave: Change, day: date) -> None:
    before, after = all_shifts(rota(rows), day), all_shifts(rota(rows, [leave]), day)
    begins, ends = leave.begins.replace(tzinfo=TOWN_TIME), leave.ends.replace(tzinfo=TOWN_TIME)
    for clerk in CLERKS:
        served = minutes_served(before, clerk)
        away = {at for at in served if begins <= at < ends} if clerk == leave.clerk else set()
        assert minutes_served(after, clerk) == served - away


@given(st.lists(weekly, max_size=6), changes([ChangeKind.EXTRA]), days)
@settings(max_examples=60)
def test_an_extra_shift_is_served_whole_and_nothing_else_of_its_span(
    rows: list[Weekly], extra: Change, day: date
) -> None:
    after = all_shifts(rota(rows, [extra], {day: Override(DayKind.WORK)}), day)
    begins, ends = extra.begins.replace(tzinfo=TOWN_TIME), extra.ends.replace(tzinfo=TOWN_TIME)
    midnight = datetime.combine(day, time(0), TOWN_TIME)
    first, last = max(begins, midnight), min(ends, midnight + timedelta(days=1))
    own = [s for s in after if s.clerk == extra.clerk and s.begins < last and first < s.ends]
    assert all(s.desk == extra.desk for s in own)
    assert sum((s.ends - s.begins for s in own), timedelta()) == max(last - first, timedelta())


@given(st.lists(weekly, max_size=6), changes([ChangeKind.CLOSED]), days)
def test_nobody_is_served_at_a_closed_desk(rows: list[Weekly], closed: Change, day: date) -> None:
    begins, ends = closed.begins.replace(tzinfo=TOWN_TIME), closed.ends.replace(tzinfo=TOWN_TIME)
    for shift in rota(rows, [closed]).on(day).get(closed.desk, ()):
        assert shift.ends <= begins or ends <= shift.begins


@given(st.lists(weekly, max_size=6), st.lists(changes(), max_size=3), days, st.integers(0, 4 * 24 * 60), desk_ids)
def test_shifts_of_a_span_are_those_of_its_days_that_touch_it_in_order(
    rows: list[Weekly], exceptions: list[Change], day: date, length: int, desk: str
) -> None:
    own = rota(rows, exceptions)
    since = datetime.combine(day, time(7, 30), TOWN_TIME).astimezone(UTC)
    until = since + timedelta(minutes=length)
    every = [s for n in range(-1, 6) for s in own.on(day + timedelta(days=n)).get(desk, ())]
    found = list(own.shifts(desk, since, until))
    assert found == [s for s in every if s.ends > since and s.begins < until]
    assert all(a.begins <= b.begins for a, b in pairwise(found))


@given(st.dates(date(2004, 1, 1), date(2035, 1, 1)), st.sampled_from(DayKind))
def test_the_towns_word_wins_over_the_state_councils(day: date, kind: DayKind) -> None:
    calendar = OfficeCalendar(official, {day: Override(kind)})
    assert calendar.day(day).kind is kind
    assert calendar.works_on(day) is (kind is DayKind.WORK)


def served_on(day: date, names: str, said: Override | None = None, desk: str = "window:1") -> int:
    row = Weekly("liu", desk, tuple(names.split("|")), MORNING)
    return len(all_shifts(rota([row], (), {day: said} if said else None), day))


@pytest.mark.parametrize(
    ("day", "names", "served"),
    [
        (date(2026, 11, 25), "workday", 1), (date(2026, 11, 25), "wed", 1), (date(2026, 11, 25), "thu", 0),
        (date(2026, 11, 28), "workday", 0), (date(2026, 11, 28), "sat", 1), (date(2026, 11, 28), "weekend", 1),
        (date(2026, 11, 28), "sun|holiday", 0),
        (NATIONAL_DAY, "thu|workday", 0), (NATIONAL_DAY, "holiday", 1),
        (date(2026, 10, 3), "sat|weekend", 0), (date(2026, 10, 3), "holiday", 1),
        (SWAPPED_SATURDAY, "workday", 1), (SWAPPED_SATURDAY, "sat|weekend", 0),
        (date(2026, 12, 3), "market", 1), (date(2026, 12, 4), "market", 0), (date(2026, 12, 8), "market|tue", 1),
    ],
)  # fmt: skip
def test_a_roster_means_the_days_it_names(day: date, names: str, served: int) -> None:
    assert served_on(day, names) == served


def test_a_swapped_saturday_works_like_the_weekday_the_town_says() -> None:
    assert served_on(SWAPPED_SATURDAY, "fri") == 0
    assert served_on(SWAPPED_SATURDAY, "fri", Override(DayKind.WORK, "fri")) == 1
    assert served_on(date(2026, 12, 3), "market|workday", Override(DayKind.CLOSED)) == 0


def test_a_row_holds_from_its_first_to_its_last_day() -> None:
    row = Weekly("liu", "window:1", ("workday",), MORNING, date(2026, 11, 24), date(2026, 11, 26))
    found = [len(all_shifts(rota([row]), date(2026, 11, n))) for n in range(23, 28)]
    assert found == [0, 1, 1, 1, 0]


def test_a_desk_nobody_knows_has_no_shifts() -> None:
    own = rota([Weekly("liu", "window:9", ("workday",), MORNING)])
    at = datetime(2026, 11, 25, tzinfo=TOWN_TIME)
    assert list(own.shifts("window:9", at, at + timedelta(days=1))) == []


def test_office_hours_are_ordinary_and_the_rest_is_extended() -> None:
    own = demonstration_rota()
    morning, afternoon = Hours(time(9), time(12)), Hours(time(14), time(17))
    evening = Hours(time(18), time(20, 30))
    wednesday = open_hours(own, date(2026, 11, 25), Timetable())
    assert (wednesday.day.works, wednesday.ordinary, wednesday.extended) == (
        True, (morning, afternoon), (evening,),
    )  # fmt: skip
    saturday = open_hours(own, date(2026, 11, 28), Timetable())
    assert (saturday.day.works, saturday.ordinary) == (False, ())
    assert saturday.extended == (morning, afternoon, evening)
    swapped = open_hours(own, SWAPPED_SATURDAY, Timetable(), frozenset(("window:1",)))
    assert (swapped.day.works, swapped.ordinary, swapped.extended) == (True, (morning, afternoon), ())


@given(
    st.tuples(st.integers(0, 1440), st.integers(0, 1440)),
    st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440))),
)
def test_what_is_left_of_a_span_is_every_minute_that_was_not_taken(
    span: tuple[int, int], taken: list[tuple[int, int]]
) -> None:
    left = without(span, taken)
    gone = {minute for first, last in taken for minute in range(first, last)}
    assert [m for first, last in left for m in range(first, last)] == sorted(set(range(*span)) - gone)
    assert without(WHOLE_DAY, [WHOLE_DAY]) == []
