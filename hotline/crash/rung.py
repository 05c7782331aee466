"""Whom the office rings in the crash test: why, at which telephone, and what each must have heard once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

import httpx

from hotline.crash.reading import Reader, choices
from hotline.crash.scenes import Cause, Play
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.residents import plain_number
from hotline.domain.waiting import OFFERING
from ivr.exchange.telephones import Message, Wire

log = logging.getLogger(__name__)

FIRST_NUMBER = 7378_110000
"""Landlines: they cannot be texted."""
AGAIN_S = 0.5
"""Wall seconds between two tries of a clerk whose page did not answer."""
TRIES = 600
MOVED, OFFER = "moved", "offer"


@dataclass
class Listener:
    """A landline and who picks it up; never rings the office itself."""

    number: str
    """As the office keeps it."""
    cause: Cause
    reader: Reader
    rings: int = 0
    heard: list[str] = field(default_factory=list)
    told: set[tuple[str, str]] = field(default_factory=set)
    """(kind, code) of everything confirmed on the call."""
    served: bool = False
    """Heard at least once what it was rung for."""

    @property
    def dialled(self) -> str:
        return f"0{self.number}"

    def plugged(self, wire: Wire) -> None:
        self._wire = wire

    async def receive(self, message: Message) -> None:
        if isinstance(message, bytes):
            return
        match message.get("event"):
            case "ringing":
                self.rings += 1
                await self._wire.send({"event": "answer"})
            case "caption":
                await self._hear(str(message.get("text", "")))
            case "ended":
                self.heard.append(f"· {message.get('reason')}")

    async def _hear(self, text: str) -> None:
        self.heard.append(f"< {text}")
        self.told |= self.reader.codes(text)
        self.served = self.served or self.reader.says(self.cause.hears, text)
        if self.served and not self.cause.press:
            await self._wire.send({"event": "hangup"})
            return
        offered = choices(text)
        if offered and self.cause.press:
            key = next((key for label, key in offered if label.endswith(self.cause.press)), offered[0][1])
            self.heard.append(f"> {key}")
            await self._wire.send({"event": "key", "digit": key})


class OnLine:
    """A listener's telephone as the exchange plugs it in: dialled with the nought of a landline."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.number = listener.dialled
        self.plugged, self.receive = listener.plugged, listener.receive


def listeners(play: Play, conversations: int, reader: Reader, now: datetime) -> list[Listener]:
    """Of each cause its share of a hundred conversations, at least one; at night nobody is offered a place."""
    numbers, offering = count(FIRST_NUMBER), OFFERING[0] <= now.astimezone(TOWN_TIME).time() < OFFERING[1]
    causes = [cause for cause in play.rung if offering or cause.because != OFFER]
    wanted = [cause for cause in causes for _ in range(max(1, cause.share * conversations // 100))]
    return [Listener(plain_number(str(next(numbers))), cause, reader) for cause in wanted]


@dataclass
class Officer:
    """Somebody of the staff whose moves have residents rung; presses the button until the page has answered."""

    url: str
    token: str
    codes: list[str]
    """Cases that wait for a signature."""

    async def sign_next(self) -> None:
        """Takes up one case more, if one is left; a request that was cut off is made again under its own key."""
        if not self.codes:
            return
        code = self.codes.pop(0)
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            for _ in range(TRIES):
                if await self._signed(client, f"{self.url}/api/grievances/{code}", f"sign-{code}"):
                    return
                await asyncio.sleep(AGAIN_S)
        log.error("a case was never signed for", extra={"case": code})

    async def sign_all(self) -> None:
        while self.codes:
            await self.sign_next()

    async def _signed(self, client: httpx.AsyncClient, case: str, key: str) -> bool:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            read = await client.get(case, headers=headers)
            if read.status_code != 200:
                return False
            if read.json()["status"] == "signed":
                return True
            given = headers | {"Idempotency-Key": key, "If-Match": read.headers["ETag"]}
            answer = await client.post(f"{case}/moves", headers=given, json={"move": "sign"})
        except httpx.HTTPError:
            return False
        return answer.status_code == 201


def by_cause(rung: list[Listener]) -> Mapping[str, list[Listener]]:
    found: dict[str, list[Listener]] = {}
    for listener in rung:
        found.setdefault(listener.cause.because, []).append(listener)
    return found
