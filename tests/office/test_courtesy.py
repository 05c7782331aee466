"""When somebody may be written to or rung, and when not: over all times, kinds and spellings."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import (
    CallingRules,
    Disposition,
    breaks,
    disposition_of,
    first_moment,
    last_moment,
    may_ring,
    next_attempt,
    spring_festival,
)
from hotline.domain.courtesy import OCCASIONS, QuietHours, not_before, opting, way_of
from hotline.domain.messages import segments
from hotline.domain.numbers import Reach, reach_of
from hotline.domain.remedies import BACK_OFF, REMEDIES, back_off, remedy_for
from hotline.domain.reminders import reminders

RULES, QUIET = CallingRules(), QuietHours()
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
KINDS = st.sampled_from(sorted(OCCASIONS))


def town(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOWN_TIME)


@given(KINDS, MOMENTS)
def test_no_text_that_can_wait_leaves_at_night(kind: str, at: datetime) -> None:
    when = not_before(kind, at, QUIET)
    assert at <= when < at + timedelta(hours=11, minutes=1)
    clock = when.astimezone(TOWN_TIME).time()
    assert OCCASIONS[kind].at_any_hour or time(8) <= clock < time(21)


def test_what_was_asked_for_goes_at_once_and_the_rest_in_the_morning() -> None:
    late = town("2026-11-25T23:30")
    assert not_before("asked", late, QUIET) == late
    assert not_before("step", late, QUIET) == town("2026-11-26T08:00")
    assert not_before("reminder", town("2026-11-26T03:00"), QUIET) == town("2026-11-26T08:00")


@settings(deadline=None)
@given(KINDS.filter(lambda kind: kind != "alert"), MOMENTS)
def test_nobody_is_rung_outside_calling_hours(kind: str, at: datetime) -> None:
    when = first_moment(kind, at, RULES)
    local = when.astimezone(TOWN_TIME)
    assert when >= at
    assert any(h.first <= local.time() < h.last for h in RULES.hours)
    assert not spring_festival(local.date())
    if may_ring(kind, at, RULES):
        assert when == at


@given(MOMENTS)
def test_danger_rings_staff_at_any_hour(at: datetime) -> None:
    assert first_moment("alert", at, RULES) == at


@pytest.mark.parametrize(
    ("at", "may"),
    [
        ("2026-11-25T08:29", False),
        ("2026-11-25T08:30", True),
        ("2026-11-25T11:30", False),
        ("2026-11-25T13:00", False),
        ("2026-11-25T15:00", True),
        ("2026-11-25T17:30", False),
        ("2026-11-25T19:59", True),
        ("2026-11-25T20:00", False),
        ("2027-02-05T10:00", False),  # New Year's Eve of the year of the goat
        ("2027-02-12T10:00", False),
        ("2027-02-13T10:00", True),
    ],
)
def test_calling_hours_are_the_town_s(at: str, *, may: bool) -> None:
    assert may_ring("reminder", town(at), RULES) is may


@settings(deadline=None)
@given(KINDS.filter(lambda kind: kind != "alert"), st.integers(1, 5), st.sampled_from(Disposition), MOMENTS)
def test_a_resident_is_tried_once_a_day_and_no_oftener_than_the_kind_allows(
    kind: str, attempt: int, how: Disposition, ended: datetime
) -> None:
    again = next_attempt((kind, attempt), how, ended, RULES)
    if attempt >= RULES.attempts[kind] or how in (Disposition.ANSWERED, Disposition.CANCELED):
        assert again is None
    else:
        assert again is not None
        assert may_ring(kind, again, RULES)
        assert again.astimezone(TOWN_TIME).date() > ended.astimezone(TOWN_TIME).date()


def test_staff_in_danger_are_tried_again_within_minutes() -> None:
    night = town("2026-11-25T02:00")
    assert next_attempt(("alert", 1), Disposition.BUSY, night, RULES) == night + timedelta(minutes=1)
    assert next_attempt(("alert", 2), Disposition.NO_ANSWER, night, RULES) == night + timedelta(minutes=2)
    assert next_attempt(("alert", 3), Disposition.BUSY, night, RULES) is None


@settings(deadline=None)
@given(MOMENTS)
def test_the_last_moment_lies_before_and_within_hours(at: datetime) -> None:
    when = last_moment("reminder", at, RULES)
    assert when <= at
    assert may_ring("reminder", when, RULES)


@pytest.mark.parametrize(
    ("status", "by", "how"),
    [
        ("completed", "human", "answered"),
        ("completed", "unknown", "answered"),
        ("completed", "", "answered"),
        ("completed", "machine_end_beep", "machine"),
        ("completed", "fax", "machine"),
        ("busy", "", "busy"),
        ("no-answer", "", "no_answer"),
        ("failed", "", "failed"),
        ("ringing", "", None),
        ("nonsense", "", None),
    ],
)
def test_busy_no_answer_machine_and_failed_are_told_apart(status: str, by: str, how: str | None) -> None:
    assert disposition_of(status, by) == how


def test_the_breaker_opens_at_half_of_at_least_five() -> None:
    assert not breaks([False] * 4, RULES)
    assert breaks([True, True, False, False, False], RULES)
    assert not breaks([True, True, True, False, False], RULES)
    assert breaks([True, False] * 5, RULES)


STOPS = "退订 停止 TD td ＴＤ ｔｄ 退订。 “退订” 回复TD 请退订 退　订 退訂 停止！ T 退订短信"


@pytest.mark.parametrize("body", [*STOPS.split(" "), " 退订 "])
def test_every_spelling_of_no_is_a_no(body: str) -> None:
    assert opting(body) == "out"


@pytest.mark.parametrize("body", ["恢复", "恢復", "恢复。", "请恢复", "HF", "ｈｆ"])
def test_every_spelling_of_yes_again_is_one(body: str) -> None:
    assert opting(body) == "in"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "退订医保怎么办",
        "停止供水三天了",
        "自来水恢复了吗",
        "什么时候恢复供电",
        "TDD",
        "1",
        "取消",
        "退",
        "x" * 5000,
    ],
)
def test_a_sentence_that_only_has_the_word_in_it_is_none(body: str) -> None:
    assert opting(body) == ""


@given(st.text())
def test_any_text_is_read_without_trouble(body: str) -> None:
    assert opting(body) in ("", "in", "out")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=600))
def test_chinese_is_counted_in_parts_of_70_and_67(body: str) -> None:
    parts = segments(body)
    assert parts == (1 if len(body) <= 70 else -(-len(body) // 67))


def test_parts_at_their_edges() -> None:
    assert [segments("一" * n) for n in (0, 1, 70, 71, 134, 135)] == [1, 1, 1, 2, 2, 3]
    assert segments("𠀀" * 36) == 2, "a character beyond the first plane takes two units"
    assert [segments("a" * n) for n in (160, 161)] == [1, 2]


@pytest.mark.parametrize(
    ("number", "reach"),
    [
        ("13800001234", Reach.MOBILE),
        ("19912345678", Reach.MOBILE),
        ("16612345678", Reach.MOBILE),
        ("0737-8812345".replace("-", ""), Reach.LANDLINE),
        ("7378812345", Reach.LANDLINE),
        ("02088881234", Reach.LANDLINE),
        ("8812345", Reach.LANDLINE),
        ("+85291234567", Reach.MOBILE),
        ("110", Reach.NOWHERE),
        ("12345", Reach.NOWHERE),
        ("95588", Reach.NOWHERE),
        ("", Reach.NOWHERE),
        ("withheld:CA1", Reach.NOWHERE),
    ],
)
def test_a_number_is_known_for_what_it_is(number: str, reach: Reach) -> None:
    assert reach_of(number) is reach


@given(st.text(max_size=40))
def test_any_number_has_some_reach(number: str) -> None:
    assert reach_of(number) in Reach


def test_the_way_is_the_resident_s_where_there_is_a_choice() -> None:
    assert way_of("either", "", Reach.MOBILE) == "sms"
    assert way_of("either", "voice", Reach.MOBILE) == "voice"
    assert way_of("either", "sms", Reach.LANDLINE) == "voice", "a landline cannot read"
    assert way_of("sms", "voice", Reach.MOBILE) == "sms"
    assert way_of("sms", "", Reach.LANDLINE) == ""
    assert way_of("voice", "sms", Reach.MOBILE) == "voice"
    assert way_of("voice", "", Reach.NOWHERE) == ""


@given(st.integers(1, 50), st.sampled_from(["", "20003", "30001", "nonsense"]))
def test_waits_only_grow(attempts: int, code: str) -> None:
    assert back_off(code, attempts) <= back_off(code, attempts + 1) <= max(BACK_OFF) * 2


def test_every_cause_has_its_remedy() -> None:
    assert remedy_for("21610", undelivered=False).opted_out
    assert remedy_for("21614", undelivered=False).call
    assert remedy_for("30003", undelivered=True).again == (timedelta(minutes=30), timedelta(minutes=60))
    assert remedy_for("99999", undelivered=True).call
    assert not remedy_for("21211", undelivered=False).call
    assert all(remedy.call or remedy.opted_out for remedy in REMEDIES.values())


def test_reminders_come_a_day_and_two_hours_ahead_but_not_right_after_booking() -> None:
    start = town("2026-11-28T19:30")
    both = list(reminders(start, town("2026-11-25T10:00")))
    assert [(r.name, start - r.since, start - r.until) for r in both] == [
        ("day", timedelta(days=1), timedelta(hours=2)),
        ("hours", timedelta(hours=2), timedelta(0)),
    ]
    assert [r.name for r in reminders(start, town("2026-11-27T19:00"))] == ["hours"]
    assert list(reminders(start, town("2026-11-28T17:00"))) == []


@settings(deadline=None)
@given(MOMENTS, MOMENTS)
def test_a_reminder_by_call_is_rung_within_hours_and_before_the_appointment(
    start: datetime, booked: datetime
) -> None:
    for reminder in reminders(start, booked, calls=RULES):
        assert may_ring("reminder", reminder.since, RULES)
        assert reminder.since < reminder.until <= start
