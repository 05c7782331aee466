"""Words recorded by the carrier (`<Record>`): fetched from it alone, kept, and understood if we can."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from asr_models.recogniser import Recogniser, SpeechError
from hotline.clock import Clock
from ivr.contact import Evidence
from ivr.dialogue.turn import Turn
from ivr.listening import AudioShelf, hear
from ivr.understanding.answer import Setting, Understood
from ivr.voice import mulaw, wav

log = logging.getLogger(__name__)

FETCH_WITHIN_S = 5.0
"""A webhook must be answered in 15 s; a recording that is not there by then is left for staff."""
LARGEST = 4 * 1024 * 1024
TWILIO_API = "https://api.twilio.com"


@dataclass(frozen=True)
class RecordedWords:
    """Turns a RecordingUrl into an answer. Whatever fails, the recording itself stands for the words."""

    api_base_url: str
    account: tuple[str, str]
    recogniser: Recogniser
    shelf: AudioShelf
    clock: Clock

    def understood(self, address: str, turn: Turn, setting: Setting) -> tuple[Understood, Evidence]:
        """The sense of a recording for the open question; never raises for a bad one."""
        pcm = fetched(address, self.api_base_url, self.account)
        if pcm is None:
            return Understood(confidence=0.0), Evidence(audio=address[:200])
        name = self.shelf.keep(pcm, self.clock())
        if turn.ask is None:
            return Understood(), Evidence(audio=name)
        try:
            heard = hear(self.recogniser, pcm, turn.ask, setting)
        except SpeechError:
            log.exception("a recording could not be recognised")
            return Understood(), Evidence(audio=name)
        return heard.sense, heard.evidence(name)


def fetched(address: str, api_base_url: str, account: tuple[str, str]) -> bytes | None:
    """PCM16 at 8 kHz, or None. Only the carrier's own host is asked: the address came from outside."""
    host = urlsplit(api_base_url or TWILIO_API).netloc
    if urlsplit(address).netloc != host:
        log.warning("a recording that does not lie at the carrier was not fetched")
        return None
    try:
        with httpx.Client(timeout=FETCH_WITHIN_S, auth=account, trust_env=False) as client:
            answer = client.get(address if address.endswith(".wav") else address + ".wav")
            answer.raise_for_status()
            samples, rate = wav.parse(answer.content[:LARGEST])
    except (httpx.HTTPError, SpeechError) as wrong:
        log.warning("a recording could not be had", extra={"cause": type(wrong).__name__})
        return None
    return mulaw.pcm_bytes(mulaw.to_pcm(mulaw.resample(samples, rate)))
