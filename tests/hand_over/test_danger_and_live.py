"""From live audio to a person; danger: the number first, everybody told at once, whoever answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hotline.domain.duty import Line
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import template, words
from ivr.understanding.answer import Command, Understood
from tests.hand_over.test_transfers import KEYS, told_and_presses
from tests.hand_over.town_hall import FIRST, SECOND, THIRD, always, town_hall

FIRE = Understood(danger="fire", text="屋里起火了")
PAYS = Understood(value="guide", slots={"service": "1", "name": "王桂花", "village": "V03"})
PERSON = Understood(command=Command.PERSON)


async def test_a_transfer_ends_the_live_audio_and_goes_on_by_telephone(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST))
        hall.speaks_live(PAYS, PERSON)
        clerk = hall.phone_of(FIRST)
        await hall.caller.dial()
        heard = await told_and_presses(clerk, "1")
        assert heard.startswith("石桥村王桂花，要问")
        assert heard.endswith("，正等着。" + KEYS)
        await hall.until(lambda: hall.rings() == [("王强", "accepted")])
        assert hall.caller.captions() == [template("person.still")]
        await clerk.do("hangup")
        await hall.caller.event("ended")
        assert hall.state() == "transferred"


async def test_after_a_transfer_in_vain_a_spoken_call_is_spoken_to_again(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST))
        hall.speaks_live(PAYS, PERSON, Understood(value="屋里漏水", text="屋里漏水"))
        busy = hall.phone_of(FIRST, answers=False)
        await hall.caller.dial()
        await busy.event("ringing")
        await busy.do("hangup")
        await hall.until(lambda: hall.state() == "recorded")
        assert len(hall.heard_live) == 2, (list(hall.exchange.alerts), hall.caller.captions())
        assert template("person.none") in hall.heard_live[1]
        assert template("message.ask") in hall.heard_live[1]
        assert [task.text for task in hall.tasks()] == ["屋里漏水"]
        assert not any("请按" in said for said in hall.caller.captions())


async def test_a_call_by_keys_stays_by_keys_after_a_transfer_in_vain(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST))
        busy = hall.phone_of(FIRST, answers=False)
        await hall.wants_a_person()
        await busy.event("ringing")
        hall.office.front = replace(hall.office.front, can_listen=lambda: True)
        await busy.do("hangup")
        await hall.caller.event("record")
        assert hall.heard_live == []


async def test_in_danger_the_number_is_named_first_and_everybody_is_texted(tmp_path: Path) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.ORDINARY, FIRST), *always(Line.DANGER, SECOND, THIRD))
        hall.speaks_live(FIRE)
        busy, clerk = hall.phone_of(SECOND, answers=False), hall.phone_of(FIRST)
        await hall.caller.dial()
        await busy.event("ringing")
        assert hall.caller.captions()[0] == template("danger.warn.fire")
        assert [to for to, _ in hall.texts()] == ["13800000012", "07378800003", "13800000011"]
        assert len(hall.office.queued) == 3
        assert [(t.reason, t.state) for t in hall.tasks()] == [("danger", "open")]
        await busy.do("hangup")
        heard = await told_and_presses(clerk, "1")
        assert heard == "急事！一位乡亲，说起火了，正等着。" + KEYS
        await hall.until(lambda: [state for _, state in hall.rings()] == ["busy", "no_answer", "accepted"])
        assert words(Prompt("danger.still", {"number": "119"})) in hall.caller.captions()
        assert [t.state for t in hall.tasks()] == ["done"]


@pytest.mark.parametrize(
    ("people", "last"), [((SECOND,), "danger.nobody"), ((), "danger.alone")], ids=["told", "nobody to tell"]
)
async def test_where_nobody_answers_in_danger_only_what_is_true_is_said(
    tmp_path: Path, people: tuple[object, ...], last: str
) -> None:
    async with town_hall(tmp_path) as hall:
        hall.on_duty(*always(Line.DANGER, *people))  # type: ignore[arg-type]
        hall.speaks_live(FIRE)
        await hall.caller.dial()
        await hall.until(lambda: hall.state() == "recorded")
        assert len(hall.texts()) == len(people)
        assert [t.state for t in hall.tasks()] == ["open"]
        if people:  # with nobody to dial the live audio says it, and the call just ends
            await hall.caller.event("ended")
            assert hall.caller.captions()[-1] == words(Prompt(last, {"number": "119"}))
