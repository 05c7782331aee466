"""The life of a case: every move with its right, its clock and what the resident is told of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import MOVES, ROLES, STATES, Actor, Standing, may_make, moves_open
from hotline.domain.case_moves import as_replayed, replayed
from hotline.domain.errors import Refused
from hotline.domain.grievances import Grievance
from tests.cases.room import CLERK, EVERYBODY, OTHER_WATER, SUPERVISOR, VILLAGE_2, WATER, Room


def refused(room: Room, case: Grievance, move: str, who: Actor, /, **given: Any) -> str:
    with pytest.raises(Refused) as no:
        room.make(case, move, who, **given)
    return no.value.reason


def signed(room: Room) -> Grievance:
    return room.make(room.opened(), "sign", WATER)


def reviewed(room: Room) -> Grievance:
    case = signed(room)
    room.make(case, "start", WATER)
    room.make(case, "answer", WATER, reason="水管换好了")
    return room.make(case, "review", SUPERVISOR)


def test_a_case_goes_its_whole_way(room: Room) -> None:
    case = reviewed(room)
    for move in ("call_back", "close", "archive"):
        case = room.make(case, move, SUPERVISOR)
    assert (case.status, case.answer, case.taken_by) == ("archived", "水管换好了", "liu")
    with room.store.open() as office:
        history = office.grievances.history(case.id)
    assert [event.went_to for event in history] == [
        "accepted", "dispatched", "signed", "handling", "answered", "reviewed", "called_back", "closed",
        "archived",
    ]  # fmt: skip
    assert replayed(history) == as_replayed(case)


def test_every_state_but_the_last_can_be_left_and_every_state_can_be_reached() -> None:
    left = {state for rule in MOVES.values() for state in rule.of if rule.to}
    reached = {rule.to for rule in MOVES.values() if rule.to}
    assert set(STATES) - left == {"archived"}
    assert set(STATES) == reached


def test_administrators_and_auditors_work_on_no_case() -> None:
    for role in ("administrator", "auditor"):
        standing = Standing("accepted", confidential=False, officers=("x",))
        assert [m for m in MOVES if may_make(standing, m, Actor("x", role, "x"))] in ([], ["archive"])


def test_a_merged_case_can_only_be_parted_and_only_by_the_supervisor() -> None:
    standing = Standing("merged", confidential=False, officers=("x",))
    able = {(role, move) for role in ROLES for move in moves_open(standing, Actor("x", role))}
    assert able == {("supervisor", "part")}


def test_the_responsible_officer_gets_it_at_once(room: Room) -> None:
    case = room.opened(village="V05")
    assert (case.status, case.unit, case.officer, case.dispatches) == ("dispatched", "水口供水站", "姚春林", 1)


def test_only_who_holds_it_signs_and_then_owns_it(room: Room) -> None:
    case = room.opened()
    assert refused(room, case, "sign", CLERK) == "not_yours"
    assert refused(room, case, "sign", VILLAGE_2) == "not_yours"
    room.make(case, "sign", OTHER_WATER)  # the deputy
    assert refused(room, case, "sign", WATER) in ("not_now", "not_yours")
    assert refused(room, case, "answer", WATER, reason="好了") == "not_yours"
    assert room.make(case, "answer", OTHER_WATER, reason="好了").status == "answered"


def test_of_two_who_sign_at_once_one_does(room: Room) -> None:
    case = room.opened()

    def sign(who: Actor) -> str:
        try:
            return room.make(case, "sign", who).taken_by
        except Refused as no:
            return no.reason

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(sign, (WATER, OTHER_WATER)))
    assert room.now(case).taken_by in done
    assert len({"moved_meanwhile", "not_now", "not_yours"} & set(done)) == 1


def test_moves_with_a_reason_are_refused_without(room: Room) -> None:
    for move, rule in MOVES.items():
        if rule.why and move not in ("leave",):
            with pytest.raises(Refused, match=r"no_reason|not_now|no_such_move"):
                room.make(room.opened(dispatched=False), move, SUPERVISOR, reason=" \n ")


def test_a_unit_returns_it_within_two_working_days_with_a_reason(room: Room) -> None:
    case = room.opened()
    assert refused(room, case, "return", WATER) == "no_reason"
    assert room.make(case, "return", WATER, reason="不是我们的管子").officer == ""
    late = room.opened()
    room.watch.now = room.watch.now.replace(hour=17, minute=1) + timedelta(days=2)
    assert refused(room, late, "return", WATER, reason="不是我们的管子") == "too_late"
    assert room.make(late, "return", SUPERVISOR, reason="派错了").status == "returned"


def test_after_three_dispatches_the_supervisor_names_the_unit(room: Room) -> None:
    case = room.opened()
    for _ in range(2):
        room.make(case, "return", WATER, reason="不归我们")
        room.make(case, "dispatch", CLERK)
    room.make(case, "return", WATER, reason="不归我们")
    assert refused(room, case, "dispatch", CLERK, unit="环卫所") == "supervisor_names_the_unit"
    case = room.make(case, "dispatch", SUPERVISOR, unit="环卫所")
    assert (case.unit, case.officer, case.dispatches) == ("环卫所", "孟洁", 4)


def test_a_unit_nobody_knows_is_refused(room: Room) -> None:
    assert refused(room, room.opened(dispatched=False), "dispatch", CLERK, unit="'; DROP TABLE") == "no_such_unit"


def test_an_extension_is_given_once_and_is_at_most_ten_working_days(room: Room) -> None:
    case = signed(room)  # Wednesday 25 November: five working days end on Wednesday 2 December
    assert case.answer_by is not None
    assert f"{case.answer_by.astimezone(TOWN_TIME):%m-%d %H:%M}" == "12-02 17:00"
    assert refused(room, case, "extend", WATER, days=11, reason="等配件") == "bad_days"
    assert refused(room, case, "extend", WATER, days=0, reason="等配件") == "bad_days"
    case = room.make(case, "extend", WATER, days=10, reason="等配件")
    assert case.answer_by is not None
    assert f"{case.answer_by.astimezone(TOWN_TIME):%m-%d %H:%M}" == "12-16 17:00"
    assert refused(room, case, "extend", WATER, days=1, reason="再等等") == "extended"


def test_the_clock_stands_still_while_papers_are_missing(room: Room) -> None:
    case = signed(room)
    before = room.make(case, "pause", WATER, reason="要户口本").answer_by
    assert refused(room, case, "answer", WATER, reason="好了") == "paused"
    room.watch.passes(days=6)  # Tuesday of next week: four working days have begun since
    case = room.make(case, "resume", WATER)
    assert case.granted_days == 4
    assert before is not None
    assert case.answer_by is not None
    assert case.answer_by - before == timedelta(days=6)  # 2 to 8 December: four working days, a weekend
    assert case.case_class == "to_complete"


def test_a_clock_that_has_run_out_is_neither_stopped_nor_put_off(room: Room) -> None:
    case = signed(room)
    room.watch.passes(days=10)
    assert refused(room, case, "pause", WATER, reason="要户口本") == "overdue"
    assert refused(room, case, "extend", WATER, days=3, reason="等配件") == "overdue"


def test_not_solved_takes_it_up_again_with_a_new_clock(room: Room) -> None:
    case = reviewed(room)
    room.watch.passes(days=2)
    case = room.make(case, "reopen", CLERK, reason="水还是没来")
    assert (case.status, case.taken_by, case.answer) == ("handling", "liu", "")
    assert case.answer_by is not None
    assert f"{case.answer_by.astimezone(TOWN_TIME):%m-%d}" == "12-04"


def test_repeats_are_counted_and_each_teller_is_told(room: Room) -> None:
    main, again, third = room.opened(), room.opened(number="13907370002"), room.opened(number="13907370003")
    room.make(third, "merge", CLERK, into=again.code)
    room.make(again, "merge", CLERK, into=main.code)
    assert room.now(main).tellers == 3
    told = len(room.texts())
    room.make(main, "sign", WATER)
    assert [body for body in room.texts()[told:] if "已接手" in body and again.code in body]
    assert len(room.texts()) == told + 3
    assert refused(room, again, "sign", WATER) == "not_now"
    assert refused(room, main, "merge", CLERK, into=again.code) == "bad_merge"
    assert refused(room, main, "merge", CLERK, into=main.code) == "bad_merge"
    assert room.make(again, "part", SUPERVISOR, reason="不是一件事").status == "accepted"
    assert room.now(main).tellers == 1


@pytest.mark.parametrize(
    ("move", "given", "said"),
    [
        ("refuse", {"reason": "不归政府管"}, "这里办不了：不归政府管"),
        ("hand_over", {"reason": "属市水务"}, "12345"),
        ("answer_at_once", {"reason": "八点半开门"}, "八点半开门"),
        ("dispatch", {}, "水利站"),
    ],
)
def test_the_resident_is_told_of_a_step_once(room: Room, move: str, given: dict[str, str], said: str) -> None:
    case = room.opened(dispatched=False)
    room.make(case, move, CLERK, **given)
    (body,) = room.texts()
    assert said in body
    assert body.startswith("【牛田镇政务】")
    assert case.code in body


def test_a_refused_move_leaves_nothing_behind(room: Room) -> None:
    case = signed(room)
    told = room.texts()
    assert refused(room, case, "extend", WATER, days=99, reason="x") == "bad_days"
    assert refused(room, case, "no such move", WATER) == "no_such_move"
    assert room.now(case) == case
    assert room.texts() == told


def test_the_database_itself_keeps_the_history_as_it_is(room: Room) -> None:
    room.opened()
    for change in ("UPDATE case_events SET reason = 'x'", "DELETE FROM case_events"):
        with room.store.open() as office, pytest.raises(DBAPIError, match="only added to"):
            office.session.execute(text(change))


def test_what_a_person_puts_right_moves_the_clock(room: Room) -> None:
    case = room.make(room.opened(), "classify", CLERK, changes={"kind": "consult"})
    assert case.answer_by is not None
    assert f"{case.answer_by.astimezone(TOWN_TIME):%m-%d}" == "11-26"
    for wrong in ({"kind": "x"}, {"urgency": "x"}, {"number": "1"}, {"status": "closed"}, {}):
        assert refused(room, case, "classify", CLERK, changes=wrong) == "bad_case"


def test_nobody_makes_a_move_on_a_case_that_is_not_there(room: Room) -> None:
    for who in EVERYBODY:
        with pytest.raises(Refused, match="no_case"):
            room.make("999999", "sign", who)
