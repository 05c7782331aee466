"""Connect/Stream: the call's audio over a WebSocket to the service and back (Twilio Media Streams)."""

from __future__ import annotations

import asyncio
import ipaddress
from base64 import b64encode
from urllib.parse import urlsplit

import orjson
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_socket
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from ivr.exchange.calls import new_sid
from ivr.exchange.circuit import Circuit, Outcome, Step
from ivr.exchange.stream_orders import Orders
from ivr.exchange.telephones import Event
from ivr.exchange.twiml import Verb

_CONNECT_S = 5.0
_QUEUE = 250
"""Five seconds of frames may wait for a slow service; then audio is discarded (31930)."""
_MAX_MESSAGE = 4 * 1024 * 1024


async def connect(circuit: Circuit, verb: Verb) -> Outcome:
    """Holds the call on the stream until the service closes it; then `action`, or the next verb."""
    noun = verb.child("Stream")
    if noun is None:
        circuit.plant.alert(12200, "Connect without Stream", circuit.call.sid)
        return None
    await MediaStream(circuit, noun).run()
    if verb.get("action"):
        return Step(circuit.link(verb.get("action")), method=verb.get("method", "POST").upper())
    return None


class MediaStream:
    """One stream, from the upgrade request to `stop`."""

    def __init__(self, circuit: Circuit, noun: Verb) -> None:
        self._circuit = circuit
        self._url = noun.get("url").strip()
        self._parameters = {p.get("name"): p.get("value") for p in noun.children if p.name == "Parameter"}
        self._sid = new_sid("MZ")
        self._queue: asyncio.Queue[tuple[float, Event]] = asyncio.Queue(_QUEUE)
        self._sequence = 0
        self._slow = False

    async def run(self) -> None:
        """Connects and carries audio; whatever goes wrong is reported, never raised."""
        wrong = "no media connection, as ordered" if self._circuit.faults.no_stream else _wrong_with(self._url)
        if wrong:
            self._alert(31920, wrong)
            return
        signature = self._circuit.plant.signer.sign(self._url, badly=self._circuit.faults.bad_signature)
        try:
            socket = await open_socket(
                self._circuit.plant.addresses.reach(self._url),
                additional_headers={"x-twilio-signature": signature},
                user_agent_header="Twilio.TmeWs/1.0",
                open_timeout=_CONNECT_S,
                close_timeout=1.0,
                max_size=_MAX_MESSAGE,
                compression=None,
                proxy=None,
            )
        except TimeoutError:
            self._alert(31901, "stream connection timed out")
        except (OSError, InvalidHandshake, InvalidURI) as refusal:
            self._alert(31920, f"stream refused ({type(refusal).__name__})")
        else:
            await self._carry(socket)

    def _alert(self, code: int, message: str) -> None:
        self._circuit.plant.alert(code, message, self._circuit.call.sid)

    async def _carry(self, socket: ClientConnection) -> None:
        self._circuit.leg.forget_keys()
        self._start()
        orders = Orders(self._circuit, self._sid, self._post)
        tasks: list[asyncio.Task[None]] = [
            asyncio.create_task(work)
            for work in (self._send(socket), self._receive(socket, orders), self._hear(), self._press())
        ]
        tasks.append(asyncio.create_task(self._kill(socket)))
        try:
            await asyncio.wait(tasks[:2], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            self._circuit.leg.playback.clear()
            await self._stop(socket)

    # -- what the service is told ---------------------------------------------------------------------

    def _post(self, event: str, **fields: object) -> None:
        """Queues a message with its number; audio that finds no room is discarded, as the carrier does."""
        if event == "media" and self._queue.full():
            if not self._slow:
                self._alert(31930, "the service reads too slowly; audio is discarded")
            self._slow = True
            return
        self._sequence += 1
        message = {"event": event, "sequenceNumber": str(self._sequence), "streamSid": self._sid, **fields}
        try:
            self._queue.put_nowait((self._circuit.plant.pace.now(), message))
        except asyncio.QueueFull:
            self._alert(31930, f"the service reads too slowly; {event} is discarded")

    def _start(self) -> None:
        call = self._circuit.call
        hello: Event = {"event": "connected", "protocol": "Call", "version": "1.0.0"}
        self._queue.put_nowait((self._circuit.plant.pace.now(), hello))
        start = {
            "accountSid": call.account_sid,
            "streamSid": self._sid,
            "callSid": call.sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": self._parameters,
        }
        self._post("start", start=start)

    async def _hear(self) -> None:
        """The caller's voice, 50 frames a second from the start on, silence included."""
        line = self._circuit.leg.uplink
        chunk = 0
        async for frame in line.frames():
            chunk += 1
            payload = b64encode(frame).decode()
            media = {"track": "inbound", "chunk": str(chunk), "timestamp": str(chunk * 20), "payload": payload}
            self._post("media", media=media)

    async def _press(self) -> None:
        while True:
            digit = await self._circuit.leg.keys.get()
            self._post("dtmf", dtmf={"track": "inbound_track", "digit": digit})

    async def _send(self, socket: ClientConnection) -> None:
        jitter = self._circuit.leg.uplink.hold_up_s
        try:
            while True:
                queued, message = await self._queue.get()
                if message["event"] == "media":
                    await self._circuit.plant.pace.sleep_until(queued + jitter())
                await socket.send(orjson.dumps(message).decode())
        except ConnectionClosed:
            return

    async def _stop(self, socket: ClientConnection) -> None:
        call = self._circuit.call
        self._sequence += 1
        stop = {
            "event": "stop",
            "sequenceNumber": str(self._sequence),
            "streamSid": self._sid,
            "stop": {"accountSid": call.account_sid, "callSid": call.sid},
        }
        try:
            async with asyncio.timeout(1.0):
                await socket.send(orjson.dumps(stop).decode())
        except (ConnectionClosed, TimeoutError):
            pass
        finally:
            await socket.close()

    # -- what the service says ------------------------------------------------------------------------

    async def _receive(self, socket: ClientConnection, orders: Orders) -> None:
        try:
            async for message in socket:
                await self._circuit.plant.pace.sleep(self._circuit.faults.slow_consumer_s)
                orders.obey(message)
        except ConnectionClosed as closed:
            self._alert(31921, f"stream ended by the service ({closed.rcvd.code if closed.rcvd else 'no close'})")

    async def _kill(self, socket: ClientConnection) -> None:
        """The fault: the connection is gone in the middle of a word, without a close frame."""
        if self._circuit.faults.kill_stream_after_s is not None:
            await self._circuit.plant.pace.sleep(self._circuit.faults.kill_stream_after_s)
            socket.transport.abort()


def _wrong_with(url: str) -> str:
    """Why a stream URL is not accepted: only wss (ws on this machine), and no query string."""
    parts = urlsplit(url)
    if parts.query:
        return "query strings are not supported in a stream URL"
    if parts.scheme == "wss" or (parts.scheme == "ws" and _on_this_machine(parts.hostname or "")):
        return ""
    return "a stream URL must be wss"


def _on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
