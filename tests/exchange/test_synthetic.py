"""A synthetic caller answers by the question's mark, and what it measures can be trusted."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from ivr.exchange.goal import GoalError, load, parse
from ivr.exchange.mouth import Utterance
from ivr.exchange.pace import Pace
from ivr.exchange.remote_line import NoLine, plugged_in
from ivr.exchange.sound import SILENCE, level, to_wav, tone
from ivr.exchange.synthetic import Manner, SyntheticCaller
from ivr.exchange.wav_voice import wav_speech
from tests.exchange.test_streams import media, streaming
from tests.exchange.world import StreamEnd, served, twiml, world

PACE = Pace(0.1)
GOAL = """
from: "13800000009"
say:
  errand: [我想来办个老年证, 没得了]
  when: 九点吧
default: 对
keys: {callback_number: "138#"}
end_when: ""
expect: {ended: hangup, asked: [errand, when, confirm, errand]}
"""


def speech(text: str) -> bytes:
    """Half a second of tone, then 0.2 s of nothing, as synthesised speech often ends."""
    return tone(300, 0.5) + SILENCE * 10


def hotline(*marks: str, think_s: float = 0.3, pace: Pace = PACE) -> Any:
    """A service that asks these questions in turn and goes on after the caller has said something."""

    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        for mark in marks:
            await end.say("media", media=media(tone(500, 0.4)))
            await end.say("mark", mark={"name": mark})
            await end.next("mark")
            if mark.startswith("say:"):
                continue
            await _hear_out(end)
            await pace.sleep(think_s)
        await end.say("media", media=media(tone(500, 0.4)))
        await end.say("mark", mark={"name": "say:9"})
        await end.next("mark")
        await end.close()

    return talk


async def _hear_out(end: StreamEnd) -> None:
    """Returns with the first silent frame after speech, or with the last key of a number."""
    spoken = False
    while True:
        message = await end.next()
        if message["event"] == "closed" or (message["event"] == "dtmf" and message["dtmf"]["digit"] == "#"):
            return
        if message["event"] == "media":
            loud = message["media"]["payload"] != _NOTHING
            if spoken and not loud:
                return
            spoken = spoken or loud


_NOTHING = b64encode(SILENCE).decode()


async def _call(goal: str, *marks: str, manner: Manner | None = None, **options: Any) -> SyntheticCaller:
    async with streaming(hotline(*marks, **options), pace=PACE) as w:
        w.service.answers["/voice/turn"] = twiml("<Hangup/>")
        caller = SyntheticCaller(parse(goal), speech, manner or Manner(pace=PACE))
        w.exchange.plug(caller)
        await caller.call()
        return caller


async def test_it_answers_each_question_by_its_key_and_repeats_its_last_answer() -> None:
    caller = await _call(GOAL, "say:1", "1:errand", "2:when", "3:confirm", "4:errand", "5:errand")
    said = [(turn.key, turn.said) for turn in caller.report.turns]
    assert said == [
        ("errand", "我想来办个老年证"),
        ("when", "九点吧"),
        ("confirm", "对"),
        ("errand", "没得了"),
        ("errand", "没得了"),
    ]
    assert caller.report.statements == ["say:1", "say:9"]
    assert caller.report.met
    assert caller.report.ended == "hangup"


async def test_the_gap_is_from_the_last_spoken_frame_to_the_first_sound_of_the_answer() -> None:
    caller = await _call(GOAL, "1:errand", "2:when", think_s=0.5)
    for turn in caller.report.turns:
        assert turn.gap_ms is not None
        assert turn.began_s is not None
        assert turn.ended_s is not None
        assert turn.ended_s - turn.began_s >= 0.4  # half a second of speech; a busy machine only makes it longer
        assert turn.gap_ms >= 500
        assert turn.began_s - turn.asked_s >= 0.4
    assert caller.report.gaps_ms == [turn.gap_ms for turn in caller.report.turns]


async def test_keys_are_pressed_where_there_is_nothing_to_say() -> None:
    goal = 'from: "13800000009"\nkeys: {callback_number: "138#"}'
    caller = await _call(goal, "1:callback_number")
    assert [(turn.keys, turn.said) for turn in caller.report.turns] == [("138#", "")]


async def test_on_a_keypad_menu_keys_are_pressed_by_the_actions_key() -> None:
    menu = twiml('<Gather numDigits="1" action="/voice/turn?turn=3&amp;key=service"><Say>预约按一</Say></Gather>')
    async with world({"/voice/incoming": menu, "/voice/turn": twiml("<Say>好</Say>")}, pace=PACE) as w:
        goal = 'from: "13800000009"\nsay: {service: 老年证}\nkeys: {service: "1"}'
        caller = SyntheticCaller(parse(goal), speech, Manner(pace=PACE))
        w.exchange.plug(caller)
        report = await caller.call()
        assert (await w.service.hook("/voice/turn")).form["Digits"] == "1"
        assert [turn.mark for turn in report.turns] == ["3:service"]
        assert report.captions == ["预约按一", "好"]


async def test_a_line_cut_after_a_turn_ends_while_the_answer_begins() -> None:
    caller = await _call(GOAL, "1:errand", "2:when", "3:confirm", manner=Manner(pace=PACE, drop_after=2))
    assert caller.report.ended == "dropped"
    assert [turn.key for turn in caller.report.turns if turn.said] == ["errand", "when"]
    assert not caller.report.met


async def test_it_hangs_up_at_the_asking_it_was_told() -> None:
    goal = GOAL.replace('end_when: ""', 'end_when: "errand:2"')
    caller = await _call(goal, "1:errand", "2:errand", "3:errand")
    assert caller.report.ended == "caller"
    assert len(caller.report.turns) == 2


async def test_it_can_talk_into_a_prompt() -> None:
    async def talk(end: StreamEnd) -> None:
        await end.next("start")
        await end.say("media", media=media(tone(500, 30)))
        await end.say("mark", mark={"name": "1:errand"})
        await _hear_out(end)
        await end.say("clear")
        await end.close()

    goal = 'from: "13800000009"\nbarge_in: [{after: start, wait_s: 1.0, say: 我要办证}]'
    async with streaming(talk, pace=PACE) as w:
        w.service.answers["/voice/turn"] = ""
        caller = SyntheticCaller(parse(goal), speech, Manner(pace=PACE))
        w.exchange.plug(caller)
        report = await caller.call()
        assert [turn.said for turn in report.turns] == ["我要办证"]
        assert report.turns[0].gap_ms is None


async def test_it_gives_up_after_its_time() -> None:
    async with world({"/voice/incoming": twiml("<Pause length='600'/>")}, pace=PACE) as w:
        caller = SyntheticCaller(parse('from: "138001"\nhang_up_after: 2'), speech, Manner(pace=PACE))
        w.exchange.plug(caller)
        assert (await caller.call()).ended == "caller"


async def test_unmet_expectations_are_told() -> None:
    goal = 'from: "138001"\nsay: {errand: 好}\nexpect: {ended: caller, asked: [when, errand], turns: 1}'
    caller = await _call(goal, "1:errand", "2:errand")
    assert len(caller.report.failures) == 3
    assert caller.report.as_dict()["met"] is False
    assert b'"gap_ms"' in caller.report.as_json()


async def test_it_rings_over_the_socket_as_it_does_in_process() -> None:
    async with streaming(hotline("1:errand", "2:when", "3:confirm", "4:errand"), pace=PACE) as w:
        w.service.answers["/voice/turn"] = ""
        async with served(w.exchange) as url:
            caller = SyntheticCaller(parse(GOAL), speech, Manner(pace=PACE))
            async with plugged_in(url, caller):
                report = await caller.call()
        assert report.met
        assert len(report.gaps_ms) == 4


async def test_an_exchange_that_goes_away_ends_the_call() -> None:
    async with world({"/voice/incoming": twiml("<Pause length='600'/>")}, pace=PACE) as w:
        connected = asyncio.Event()
        watch = Manner(pace=PACE, watch=lambda moment: connected.set() if moment.kind == "connected" else None)
        caller = SyntheticCaller(parse('from: "138001"'), speech, watch)
        async with served(w.exchange) as url, plugged_in(url, caller):
            calling = asyncio.create_task(caller.call())
            await connected.wait()
            await w.exchange.close()
            report = await calling
        assert report.ended in ("hangup", "line lost")


async def test_no_exchange_is_one_clear_error() -> None:
    caller = SyntheticCaller(parse('from: "138001"'), speech)
    with pytest.raises(NoLine, match="no exchange answers"):
        async with plugged_in("http://127.0.0.1:9", caller):
            pass


def test_recordings_can_ring_too(tmp_path: Path) -> None:
    (tmp_path / "errand.wav").write_bytes(to_wav(tone(300, 0.5)))
    speak = wav_speech(tmp_path)
    assert level(speak("errand.wav")) > 1000
    assert Utterance.of(speak("errand.wav")).last_voiced == 24
    with pytest.raises(GoalError):
        speak("missing.wav")


@pytest.mark.parametrize(
    "text",
    [
        "[1]",
        "from: 1: 2",
        "say: {}",
        'from: "abc"',
        'from: "138001"\nsay: [a]',
        'from: "138001"\nsay: {errand: []}',
        'from: "138001"\nkeys: {n: 138}',
        'from: "138001"\nspeed: quick',
        'from: "138001"\ncolour: red',
        'from: "138001"\nbarge_in: [{say: x}]',
        'from: "138001"\ncorrect: [{at: confirm}]',
        'from: "138001"\ncorrect: 对',
        'from: "138001"\nexpect: {mood: good}',
    ],
)
def test_a_goal_that_cannot_be_followed_is_refused_before_anybody_rings(text: str) -> None:
    with pytest.raises(GoalError):
        parse(text)


def test_what_is_read_back_wrongly_is_corrected_instead_of_agreed_to() -> None:
    goal = parse(
        'from: "138001"\nsay: {confirm: 对}\ncorrect: [{at: confirm, unless_heard: 王桂花, say: 不对，我叫王桂花}]'
    )
    assert goal.words_for("confirm", 1, "跟您对一下：王贵发。对吗？") == "不对，我叫王桂花"
    assert goal.words_for("confirm", 1, "跟您对一下：王桂花。对吗？") == "对"
    assert goal.words_for("confirm", 1, "") == "对", "without captions nothing is known to be wrong"
    assert set(goal.texts()) == {"对", "不对，我叫王桂花"}


def test_a_missing_goal_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(GoalError, match="cannot read"):
        load(tmp_path / "none.yaml")


def test_a_correction_is_not_said_where_any_of_its_words_was_read_back(tmp_path: Path) -> None:
    path = tmp_path / "goal.yaml"
    path.write_text(
        'from: "138001"\nsay: {confirm: 对}\n'
        "correct: [{at: confirm, unless_heard: [王桂花, 名字录下来了], say: 不对，我叫王桂花}]\n",
        "utf8",
    )
    goal = load(path)
    assert [
        one.is_met(told)
        for told in ("王桂花，对吗？", "您的名字录下来了，对吗？", "王贵华，对吗？")
        for one in goal.correct
    ] == [
        True,
        True,
        False,
    ]
