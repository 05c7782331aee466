"""A carrier written only from the public protocol: signed webhooks, 20 ms of audio at a time, marks when played.

It shares no code with the built-in exchange, so that the service is not proved against itself.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from twilio.request_validator import RequestValidator
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

FRAME = 160
QUIET = b"\xff" * FRAME


@dataclass(frozen=True)
class Carrier:
    """An account at the service's door."""

    url: str
    token: str
    sid: str = "AC" + "0" * 32

    def post(self, path: str, signature: str | None = None, **form: str) -> httpx.Response:
        """A webhook, signed unless another signature is given."""
        address = self.url + path
        signed = RequestValidator(self.token).compute_signature(address, form)
        headers = {"X-Twilio-Signature": signed if signature is None else signature}
        return httpx.post(address, data=form, headers=headers, timeout=30, trust_env=False)

    def ring(self, call: str, number: str) -> ET.Element:
        """The TwiML that answers an incoming call."""
        answer = self.post(
            "/voice/incoming",
            CallSid=call,
            AccountSid=self.sid,
            From=number,
            To="+8673788123456",
            CallStatus="ringing",
            Direction="inbound",
            ApiVersion="2010-04-01",
        )
        assert answer.status_code == 200, answer.text
        return ET.fromstring(answer.text)

    def turn(self, action: str, call: str, number: str, **form: str) -> ET.Element:
        """The TwiML that answers an action."""
        known = {"CallSid": call, "AccountSid": self.sid, "From": number, "CallStatus": "in-progress"}
        answer = self.post(action, **known, **form)
        assert answer.status_code == 200, answer.text
        return ET.fromstring(answer.text)

    def text(self, message: str, number: str, body: str) -> str:
        """The words that answer a text message."""
        answer = self.post("/sms/incoming", MessageSid=message, From=number, To="+8673788123456", Body=body)
        assert answer.status_code == 200, answer.text
        found = ET.fromstring(answer.text).find("Message")
        return (found.text or "") if found is not None else ""


Speak = Callable[[str], bytes | None]
"""Question key → µ-law to answer with; None: stay silent."""


@dataclass
class Stream:
    """One media stream from connect to close."""

    carrier: Carrier
    call: str
    twiml: ET.Element
    asked: list[str] = field(default_factory=list)
    heard: bytearray = field(default_factory=bytearray)
    hang_up_after: str = ""
    """The mark after which the line is cut instead of answered."""
    murmur: bytes = b""
    """Said two seconds into the first prompt, whatever it says."""

    async def run(self, speak: Speak, *, rude: tuple[str | bytes, ...] = ()) -> None:
        """Talks until the service closes. `rude` is sent right after `start`."""
        element = self.twiml.find("Connect/Stream")
        assert element is not None, ET.tostring(self.twiml)
        address = element.attrib["url"]
        signature = RequestValidator(self.carrier.token).compute_signature(address, {})
        parameters = {p.attrib["name"]: p.attrib["value"] for p in element.findall("Parameter")}
        async with connect(
            address, additional_headers={"x-twilio-signature": signature}, proxy=None, compression=None
        ) as socket:
            await self._begin(socket, parameters)
            for message in rude:
                await socket.send(message)
            await self._talk(socket, speak)

    async def _begin(self, socket: ClientConnection, parameters: Mapping[str, str]) -> None:
        await socket.send(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        start = {
            "streamSid": "MZ1",
            "accountSid": self.carrier.sid,
            "callSid": self.call,
            "tracks": ["inbound"],
            "customParameters": dict(parameters),
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        }
        await socket.send(
            json.dumps({"event": "start", "sequenceNumber": "1", "streamSid": "MZ1", "start": start})
        )

    async def _talk(self, socket: ClientConnection, speak: Speak) -> None:
        self._play: list[tuple[str, bytes]] = []
        self._say = bytearray(QUIET * 100 + self.murmur if self.murmur else b"")
        reader = asyncio.create_task(self._read(socket))
        began, sent = time.perf_counter(), 0
        while not reader.done():
            frame = bytes(self._say[:FRAME]) or QUIET
            del self._say[:FRAME]
            sent += 1
            try:
                await socket.send(self._media(frame, sent))
                if (mark := self._played(FRAME)) is not None:
                    await socket.send(json.dumps({"event": "mark", "streamSid": "MZ1", "mark": {"name": mark}}))
                    if not self._answer(mark, speak):
                        reader.cancel()
                        return
            except ConnectionClosed:
                break
            await asyncio.sleep(max(0.0, began + sent * 0.02 - time.perf_counter()))
        await asyncio.gather(reader, return_exceptions=True)

    def _media(self, frame: bytes, number: int) -> str:
        media = {
            "track": "inbound",
            "chunk": str(number),
            "timestamp": str(number * 20),
            "payload": base64.b64encode(frame).decode(),
        }
        return json.dumps(
            {"event": "media", "sequenceNumber": str(number + 1), "streamSid": "MZ1", "media": media}
        )

    def _played(self, amount: int) -> str | None:
        """Plays 20 ms of what lies in the buffer; a mark that has been reached."""
        while self._play and amount > 0:
            kind, data = self._play[0]
            if kind == "mark":
                self._play.pop(0)
                return data.decode()
            piece, rest = data[:amount], data[amount:]
            amount -= len(piece)
            self._play[0] = (kind, rest)
            if not rest:
                self._play.pop(0)
        if self._play and self._play[0][0] == "mark":
            return self._play.pop(0)[1].decode()
        return None

    def _answer(self, mark: str, speak: Speak) -> bool:
        turn, _, key = mark.partition(":")
        if turn == "say":
            return True
        self.asked.append(mark)
        if mark == self.hang_up_after or key == self.hang_up_after:
            return False
        answer = speak(key)
        if answer:
            self._say += QUIET * 25 + answer
        return True

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                event: dict[str, Any] = json.loads(message)
                if event["event"] == "media":
                    audio = base64.b64decode(event["media"]["payload"])
                    self.heard += audio
                    self._play.append(("media", audio))
                elif event["event"] == "mark":
                    self._play.append(("mark", event["mark"]["name"].encode()))
                elif event["event"] == "clear":
                    marks = [item for item in self._play if item[0] == "mark"]
                    self._play[:] = marks
        except ConnectionClosed:
            return
