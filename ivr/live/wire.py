"""Media Streams messages as data, both ways. Source: https://www.twilio.com/docs/voice/media-streams/websocket-messages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

FRAME = 160
"""Bytes of µ-law in 20 ms at 8000 Hz."""


class Garbled(Exception):
    """A message that is not of this protocol; the call goes on without it."""


@dataclass(frozen=True)
class Started:
    stream: str
    call: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Media:
    mulaw: bytes


@dataclass(frozen=True)
class Key:
    digit: str


@dataclass(frozen=True)
class Played:
    """A mark came back: everything before it has been heard, or was cleared."""

    mark: str


@dataclass(frozen=True)
class Stopped:
    pass


@dataclass(frozen=True)
class Ignored:
    event: str = field(default="")


Incoming = Started | Media | Key | Played | Stopped | Ignored


def read(text: str | None) -> Incoming:
    """One frame from the carrier (None: a binary one, which the protocol has not). Raises Garbled."""
    if text is None:
        raise Garbled("binary frame")
    try:
        message = orjson.loads(text)
        event = message["event"]
        reader = _READERS.get(event)
        return reader(message) if reader else Ignored(str(event)[:40])
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, binascii.Error, ValueError) as wrong:
        raise Garbled(type(wrong).__name__) from wrong


def _started(message: Mapping[str, Any]) -> Started:
    start = message["start"]
    coding = start.get("mediaFormat", {})
    if coding.get("encoding", "audio/x-mulaw") != "audio/x-mulaw" or int(coding.get("sampleRate", 8000)) != 8000:
        raise Garbled("media format")
    parameters = {str(k): str(v) for k, v in (start.get("customParameters") or {}).items()}
    return Started(str(start.get("streamSid") or message["streamSid"]), str(start["callSid"]), parameters)


def _media(message: Mapping[str, Any]) -> Media | Ignored:
    media = message["media"]
    if media.get("track", "inbound") not in ("inbound", "inbound_track"):
        return Ignored("outbound media")
    return Media(base64.b64decode(media["payload"], validate=True))


def _key(message: Mapping[str, Any]) -> Key:
    digit = str(message["dtmf"]["digit"])
    if len(digit) != 1 or digit not in "0123456789*#ABCD":
        raise Garbled("digit")
    return Key(digit)


_READERS: Mapping[str, Any] = {
    "start": _started,
    "media": _media,
    "dtmf": _key,
    "mark": lambda message: Played(str(message["mark"]["name"])),
    "stop": lambda _message: Stopped(),
}


def media(stream: str, mulaw: bytes) -> str:
    """Audio to be played: whole 20 ms frames, raw µ-law, no header."""
    payload = base64.b64encode(mulaw).decode("ascii")
    return orjson.dumps({"event": "media", "streamSid": stream, "media": {"payload": payload}}).decode()


def mark(stream: str, name: str) -> str:
    return orjson.dumps({"event": "mark", "streamSid": stream, "mark": {"name": name}}).decode()


def clear(stream: str) -> str:
    """Forget what has not been played yet; its marks come back at once."""
    return orjson.dumps({"event": "clear", "streamSid": stream}).decode()
