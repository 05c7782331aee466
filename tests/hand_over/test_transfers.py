"""A caller wants a person: whole transfers over the wire, from key 0 to whoever takes the call or rings back."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.domain.duty import Line
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import template, words
from tests.exchange.world import Phone
from tests.hand_over.town_hall import FIRST, SECOND, THIRD, always, town_hall
from tests.town import Office

KEYS = template("whisper.keys")
STILL = template("person.still")


async def told_and_presses(clerk: Phone, keys: str) -> str:
    """What the clerk hears, and the key they press then."""
    await clerk.event("gather")
    heard = await clerk.event("caption")
    await clerk.keys(keys)
    return str(heard["text"])


async def test_the_first_on_duty_is_told_who_waits_and_takes_the_call(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST, SECOND))
        with hall.office.store.open() as office:
            office.records.know_resident("13907370001", name="王桂花", village="V03")
            office.commit()
        clerk = hall.phone_of(FIRST)
        await hall.wants_a_person()
        heard = await told_and_presses(clerk, "1")
        assert heard == "石桥村王桂花，要找人说话，正等着。" + KEYS
        await hall.until(lambda: hall.rings() == [("王强", "accepted")])
        assert template("person.wait") in hall.caller.captions()
        await clerk.do("hangup")
        assert await hall.caller.event("ended")
        assert hall.rings() == [("王强", "spoken")]
        assert hall.state() == "transferred"
        assert [task.state for task in hall.tasks()] == ["done"]
        assert hall.texts() == []


async def test_the_first_is_engaged_and_the_second_answers(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST, SECOND))
        busy, clerk = hall.phone_of(FIRST, answers=False), hall.phone_of(SECOND)
        await hall.wants_a_person()
        await busy.event("ringing")
        await busy.do("hangup")
        await told_and_presses(clerk, "1")
        await hall.until(lambda: hall.rings() == [("王强", "busy"), ("李芳", "accepted")])
        assert STILL in hall.caller.captions()


async def test_a_clerk_who_declines_hands_the_caller_on(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST, SECOND))
        first, second = hall.phone_of(FIRST), hall.phone_of(SECOND)
        await hall.wants_a_person()
        await told_and_presses(first, "2")
        await told_and_presses(second, "1")
        await hall.until(lambda: hall.rings() == [("王强", "declined"), ("李芳", "accepted")])
        assert template("whisper.passed") in first.captions()


async def test_an_answering_machine_presses_no_key_and_is_nobody(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST, SECOND))
        machine, clerk = hall.phone_of(FIRST), hall.phone_of(SECOND)
        await hall.wants_a_person()
        await told_and_presses(clerk, "1")
        await hall.until(lambda: hall.rings() == [("王强", "no_key"), ("李芳", "accepted")])
        asked = [text for text in machine.captions() if KEYS in text]
        assert len(asked) == 2
        assert "connected" in [event["event"] for event in machine.events]


async def test_a_clerk_who_hangs_up_while_being_told_is_nobody(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST, SECOND))
        first, second = hall.phone_of(FIRST), hall.phone_of(SECOND)
        await hall.wants_a_person()
        await first.event("gather")
        await first.do("hangup")
        await told_and_presses(second, "1")
        await hall.until(lambda: hall.rings() == [("王强", "hung_up"), ("李芳", "accepted")])


async def test_nobody_answers_and_the_caller_is_told_by_when_somebody_rings_back(tmp_path: Path) -> None:
    """Wednesday ten o'clock: two office hours on it is noon."""
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST, SECOND, THIRD))
        hall.phone_of(SECOND, answers=False)
        await hall.wants_a_person()
        await hall.speaks()
        await hall.caller.event("ended")
        assert hall.rings() == [("王强", "no_answer"), ("李芳", "no_answer"), ("周站长", "no_answer")]
        promised = words(Prompt("message.today", {"due": "2026-11-25T12:00"}))
        assert hall.caller.captions()[-1] == promised == "记下了，今天中午十二点以前给您回电话。再见。"
        [task] = hall.tasks()
        assert (task.state, task.reason, task.number) == ("open", "asked", "13907370001")
        assert task.recording
        [(to, text)] = hall.texts()
        assert to == "13800000011"
        assert "13907370001" in text


async def test_a_caller_who_does_not_wait_is_rung_back_and_the_clerk_is_told(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST))
        clerk = hall.phone_of(FIRST)
        await hall.wants_a_person()
        await clerk.event("gather")
        await hall.caller.do("hangup")
        await hall.until(lambda: [task.state for task in hall.tasks()] == ["open"])
        assert hall.rings() == [("王强", "caller_gone")]
        assert (await clerk.event("ended"))["reason"] == "hangup"
        [(to, text)] = hall.texts()
        assert to == "13800000011"
        assert "没等到人接就挂了" in text


async def test_a_caller_who_rings_again_is_connected_and_need_not_be_rung_back(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST))
        clerk = hall.phone_of(FIRST, answers=False)
        await hall.wants_a_person()
        await clerk.event("ringing")
        await hall.caller.do("hangup")
        await hall.until(lambda: [task.state for task in hall.tasks()] == ["open"])
        hall.caller.events.clear()
        clerk.events.clear()
        clerk.answers = True
        await hall.caller.dial()
        await hall.caller.event("gather")
        await hall.caller.keys("1")
        await told_and_presses(clerk, "1")
        await hall.until(lambda: hall.rings()[-1] == ("王强", "accepted"))
        assert [task.state for task in hall.tasks()] == ["done"]
        await hall.caller.do("hangup")
        await hall.until(lambda: hall.state() == "transferred")
        assert [state for _, state in hall.rings()] == ["caller_gone", "spoken"]


async def test_webhooks_that_come_twice_ring_nobody_twice(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST, SECOND))
        first, second = hall.phone_of(FIRST), hall.phone_of(SECOND)
        await hall.caller.dial(duplicate_webhooks=True)
        await hall.caller.event("gather")
        await hall.caller.keys("0")
        await told_and_presses(first, "2")
        await told_and_presses(second, "1")
        await hall.until(lambda: hall.rings() == [("王强", "declined"), ("李芳", "accepted")])
        await second.do("hangup")
        await hall.caller.event("ended")
        assert hall.state() == "transferred"
        assert len(hall.tasks()) == 1
        assert [e["event"] for e in first.events].count("ringing") == 1


@pytest.mark.parametrize("dies_at", ["ringing", "told"])
async def test_a_restart_in_the_middle_loses_nobody(tmp_path: Path, dies_at: str) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST))
        clerk = hall.phone_of(FIRST, answers=dies_at == "told")
        await hall.wants_a_person()
        await clerk.event("ringing" if dies_at == "ringing" else "gather")
        assert [task.state for task in hall.tasks()] == ["ringing"]
        hall.office.open()
        if dies_at == "ringing":
            await clerk.do("answer")
        await told_and_presses(clerk, "1")
        await hall.until(lambda: hall.rings() == [("王强", "accepted")])


async def test_without_a_roster_the_configured_number_is_rung(tmp_path: Path) -> None:
    async with town_hall(tmp_path, Office(tmp_path, person="0737-8800000")) as hall:
        clerk = Phone("0737-8800000", answers=True)
        hall.exchange.plug(clerk)
        await hall.wants_a_person()
        await told_and_presses(clerk, "1")
        await hall.until(lambda: hall.rings() == [("", "accepted")])


async def test_nobody_on_duty_means_a_message_at_once(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        await hall.wants_a_person()
        await hall.speaks()
        await hall.caller.event("ended")
        assert hall.rings() == []
        assert template("person.none") in hall.caller.captions()
        assert [task.state for task in hall.tasks()] == ["open"]
