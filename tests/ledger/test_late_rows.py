"""A clock that was missed is told once a level, also after a restart; who was rung in vain is not forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hotline.domain.calling import SETTLED
from hotline.domain.catalogue import Town
from hotline.domain.ledger.heard import Heard
from hotline.holidays import is_working_day
from hotline.store.unit_of_work import Store
from tasks.late_cases import Watchman
from tasks.late_ledger import ask_by_text, assign_new, escalate
from tests.ledger.room import NUMBER, SLOW, ZHOU, Room
from tests.town import TOWN


def sweep(room: Room, town: Town = TOWN) -> list[str]:
    """(what:level) of the alerts that are new."""
    watch = Watchman(room.store, town, is_working_day, room.watch)
    assign_new(watch)
    found = [*escalate(watch), *ask_by_text(watch)]
    return sorted(":".join(reason.split(":")[2:4]) for reason in found)


def settle_calls(room: Room) -> None:
    """Every attempt that was to be made was in vain."""
    with room.store.open() as office:
        for call in office.calls_out.latest():
            call.state = SETTLED
        office.commit()


def test_a_row_that_came_without_an_owner_gets_one(room: Room) -> None:
    heard = Heard("survey:1", room.watch(), SLOW, place="window:1", clerk="liuf", number=NUMBER)
    with room.store.open() as office:
        [row] = office.ledger.propose(heard)
        office.commit()
    assert room.now(row).owner == ""
    sweep(room)
    assert room.now(row).owner == "周正平"
    sweep(room)
    assert room.moves(row) == ["propose", "assign"]


def test_the_owner_is_told_when_a_clock_runs_out_and_a_working_day_later_the_supervisor(room: Room) -> None:
    row = room.problem(service="G1", place="V05", clerk="别人")
    entry = room.now(row)
    assert (entry.owner, entry.call_by is not None) == ("姚春林", True)
    assert entry.call_by is not None
    room.watch.now = entry.call_by - timedelta(seconds=1)
    assert sweep(room) == []
    room.watch.now = entry.call_by
    assert sweep(room) == []
    room.watch.passes(seconds=1)
    assert sweep(room) == ["call:owner"]
    assert sweep(room) == []
    room.watch.passes(days=1)
    assert sweep(room) == ["call:supervisor"]


def test_nothing_is_told_twice_after_a_restart_and_nothing_is_forgotten(room: Room) -> None:
    room.problem(service="G1", place="V05", clerk="别人")
    room.watch.passes(days=1, hours=8)
    assert sweep(room) == ["call:owner"]
    room.store.close()
    room.store = Store(room.store.engine.url.render_as_string(hide_password=False))
    room.watch.passes(days=14)
    assert sweep(room) == ["call:supervisor", "due:owner", "due:supervisor"]


def test_what_is_about_somebody_goes_to_the_supervisor_at_once(room: Room) -> None:
    room.problem(ratings={"attitude": 1})
    room.watch.passes(days=1, hours=8)
    assert sweep(room) == ["call:supervisor"]


def test_a_text_reaches_who_has_a_number_in_the_list_and_says_nothing_of_the_resident(room: Room) -> None:
    posts = tuple(replace(post, phone="13900000001") for post in TOWN.officers)
    heard = Heard("survey:1", room.watch(), SLOW, service="G1", place="V05", clerk="别人", number=NUMBER)
    with room.store.open() as office:
        office.ledger.propose(heard)
        office.commit()
    sweep(room, replace(TOWN, officers=posts))
    assert "归您办" in room.texts()[0].body
    room.watch.passes(days=3)
    sweep(room, replace(TOWN, officers=posts))
    bodies = [text.body for text in room.texts()][1:]
    assert len(bodies) == 2
    assert not any(NUMBER in body for body in bodies)
    assert sum("请督办" in body for body in bodies) == 1


def test_who_was_rung_in_vain_is_asked_by_text_and_then_the_supervisor_is_told_once(room: Room) -> None:
    room.rectified()
    assert sweep(room) == []
    settle_calls(room)
    assert sweep(room) == []
    [text] = room.texts()
    assert (text.kind, text.channel) == ("recheck", "sms")
    room.watch.passes(days=2)
    assert sweep(room) == []
    with room.store.open() as office:
        held = office.messages.locked(text.id)
        assert held is not None
        held.created_at = room.watch() - timedelta(days=4)
        office.commit()
    assert sweep(room) == ["in_vain:supervisor"]
    assert sweep(room) == []
    assert len(room.texts()) == 1


def test_what_is_over_is_never_late(room: Room) -> None:
    row = room.problem()
    room.make(row, "dismiss", ZHOU, reason="说的不是我们镇")
    room.watch.passes(days=60)
    assert sweep(room) == []
