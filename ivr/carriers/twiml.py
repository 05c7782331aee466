"""Verbs written down as TwiML, with the twilio library."""

from __future__ import annotations

from collections.abc import Sequence

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from hotline.domain.residents import dialled, plain_number
from ivr.surfaces.keypad import (
    DialPerson,
    GatherKeys,
    GoTo,
    HangUp,
    OpenStream,
    RecordWords,
    Speak,
    Verb,
)

LANGUAGE = "cmn-CN"
LOCAL_NUMBER = 7
"""Digits of the shortest number that is not an extension."""


def voice(verbs: Sequence[Verb], stream_url: str = "") -> str:
    """The document that answers a voice webhook. Cases: tests/carriers/test_twiml.py."""
    response = VoiceResponse()
    for verb in verbs:
        match verb:
            case Speak(text):
                response.say(text, language=LANGUAGE)
            case GatherKeys():
                _gather(response, verb)
            case RecordWords(action, longest_s):
                response.record(action=action, max_length=longest_s, finish_on_key="#", timeout=4, play_beep=True)
            case DialPerson():
                _dial(response, verb)
            case GoTo(action):
                response.redirect(action)
            case OpenStream(token, action):
                stream = response.connect(action=action).stream(url=stream_url)
                stream.parameter(name="token", value=token)
                response.redirect(action)
            case HangUp():
                response.hangup()
    return str(response)


def _dial(response: VoiceResponse, verb: DialPerson) -> None:
    """The caller hears it ring until the person, who is told first, has taken the call."""
    dial = response.dial(action=verb.action, timeout=verb.timeout_s, answer_on_bridge=True)
    dial.number(_dialled(verb.number), **({"url": verb.whisper} if verb.whisper else {}))


def _dialled(number: str) -> str:
    """E.164; an extension or a short number stays as it is."""
    plain = plain_number(number)
    return dialled(plain) if len(plain) >= LOCAL_NUMBER else plain


def _gather(response: VoiceResponse, verb: GatherKeys) -> None:
    gather = response.gather(
        input="dtmf",
        action=verb.action,
        action_on_empty_result=True,
        timeout=verb.timeout_s,
        finish_on_key="#",
        **({"num_digits": verb.digits} if verb.digits else {}),
    )
    gather.say(verb.text, language=LANGUAGE)


def message(text: str) -> str:
    """The document that answers a text; nothing is sent for an empty one."""
    response = MessagingResponse()
    if text:
        response.message(text)
    return str(response)
