"""The duty roster: somebody or nobody, never two firsts; midnight, shift ends, holidays, swaps."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.duty import DayKind, Duty, DutyRoster, Line, Person, Swap, check, kind_of
from hotline.domain.errors import Refused
from hotline.holidays import is_working_day

NAMES = "甲乙丙丁戊己"
PEOPLE = {name: Person(name, f"1380000000{n}") for n, name in enumerate(NAMES)}
DAYS = st.dates(date(2026, 9, 1), date(2026, 10, 20))
CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
DUTIES = st.builds(
    Duty,
    st.sampled_from(Line),
    st.sampled_from(DayKind) | DAYS,
    CLOCK,
    CLOCK,
    st.integers(1, 3),
    st.sampled_from(list(PEOPLE.values())),
)
MOMENTS = st.builds(
    lambda day, minute: datetime.combine(day, time(), TOWN_TIME) + minute * timedelta(minutes=1),
    DAYS,
    st.integers(0, 1439),
)
SWAPS = st.lists(
    st.builds(lambda day, pair: Swap(day, *pair), DAYS, st.permutations(NAMES).map(lambda p: p[:2])),
    max_size=3,
    unique_by=lambda swap: swap.day,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOWN_TIME)


def duty(days: DayKind | date, hours: str, name: str, order: int = 1, line: Line = Line.ORDINARY) -> Duty:
    begins, ends = (time.fromisoformat(part) for part in hours.split("-"))
    return Duty(line, days, begins, ends, order, PEOPLE[name])


def names(roster: DutyRoster, moment: str, line: Line = Line.ORDINARY) -> str:
    return "".join(person.name for person in roster.line_up(line, at(moment), is_working_day))


@given(st.lists(DUTIES, max_size=12), SWAPS, MOMENTS, st.sampled_from(Line))
def test_somebody_or_nobody_and_never_anybody_twice(
    duties: list[Duty], swaps: list[Swap], moment: datetime, line: Line
) -> None:
    known = [s for s in swaps if {s.one, s.other} <= {d.person.name for d in duties}]
    roster = DutyRoster(tuple(duties), tuple(known))
    people = roster.on_duty(line, moment, is_working_day)
    assert len(set(people)) == len(people)
    covering = [
        d
        for d in duties
        for day in (moment.date(), moment.date() - timedelta(days=1))
        if d.line is line
        and d.on(day)[0] <= moment < d.on(day)[1]
        and d.days in (day, kind_of(day, is_working_day))
    ]
    assert len(people) <= len({d.order for d in covering})
    if not covering:
        assert people == ()


@given(st.lists(DUTIES, max_size=10), MOMENTS)
def test_of_duties_that_do_not_clash_each_place_has_one_person(duties: list[Duty], moment: datetime) -> None:
    """Those of one day that are on at a moment have places of their own."""
    kept: list[Duty] = []
    for one in duties:
        if not list(check([*kept, one])):
            kept.append(one)
    day = moment.date()
    for line in Line:
        for days in {d.days for d in kept}:
            on = [d for d in kept if d.line is line and d.days == days and d.on(day)[0] <= moment < d.on(day)[1]]
            assert len({d.order for d in on}) == len(on)


@given(st.lists(DUTIES, min_size=1, max_size=8), MOMENTS)
def test_a_swap_changes_nobody_but_the_two(duties: list[Duty], moment: datetime) -> None:
    roster = DutyRoster(tuple(duties))
    there = list(roster.people())
    swap = Swap(moment.date(), there[0], there[-1])
    for line in Line:
        before = set(roster.on_duty(line, moment, is_working_day))
        after = set(DutyRoster(roster.duties, (swap,)).on_duty(line, moment, is_working_day))
        assert {p.name for p in before ^ after} <= {swap.one, swap.other}


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        ("2026-11-25T07:59", "乙"),
        ("2026-11-25T08:00", "甲"),
        ("2026-11-25T17:59", "甲"),
        ("2026-11-25T18:00", "乙"),
        ("2026-11-25T23:59", "乙"),
        ("2026-11-26T00:00", "乙"),
        ("2026-11-28T07:59", "乙"),
        ("2026-11-28T08:00", "丙"),
        ("2026-11-30T07:59", ""),
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(moment: str, who: str) -> None:
    roster = DutyRoster(
        (
            duty(DayKind.WORKING, "08:00-18:00", "甲"),
            duty(DayKind.WORKING, "18:00-08:00", "乙"),
            duty(DayKind.WEEKEND, "08:00-18:00", "丙"),
        )
    )
    assert names(roster, moment) == who


def test_a_holiday_morning_does_not_get_two_firsts_from_the_night_before() -> None:
    roster = DutyRoster((duty(DayKind.WORKING, "18:00-08:00", "甲"), duty(DayKind.HOLIDAY, "00:00-00:00", "乙")))
    assert names(roster, "2026-09-30T23:30") == "甲"
    assert names(roster, "2026-10-01T03:00") == "乙"


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 11, 25), DayKind.WORKING),
        (date(2026, 11, 28), DayKind.WEEKEND),
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 10, 3), DayKind.HOLIDAY),
        (date(2026, 10, 10), DayKind.WORKING),
    ],
)
def test_days_are_of_the_kind_the_state_council_makes_them(day: date, kind: DayKind) -> None:
    assert kind_of(day, is_working_day) is kind


def test_a_date_of_its_own_replaces_the_regular_duties_of_its_line_up_only() -> None:
    roster = DutyRoster(
        (
            duty(DayKind.WORKING, "00:00-00:00", "甲"),
            duty(DayKind.WORKING, "00:00-00:00", "乙", 2),
            duty(date(2026, 11, 25), "00:00-00:00", "丙"),
            duty(DayKind.WORKING, "00:00-00:00", "丁", line=Line.DANGER),
        )
    )
    assert names(roster, "2026-11-24T12:00") == "甲乙"
    assert names(roster, "2026-11-25T12:00") == "丙"
    assert names(roster, "2026-11-25T12:00", Line.DANGER) == "丁丙"


def test_a_swap_counts_for_the_night_that_begins_on_its_day() -> None:
    roster = DutyRoster((duty(DayKind.WORKING, "18:00-08:00", "甲"), duty(DayKind.WORKING, "08:00-18:00", "乙")))
    swapped = roster.swapped(Swap(date(2026, 11, 25), "甲", "乙"), is_working_day)
    assert names(swapped, "2026-11-25T03:00") == "甲"
    assert names(swapped, "2026-11-25T12:00") == "甲"
    assert names(swapped, "2026-11-26T03:00") == "乙"


@pytest.mark.parametrize(
    ("swap", "reason"),
    [
        (Swap(date(2026, 11, 25), "甲", "己"), "not_on_the_roster"),
        (Swap(date(2026, 11, 25), "甲", "甲"), "same_person"),
        (Swap(date(2026, 11, 28), "甲", "乙"), "neither_on_duty"),
        (Swap(date(2026, 11, 26), "乙", "甲"), "already_swapped"),
    ],
)
def test_a_swap_that_cannot_be_is_refused(swap: Swap, reason: str) -> None:
    duties = (duty(DayKind.WORKING, "18:00-08:00", "甲"), duty(DayKind.WORKING, "08:00-18:00", "乙"))
    roster = DutyRoster(duties, (Swap(date(2026, 11, 26), "甲", "乙"),))
    with pytest.raises(Refused) as refused:
        roster.swapped(swap, is_working_day)
    assert refused.value.reason == reason


def test_without_a_roster_there_is_the_configured_number() -> None:
    [person] = DutyRoster().line_up(Line.DANGER, at("2026-11-25T03:00"), is_working_day, fallback="0737-8800000")
    assert person.number == "0737-8800000"
    kept = DutyRoster((duty(DayKind.WORKING, "08:00-18:00", "甲"),))
    assert kept.line_up(Line.ORDINARY, at("2026-11-25T03:00"), is_working_day, fallback="0737-8800000") == ()
