"""Nobody sees what they may not, by whatever way they look."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.case_life import MACHINE, MOVES, ROLES, Actor, may_make
from hotline.domain.discretion import TELLER, may_see, visible
from hotline.domain.dispatch import faults, named_in, responsible
from hotline.domain.errors import Refused
from hotline.domain.grievances import Grievance
from hotline.store.case_search import Sought
from tests.cases.room import (
    ADMINISTRATOR,
    AUDITOR,
    CLERK,
    EVERYBODY,
    SUPERVISOR,
    VILLAGE_2,
    VILLAGE_3,
    WATER,
    Room,
    staff,
)
from tests.town import TOWN

ACCUSED_SUPERVISOR = staff("he", "supervisor", "何美玲")


def sees(room: Room, case: Grievance, who: Actor) -> set[str]:
    """Every way by which this user comes to know of the case."""
    found = set()
    with room.store.open() as office:
        work = room.work(office)
        with suppress(Refused):
            work.see(case.code, who)
            found.add("see")
        for way, sought in (("list", Sought()), ("search", Sought(text="窗口")), ("one", Sought(text="窗"))):
            if case.code in {one.code for one in office.grievances.search(sought, who)}:
                found.add(way)
    return found


EVERY_WAY = {"see", "list", "search", "one"}


def test_an_ordinary_case_is_seen_by_those_who_work_on_it(room: Room) -> None:
    case = room.opened(story="窗口前面的自来水管漏水", village="V02")
    ways = {who.username: sees(room, case, who) for who in EVERYBODY}
    assert {name for name, found in ways.items() if found == EVERY_WAY} == {
        "zeng", "liu", "hu", "gao", "zhou", "root", "audit",
    }  # fmt: skip
    assert ways["shi"] == set()


@pytest.mark.parametrize(
    "told",
    [
        {"topic": "G15", "story": "窗口上那个妹子讲话好冲", "kind": "complaint"},
        {"topic": "G8", "story": "窗口的人偷偷卖河沙", "kind": "report"},
    ],
)
def test_reports_and_complaints_about_staff_are_the_supervisors_alone(room: Room, told: dict[str, str]) -> None:
    case = room.opened(**told)
    assert (case.confidential, case.status) == (True, "accepted")  # no machine sends it to anybody
    for who in EVERYBODY:
        assert sees(room, case, who) == (EVERY_WAY if who is SUPERVISOR else set()), who
        if who is not SUPERVISOR:
            with pytest.raises(Refused, match="no_case"):
                room.make(case, "sign", who)


def test_who_is_complained_about_sees_nothing_even_as_a_supervisor(room: Room) -> None:
    case = room.opened(topic="G15", story="窗口的何美玲骂人", kind="complaint", accused=("何美玲",))
    assert sees(room, case, ACCUSED_SUPERVISOR) == {*()}
    assert sees(room, case, SUPERVISOR) == EVERY_WAY


def test_what_becomes_confidential_leaves_the_hands_of_whoever_has_it(room: Room) -> None:
    case = room.make(room.opened(story="窗口"), "sign", WATER)
    room.make(case, "classify", CLERK, changes={"kind": "report"})
    assert sees(room, case, WATER) == set()
    with pytest.raises(Refused, match="no_case"):
        room.make(case, "answer", WATER, reason="好了")
    room.make(case, "classify", SUPERVISOR, changes={"kind": "help"})
    assert sees(room, case, WATER) == EVERY_WAY


def test_who_does_not_work_on_cases_does_not_learn_who_told(room: Room) -> None:
    case = room.opened()
    for who in (ADMINISTRATOR, AUDITOR):
        seen = visible(case, who)
        assert seen is not None
        assert {getattr(seen, name) for name in TELLER} == {""}
        assert seen.story == case.story


def test_a_village_sees_its_own_cases_and_those_it_holds(room: Room) -> None:
    case = room.opened(village="V03", topic="G1")
    assert visible(case, VILLAGE_3) is not None
    assert visible(case, VILLAGE_2) is None
    room.make(case, "reassign", SUPERVISOR, unit="竹林村委会", reason="管子在竹林村")
    assert visible(room.now(case), VILLAGE_2) is not None


cases = st.builds(
    Grievance,
    **{name: st.just("x") for name in ("code", "topic", "story", "group", "where", "recording", "conversation")},
    id=st.just(1),
    sign_by=st.none(),
    created_at=st.none(),
    name=st.just("王桂花"),
    number=st.just("139"),
    callback_number=st.just("139"),
    urgency=st.just("normal"),
    status=st.sampled_from(["accepted", "signed", "closed"]),
    village=st.sampled_from(["V01", "V02"]),
    confidential=st.booleans(),
    accused=st.lists(st.sampled_from(["甲", "乙", "u"])).map(tuple),
    officer=st.sampled_from(["", "甲", "乙"]),
    taken_by=st.sampled_from(["", "u", "v"]),
)
viewers = st.builds(
    Actor,
    st.sampled_from(["u", "v"]),
    st.sampled_from(ROLES),
    st.sampled_from(["", "甲", "乙"]),
    st.frozensets(st.sampled_from(["V01", "V02"])),
)


@given(cases, viewers)
def test_for_every_role_and_every_case_the_law_holds(case: Grievance, viewer: Actor) -> None:
    seen = visible(case, viewer)
    about_them = {viewer.username, viewer.name} & set(case.accused) - {""}
    if viewer.role != MACHINE and about_them:
        assert seen is None
    if seen is not None and case.confidential:
        assert viewer.role in ("supervisor", MACHINE)
    if seen is not None and viewer.role in ("administrator", "auditor"):
        assert "王桂花" not in (seen.name, seen.number, seen.callback_number)
    if viewer.role == "village" and seen is not None:
        assert case.village in viewer.villages or {viewer.username, viewer.name} & set(case.people)


@given(cases, viewers, st.sampled_from(sorted(MOVES)))
def test_nobody_may_move_what_they_may_not_see(case: Grievance, viewer: Actor, move: str) -> None:
    if may_make(case.standing, move, viewer) and viewer.role != "village":
        assert may_see(case, viewer)


def test_the_list_of_officers_has_no_gap() -> None:
    assert faults(TOWN.officers, TOWN.topics, TOWN.villages) == []
    without = [post for post in TOWN.officers if (post.topic, post.village) != ("*", "*") and post.topic != "G1"]
    assert "no row for G1 in V01" in faults(without, TOWN.topics, TOWN.villages)
    assert "no row for G1 in V05" not in faults(TOWN.officers, TOWN.topics, TOWN.villages)


def test_who_is_complained_about_is_passed_over() -> None:
    def officer(*besides: str) -> str:
        post = responsible(TOWN.officers, "G1", "V05", besides=besides)
        return post.officer if post else ""

    assert officer() == "姚春林"
    assert officer("姚春林") == "刘水生"  # the deputy
    assert officer("姚春林", "刘水生", "胡建明") == "曾令军"  # the next more general row
    assert officer("姚春林", "刘水生", "胡建明", "曾令军", "何美玲") == ""
    assert named_in("水利站刘水生骂人", TOWN.officers) == ("刘水生",)
