"""What a caller hears, and the service is told, verb by verb."""

from __future__ import annotations

import asyncio

import pytest

from asr_models.recogniser import SpeechError
from ivr.exchange.plant import WORDS
from ivr.exchange.sound import to_wav, tone
from tests.exchange.world import CALLER, NUMBER, SID, Hook, Phone, twiml, world


async def test_an_incoming_call_is_announced_signed_and_form_encoded() -> None:
    async with world({"/voice/incoming": twiml("<Say>您好</Say>")}) as w:
        assert await w.phone.call() == "hangup"
        hook = w.service.hooks[0]
        assert hook.signed
        assert hook.path == "/voice/incoming"
        assert hook.headers["content-type"].startswith("application/x-www-form-urlencoded")
        assert hook.headers["i-twilio-idempotency-token"]
        assert hook.form["From"] == CALLER
        assert hook.form["To"] == NUMBER
        assert hook.form["AccountSid"] == SID
        assert hook.form["CallStatus"] == "ringing"
        assert hook.form["Direction"] == "inbound"
        assert hook.form["CallSid"].startswith("CA")
        assert w.phone.captions() == ["您好"]


async def test_the_service_learns_that_the_call_is_over() -> None:
    async with world({"/voice/incoming": twiml("<Say>您好</Say>")}) as w:
        await w.phone.call()
        done = await w.service.hook("/voice/status")
        assert done.signed
        assert done.form["CallStatus"] == "completed"
        assert int(done.form["CallDuration"]) >= 0


async def test_keys_are_gathered_and_sent_to_the_action() -> None:
    gather = '<Gather numDigits="1" action="/voice/turn?turn=1"><Say>预约按一</Say></Gather>'
    async with world({"/voice/incoming": twiml(gather), "/voice/turn": twiml("<Say>好</Say>")}) as w:
        await w.phone.dial()
        asked = await w.phone.event("gather")
        assert asked["numDigits"] == 1
        await w.phone.keys("1")
        await w.phone.event("ended")
        turn = await w.service.hook("/voice/turn")
        assert turn.signed
        assert turn.form["Digits"] == "1"
        assert w.phone.captions() == ["预约按一", "好"]


async def test_a_key_silences_the_prompt() -> None:
    long = f'<Gather numDigits="1" action="/voice/turn"><Say>{"很长的话" * 200}</Say></Gather>'
    async with world({"/voice/incoming": twiml(long)}) as w:
        await w.phone.dial()
        await w.phone.event("caption")
        await w.phone.keys("2")
        await w.phone.event("ended")
        assert len(w.phone.audio) < 200 * 4 * 1600


@pytest.mark.parametrize(
    ("attributes", "pressed", "digits"),
    [
        ('numDigits="3"', "1234", "123"),
        ("", "138#", "138"),
        ('finishOnKey="*"', "13#*", "13#"),
        ('finishOnKey="" numDigits="2"', "1#", "1#"),
        ('numDigits="5" timeout="1"', "12", "12"),
    ],
)
async def test_digits_end_where_the_service_said(attributes: str, pressed: str, digits: str) -> None:
    gather = f'<Gather {attributes} action="/voice/turn"/>'
    async with world({"/voice/incoming": twiml(gather)}) as w:
        await w.phone.dial()
        await w.phone.event("gather")
        await w.phone.keys(pressed)
        assert (await w.service.hook("/voice/turn")).form["Digits"] == digits


async def test_no_keys_means_the_next_verb_unless_empty_results_are_wanted() -> None:
    silent = twiml('<Gather timeout="1" action="/voice/turn"/>', "<Say>没听到</Say>")
    async with world({"/voice/incoming": silent}) as w:
        await w.phone.call()
        assert w.phone.captions() == ["没听到"]
        assert "/voice/turn" not in w.service.paths()
    wanted = twiml('<Gather timeout="1" actionOnEmptyResult="true" action="/voice/turn"/>')
    async with world({"/voice/incoming": wanted}) as w:
        await w.phone.call()
        assert (await w.service.hook("/voice/turn")).form["Digits"] == ""


async def test_a_redirect_is_followed_and_relative_links_are_resolved() -> None:
    answers = {
        "/voice/incoming": twiml("<Redirect>next?x=1</Redirect>"),
        "/voice/next": twiml("<Say>到了</Say><Hangup/><Say>不会说</Say>"),
    }
    async with world(answers) as w:
        await w.phone.call()
        assert w.service.hooks[1].form["x"] == "1"
        assert w.service.hooks[1].signed
        assert w.phone.captions() == ["到了"]


async def test_a_rejected_call_is_never_connected() -> None:
    async with world({"/voice/incoming": twiml('<Reject reason="busy"/>')}) as w:
        assert await w.phone.call() == "rejected"
        assert "connected" not in [event["event"] for event in w.phone.events]
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == "busy"


async def test_a_media_file_of_the_service_is_played() -> None:
    async def wav(hook: Hook) -> tuple[int, str, bytes]:
        return 200, "audio/wav", to_wav(tone(440, 0.2))

    answers = {"/voice/incoming": twiml("<Play>/media/hello.wav</Play>"), "/media/hello.wav": wav}
    async with world(answers) as w:
        await w.phone.call()
        assert len(w.phone.audio) == 1600
        assert len(set(w.phone.audio)) > 10


async def test_an_unplayable_file_is_reported_and_the_call_goes_on() -> None:
    answers = {
        "/voice/incoming": twiml("<Play>/no.mp3</Play>", "<Play>/gone.wav</Play>", "<Say>好了</Say>"),
        "/no.mp3": (200, "audio/mpeg", b"ID3"),
        "/gone.wav": (404, "text/plain", b""),
    }
    async with world(answers) as w:
        await w.phone.call()
        assert w.codes() == [12300, 11200]
        assert w.phone.captions() == ["好了"]


async def _speak(phone: Phone, seconds: float) -> None:
    loud = tone(300, 0.02)
    for _ in range(int(seconds / 0.02)):
        await phone.wire.send(loud)
        await asyncio.sleep(0.02 * 0.02)


async def test_what_is_said_after_the_beep_is_kept_and_its_address_told() -> None:
    record = twiml('<Record action="/voice/turn" maxLength="20" timeout="2"/>')
    async with world({"/voice/incoming": record}) as w:
        await w.phone.dial()
        await w.phone.event("record")
        await _speak(w.phone, 3)
        turn = await w.service.hook("/voice/turn")
        assert turn.form["RecordingUrl"].endswith(turn.form["RecordingSid"])
        assert 3 <= int(turn.form["RecordingDuration"]) <= 20
        found = w.exchange.plant.recordings.find(turn.form["RecordingSid"])
        assert found is not None
        assert found[1][:4] == b"RIFF"


async def test_silence_leaves_no_recording() -> None:
    record = twiml('<Record action="/voice/turn" timeout="1"/>', "<Say>没有录到</Say>")
    async with world({"/voice/incoming": record}) as w:
        await w.phone.call()
        assert w.phone.captions() == ["没有录到"]
        assert 16102 in w.codes()


async def test_a_caller_who_hangs_up_while_recording_has_still_left_the_message() -> None:
    async with world({"/voice/incoming": twiml('<Record action="/voice/turn" timeout="9"/>')}) as w:
        await w.phone.dial()
        await w.phone.event("record")
        await _speak(w.phone, 2)
        await w.phone.do("hangup")
        turn = await w.service.hook("/voice/turn")
        assert turn.form["Digits"] == "hangup"
        assert turn.form["CallStatus"] == "completed"


async def test_a_person_is_rung_and_both_hear_each_other() -> None:
    dial = twiml('<Dial action="/voice/turn" timeout="10">8001</Dial>')
    async with world({"/voice/incoming": dial}) as w:
        clerk = Phone("8001", answers=True)
        w.exchange.plug(clerk)
        await w.phone.dial()
        await clerk.event("connected")
        assert clerk.events[0] == {"event": "ringing", "from": CALLER}
        await _speak(w.phone, 1)
        await _speak(clerk, 1)
        await clerk.do("hangup")
        after = await w.service.hook("/voice/turn")
        assert after.form["DialCallStatus"] == "completed"
        assert after.form["DialCallSid"] != after.form["CallSid"]
        assert len(set(clerk.audio)) > 10
        assert len(set(w.phone.audio)) > 10


@pytest.mark.parametrize(
    ("clerk_does", "status"), [("nothing", "no-answer"), ("hangup", "busy"), ("absent", "no-answer")]
)
async def test_the_service_learns_why_nobody_answered(clerk_does: str, status: str) -> None:
    dial = twiml('<Dial action="/voice/turn" timeout="3">8001</Dial>')
    async with world({"/voice/incoming": dial}) as w:
        clerk = Phone("8001")
        if clerk_does != "absent":
            w.exchange.plug(clerk)
        await w.phone.dial()
        if clerk_does == "hangup":
            await clerk.event("ringing")
            await clerk.do("hangup")
        assert (await w.service.hook("/voice/turn")).form["DialCallStatus"] == status


async def test_an_engaged_person_is_busy() -> None:
    dial = twiml('<Dial action="/voice/turn">8001</Dial>')
    async with world({"/voice/incoming": twiml("<Pause length='60'/>"), "/voice/turn": ""}) as w:
        clerk = Phone("8001")
        w.exchange.plug(clerk)
        await clerk.dial()
        await clerk.event("connected")
        w.service.answers["/voice/incoming"] = dial
        await w.phone.dial()
        assert (await w.service.hook("/voice/turn")).form["DialCallStatus"] == "busy"


async def test_the_caller_hanging_up_ends_whatever_goes_on() -> None:
    async with world({"/voice/incoming": twiml("<Pause length='600'/>")}) as w:
        await w.phone.dial()
        await w.phone.event("connected")
        await w.phone.do("hangup")
        assert (await w.phone.event("ended"))["reason"] == "caller"
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == "completed"


async def test_an_unknown_verb_is_reported_and_skipped() -> None:
    async with world({"/voice/incoming": twiml("<Juggle/>", "<Say>还在</Say>")}) as w:
        await w.phone.call()
        assert w.codes() == [12200]
        assert w.phone.captions() == ["还在"]


async def test_a_document_of_unknown_verbs_only_ends_with_a_sentence() -> None:
    async with world({"/voice/incoming": twiml("<Juggle/>")}) as w:
        assert await w.phone.call() == "error"
        assert w.phone.captions() == [WORDS["sorry"]]


async def test_a_carrier_that_has_lost_its_voice_sounds_tones_and_goes_on() -> None:
    def hoarse(text: str) -> bytes:
        raise SpeechError("no voice")

    async with world({"/voice/incoming": twiml("<Say>您好</Say>")}, speak=hoarse) as w:
        assert await w.phone.call() == "hangup"
        assert w.codes() == [13520]
        assert len(set(w.phone.audio)) > 10


async def test_a_plain_text_reply_is_spoken() -> None:
    async with world({"/voice/incoming": (200, "text/plain", "您好".encode())}) as w:
        await w.phone.call()
        assert w.phone.captions() == ["您好"]
