"""What the service may send on a media stream: media, mark, clear. Everything else is reported and ignored."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any, Protocol

import orjson

from ivr.exchange.circuit import Circuit, Over
from ivr.exchange.telephones import Event

_TURN = re.compile(r"(\d+):")


class Post(Protocol):
    """Sends a message back on the stream."""

    def __call__(self, event: str, **fields: object) -> None: ...


class Malformed(Exception):
    """A message that is not as the protocol says (31924)."""


class Orders:
    """Obeys the service's messages on one stream."""

    def __init__(self, circuit: Circuit, stream_sid: str, post: Post) -> None:
        self._circuit = circuit
        self._playback = circuit.leg.playback
        self._stream_sid = stream_sid
        self._post = post
        self._acts: dict[str, Callable[[Event], None]] = {
            "media": self._media,
            "mark": self._mark,
            "clear": self._clear,
        }
        self._warned_of_binary = False

    def obey(self, message: str | bytes) -> None:
        """Does what a message says; a message that says nothing sensible is an alert, never an error."""
        if isinstance(message, bytes):
            if not self._warned_of_binary:
                self._circuit.plant.alert(31950, "binary frame on a media stream", self._circuit.call.sid)
            self._warned_of_binary = True
            return
        try:
            self._obey(message)
        except Malformed as malformed:
            self._circuit.plant.alert(31924, f"malformed stream message: {malformed}", self._circuit.call.sid)

    def _obey(self, message: str) -> None:
        try:
            order = orjson.loads(message)
        except orjson.JSONDecodeError as error:
            raise Malformed("no JSON") from error
        if not isinstance(order, dict):
            raise Malformed("no object")
        act = self._acts.get(str(order.get("event")))
        if act is None:
            raise Malformed("unknown event")
        if order.get("streamSid") != self._stream_sid:
            raise Malformed("another stream's sid")
        act(order)

    def _media(self, order: Event) -> None:
        payload = _inside(order, "media").get("payload")
        if not isinstance(payload, str):
            raise Malformed("no payload")
        try:
            audio = b64decode(payload, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Malformed("payload is not base64") from error
        if not self._playback.play(audio):
            raise Malformed("more than ten minutes of audio waiting")

    def _mark(self, order: Event) -> None:
        name = _inside(order, "mark").get("name")
        if not isinstance(name, str):
            raise Malformed("a mark needs a name")

        async def played() -> None:
            await self._circuit.leg.tell("mark", name=name)
            self._echo(name)
            turn = _TURN.match(name)
            if turn and int(turn[1]) == self._circuit.faults.drop_after_turn:
                self._circuit.turn_to(Over(reason="dropped"))

        self._playback.mark(name, played)

    def _echo(self, name: str) -> None:
        self._post("mark", mark={"name": name})

    def _clear(self, order: Event) -> None:
        for name in self._playback.clear():
            self._echo(name)


def _inside(order: Event, name: str) -> dict[str, Any]:
    inner = order.get(name)
    if not isinstance(inner, dict):
        raise Malformed(f"no {name}")
    return inner
