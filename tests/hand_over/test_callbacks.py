"""Call-backs: due by rule, owned by who takes them first, told to the supervisor when late, once a level."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from hotline.callback_desk import Acting, callback_views
from hotline.domain import callbacks
from hotline.domain.calendar import TOWN_TIME, Timetable
from hotline.domain.callbacks import DANGER_GRACE, RINGING_AT_MOST, WITHIN_OFFICE_HOURS, after_office_time
from hotline.domain.duty import Line
from hotline.domain.errors import Refused
from hotline.holidays import is_working_day
from hotline.store.tables import CallbackRow, CallbackStepRow, MessageRow, StaffRow
from hotline.store.unit_of_work import Store
from tasks.callbacks import tell_of_late
from tests.hand_over.town_hall import FIRST, SECOND, always
from tests.town import WEDNESDAY

ROLES = {"wangqiang": "clerk", "lifang": "village", "zhou": "supervisor", "shen": "auditor"}


@pytest.fixture
def store(either_store: Store) -> Store:
    store = either_store
    with store.open() as office:
        for name, role in ROLES.items():
            office.session.add(
                StaffRow(username=name, name=name, role=role, password_hash="", created_at=WEDNESDAY)
            )
        office.duty.replace([*always(Line.SUPERVISOR, SECOND), *always(Line.ORDINARY, FIRST)])
        office.commit()
    return store


def task(store: Store, reason: str = "asked", state: str = "open", due_at: datetime = WEDNESDAY) -> int:
    with store.open() as office:
        row = office.callbacks.add(
            CallbackRow(
                number="13900000001", reason=reason, recording="", text="要找人", conversation="c1",
                state=state, due_at=due_at, created_at=WEDNESDAY,
            )
        )  # fmt: skip
        office.commit()
        return row.id


def act(store: Store, username: str, what: str, *given: object, now: datetime = WEDNESDAY) -> callbacks.CallBack:
    with store.open() as office:
        after: callbacks.CallBack = getattr(Acting(office, username, now), what)(*given)
        office.commit()
        return after


def refusal(store: Store, username: str, what: str, *given: object) -> str:
    with pytest.raises(Refused) as refused:
        act(store, username, what, *given)
    return refused.value.reason


def overdue(store: Store) -> list[tuple[str, str]]:
    with store.open() as office:
        return [(m.to, m.reason) for m in office.session.scalars(select(MessageRow).order_by(MessageRow.id))]


def test_eight_who_take_it_at_once_are_one_owner_and_seven_who_are_told_so(store: Store) -> None:
    one = task(store)

    def take(username: str) -> str:
        try:
            return act(store, username, "take", one).owner
        except Refused as no:
            return no.reason

    with ThreadPoolExecutor(8) as pool:
        owners = list(pool.map(take, ["wangqiang", "lifang"] * 4))
    assert owners.count("taken") == 4
    assert len(set(owners) - {"taken"}) == 1


def test_who_took_it_tries_waits_and_is_done_with_it(store: Store) -> None:
    one, again = task(store), WEDNESDAY + timedelta(hours=1)
    act(store, "wangqiang", "take", one)
    assert refusal(store, "lifang", "done", one, "好了") == "not_yours"
    assert refusal(store, "wangqiang", "tried", one, WEDNESDAY) == "not_ahead"
    assert act(store, "wangqiang", "tried", one, again).next_try_at == again
    assert refusal(store, "wangqiang", "done", one, " ") == "note_missing"
    done = act(store, "wangqiang", "done", one, "讲清楚了")
    assert (done.state, done.tries, done.note) == ("done", 1, "讲清楚了")
    assert refusal(store, "lifang", "take", one) == "done"
    with store.open() as office:
        steps = office.session.scalars(select(CallbackStepRow).order_by(CallbackStepRow.id))
        assert [(s.what, s.username) for s in steps] == [(w, "wangqiang") for w in ("taken", "tried", "done")]
        assert callback_views(office, WEDNESDAY) == []


def test_what_is_given_back_anybody_may_take(store: Store) -> None:
    one = task(store)
    act(store, "wangqiang", "take", one)
    act(store, "wangqiang", "give_back", one)
    assert act(store, "lifang", "take", one).owner == "lifang"


def test_a_supervisor_may_finish_what_others_took_and_an_auditor_nothing(store: Store) -> None:
    one = task(store)
    act(store, "wangqiang", "take", one)
    assert refusal(store, "shen", "take", one) == "no_right"
    assert refusal(store, "nobody", "take", one) == "not_staff"
    assert refusal(store, "zhou", "take", one + 1) == "unknown"
    assert act(store, "zhou", "done", one, "办了").state == "done"


def test_the_supervisor_is_told_once_a_level_however_often_it_is_swept(store: Store) -> None:
    one = task(store)
    assert tell_of_late(store, WEDNESDAY, is_working_day) == 0
    late = WEDNESDAY + timedelta(minutes=1)
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: tell_of_late(store, late, is_working_day), range(4))) == [0, 0, 0, 1]
    assert overdue(store) == [("13800000012", f"overdue:{one}:1")]
    much_later = WEDNESDAY + timedelta(days=1)
    assert [tell_of_late(store, much_later, is_working_day) for _ in range(3)] == [1, 0, 0]
    assert overdue(store)[1:] == [("13800000012", f"overdue:{one}:2")]


def test_a_try_that_was_agreed_moves_the_clock(store: Store) -> None:
    one = task(store)
    act(store, "wangqiang", "take", one)
    act(store, "wangqiang", "tried", one, WEDNESDAY + timedelta(hours=2))
    assert tell_of_late(store, WEDNESDAY + timedelta(hours=1), is_working_day) == 0
    assert tell_of_late(store, WEDNESDAY + timedelta(hours=3), is_working_day) == 1


def test_danger_is_late_after_five_minutes(store: Store) -> None:
    task(store, reason="danger")
    assert tell_of_late(store, WEDNESDAY + DANGER_GRACE, is_working_day) == 0
    assert tell_of_late(store, WEDNESDAY + DANGER_GRACE + timedelta(seconds=1), is_working_day) == 1


def test_a_transfer_that_was_lost_with_its_call_becomes_a_call_back(store: Store) -> None:
    one = task(store, state="ringing", due_at=WEDNESDAY + timedelta(hours=2))
    tell_of_late(store, WEDNESDAY + RINGING_AT_MOST - timedelta(seconds=1), is_working_day)
    assert state(store, one) == "ringing"
    tell_of_late(store, WEDNESDAY + RINGING_AT_MOST, is_working_day)
    assert state(store, one) == "open"


def state(store: Store, one: int) -> str:
    with store.open() as office:
        row = office.callbacks.locked(one)
        assert row is not None
        return row.state


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-25T10:00", "2026-11-25T12:00"),
        ("2026-11-25T11:10", "2026-11-25T15:30"),
        ("2026-11-25T13:00", "2026-11-25T16:00"),
        ("2026-11-25T16:30", "2026-11-26T10:30"),
        ("2026-11-25T22:00", "2026-11-26T11:00"),
        ("2026-11-27T17:00", "2026-11-30T11:00"),
        ("2026-09-30T16:00", "2026-10-08T10:00"),
        ("2026-10-10T09:00", "2026-10-10T11:00"),
    ],
)
def test_an_ordinary_call_back_is_due_within_two_office_hours(now: str, due: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=TOWN_TIME)
    expected = datetime.fromisoformat(due).replace(tzinfo=TOWN_TIME)
    assert callbacks.due_at("asked", at, Timetable(), is_working_day) == expected
    assert callbacks.due_at("danger", at, Timetable(), is_working_day) == at


@given(
    st.dates(date(2026, 1, 1), date(2026, 11, 30)),
    st.integers(0, 1439),
    st.integers(1, 600),
)
def test_the_clock_runs_in_office_hours_and_never_back(day: date, minute: int, span: int) -> None:
    now = datetime.combine(day, time(), TOWN_TIME) + timedelta(minutes=minute)
    due = after_office_time(timedelta(minutes=span), now, Timetable(), is_working_day)
    longer = after_office_time(timedelta(minutes=span + 1), now, Timetable(), is_working_day)
    assert now + timedelta(minutes=span) <= due <= longer
    assert is_working_day(due.date())
    assert any(h.first <= due.time() <= h.last for h in Timetable().daytime)


def test_two_hours_are_what_was_promised() -> None:
    assert timedelta(hours=2) == WITHIN_OFFICE_HOURS
