"""Say, Play and Pause: what the caller hears from the carrier itself."""

from __future__ import annotations

from ivr.exchange.circuit import Circuit, Outcome
from ivr.exchange.sound import UnknownSound, from_media
from ivr.exchange.twiml import Verb
from ivr.exchange.webhooks import Request, WebhookFailed

_MAX_MEDIA = 16 * 1024 * 1024
_MAX_LOOPS = 1000
"""What Twilio makes of loop="0"."""


def _times(verb: Verb) -> int:
    wanted = int(verb.seconds("loop", 1))
    return min(wanted, _MAX_LOOPS) or _MAX_LOOPS


async def say(circuit: Circuit, verb: Verb) -> Outcome:
    for _ in range(_times(verb)):
        if not verb.text:
            break
        await circuit.speak(verb.text, "Say")
    return None


async def play(circuit: Circuit, verb: Verb) -> Outcome:
    """Plays a media file of the service; one that cannot be had or played is reported and skipped."""
    try:
        media = await circuit.plant.webhooks.send(
            Request(circuit.link(verb.text), method="GET"), circuit.faults, limit=_MAX_MEDIA
        )
        audio = from_media(media.body, media.content_type)
    except WebhookFailed as failure:
        circuit.plant.alert(failure.code, f"Play: {failure}", circuit.call.sid)
        return None
    except UnknownSound as unknown:
        circuit.plant.alert(12300, f"Play: {unknown}", circuit.call.sid)
        return None
    for _ in range(_times(verb)):
        if not audio:
            break
        await circuit.leg.playback.play_out(audio)
    return None


async def pause(circuit: Circuit, verb: Verb) -> Outcome:
    await circuit.plant.pace.sleep(verb.seconds("length", 1))
    return None
