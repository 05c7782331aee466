"""Telephones made of text."""

from __future__ import annotations

from ivr.exchange.terminal import KeypadTelephone, TextingTelephone
from tests.exchange.test_streams import connect
from tests.exchange.world import FAST, twiml, world

MENU = twiml(
    '<Gather numDigits="1" action="/voice/turn?turn=1"><Say>预约按一</Say></Gather>',
)


async def test_the_keypad_telephone_reads_out_and_presses_one_line_for_each_question() -> None:
    answers = {
        "/voice/incoming": connect(action=' action="/voice/menu"'),
        "/voice/menu": MENU,
        "/voice/turn": twiml('<Record action="/voice/recorded" timeout="1"/>'),
        "/voice/recorded": twiml("<Say>记下了</Say>"),
    }
    async with world(answers) as w:
        shown: list[str] = []
        telephone = KeypadTelephone("13900000004", shown.append, FAST)
        w.exchange.plug(telephone)
        for line in ("1", "自来水停了三天了"):
            telephone.lines.put_nowait(line)
        assert await telephone.call() == "hangup"
        assert (await w.service.hook("/voice/turn")).form["Digits"] == "1"
        assert int((await w.service.hook("/voice/recorded")).form["RecordingDuration"]) >= 1
        assert "热线：预约按一" in shown
        assert "热线：记下了" in shown
        assert w.codes() == [31920]


async def test_the_end_of_the_input_hangs_up() -> None:
    async with world({"/voice/incoming": MENU.replace("<Gather ", '<Gather timeout="60" ')}) as w:
        telephone = KeypadTelephone("13900000004", lambda _: None, FAST)
        w.exchange.plug(telephone)
        telephone.lines.put_nowait(None)
        assert await telephone.call() == "caller"


async def test_the_texting_telephone_waits_for_each_reply() -> None:
    async with world({"/sms/incoming": "<Response><Message>收到</Message></Response>"}) as w:
        shown: list[str] = []
        telephone = TextingTelephone("13900000005", shown.append)
        w.exchange.plug(telephone)
        for line in ("我要预约", "", "明天上午", None):
            telephone.lines.put_nowait(line)
        await telephone.talk()
        assert shown == ["短信：收到", "短信：收到"]
        assert [hook.form["Body"] for hook in w.service.hooks] == ["我要预约", "明天上午"]
