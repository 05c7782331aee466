"""The whole office behind the real webhooks, the built-in exchange before them, and telephones that remember."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from typing import Any

import orjson
from a2wsgi import WSGIMiddleware
from flask import Flask
from sqlalchemy import select

from hotline.domain.calling import CallingRules
from hotline.domain.duty import DayKind, Duty, Line, Person
from hotline.domain.residents import plain_number
from hotline.store.tables import CallbackRow, ConversationRow, MessageRow, RingRow
from ivr.carriers.signature import Signatures
from ivr.contact import Contact, Evidence, Served
from ivr.exchange.app import exchange_app
from ivr.exchange.exchange import Exchange, Options
from ivr.exchange.sound import tone
from ivr.outgoing import Outgoing
from ivr.surfaces.sentences import spoken
from ivr.understanding.answer import Understood
from ivr.webhooks import Webhooks
from tests.exchange.world import FAST, NUMBER, SID, TOKEN, Phone, listening
from tests.town import Office

CALLER = "+8613907370001"
FIRST = Person("王强", "138-0000-0011", "wangqiang")
SECOND = Person("李芳", "13800000012", "lifang")
THIRD = Person("周站长", "0737-8800003")
ALL_DAY = (time(0), time(0))


def always(line: Line, *people: Person) -> list[Duty]:
    """These people in this order, at any hour of any day."""
    return [
        Duty(line, kind, *ALL_DAY, order, person)
        for kind in DayKind
        for order, person in enumerate(people, start=1)
    ]


@dataclass
class Hall:
    """One office, one exchange, a caller and whoever is on duty."""

    office: Office
    exchange: Exchange
    caller: Phone
    url: str
    people: dict[str, Phone] = field(default_factory=dict)
    said: list[Understood] = field(default_factory=list)
    """What the caller says by live audio, sentence by sentence."""
    heard_live: list[str] = field(default_factory=list)
    """What each stream begins with."""

    def phone_of(self, person: Person, *, answers: bool = True) -> Phone:
        """A telephone at the person's number."""
        phone = self.people[person.name] = Phone(person.number, answers=answers)
        self.exchange.plug(phone)
        return phone

    def on_duty(self, *duties: Duty) -> None:
        with self.office.store.open() as office:
            office.duty.replace(list(duties))
            office.commit()

    def speaks_live(self, *said: Understood) -> None:
        """Calls are taken by live audio from now on, and this is what is understood of it."""
        self.said = list(said)
        self.office.front = replace(self.office.front, can_listen=lambda: True)

    async def stream(self, receive: Any, send: Any) -> None:
        """The live half of a call without its sound: the desk, and what was said, until the desk ends it."""
        await receive()
        await send({"type": "websocket.accept"})
        while True:
            started = orjson.loads((await receive())["text"])
            if started["event"] == "start":
                break
        contact = Contact(plain_number(CALLER), "voice", started["start"]["callSid"])
        await asyncio.to_thread(self._talk, contact)
        await send({"type": "websocket.close", "code": 1000})

    def _talk(self, contact: Contact) -> None:
        served = self.office.desk.answer(contact)
        self.heard_live.append("".join(sentence.text for sentence in spoken(served.turn, "voice")))
        while self.said and served.turn.ask is not None:
            served = self._heard(served, contact, self.said.pop(0))

    def _heard(self, served: Served, contact: Contact, sense: Understood) -> Served:
        desk, number = self.office.desk, served.turn.number
        served = desk.hear(served.conversation, contact, number, sense=lambda *_: sense, evidence=Evidence())
        self.office.queued.extend(served.messages)
        return served

    async def wants_a_person(self) -> None:
        """The caller rings and presses 0."""
        await self.caller.dial()
        await self.caller.event("gather")
        await self.caller.keys("0")

    async def speaks(self, seconds: float = 3) -> None:
        """The caller says something after the beep."""
        await self.caller.event("record")
        for _ in range(int(seconds / 0.02)):
            await self.caller.wire.send(tone(300, 0.02))
            await asyncio.sleep(0.02 * FAST.factor)

    def rows(self, table: Any) -> list[Any]:
        with self.office.store.open() as office:
            return list(office.session.scalars(select(table)))

    def rings(self) -> list[tuple[str, str]]:
        """(who, what became of it) of each attempt."""
        return [(ring.name, ring.state) for ring in self.rows(RingRow)]

    def tasks(self) -> list[CallbackRow]:
        return self.rows(CallbackRow)

    def texts(self) -> list[tuple[str, str]]:
        return [(message.to, message.body) for message in self.rows(MessageRow)]

    def state(self) -> str:
        return "".join(row.state for row in self.rows(ConversationRow))

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits until something is so; the telephone side runs on meanwhile."""
        for _ in range(1000):
            if holds():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"it never came to that: {self.rings()}, {[task.state for task in self.tasks()]}")


@dataclass
class Front:
    """An ASGI application that is put in place once its address is known."""

    inner: Any = None
    exchange: Any = None
    live: Any = None
    paths: list[str] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        if scope["path"].startswith("/exchange/"):
            await self.exchange(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.live(receive, send)
        else:
            await self.inner(scope, receive, send)


@asynccontextmanager
async def town_hall(folder: Path, office: Office | None = None) -> AsyncIterator[Hall]:
    """An office whose callers go by keypad from the start, so that every word is TwiML."""
    office = office or Office(folder)
    front = Front()
    async with listening(front) as url:
        hall = Hall(office, Exchange(SID, TOKEN, url, NUMBER, options=Options(pace=FAST)), Phone(CALLER), url)
        front.inner, front.exchange, front.live = web(hall, url), exchange_app(hall.exchange), hall.stream
        hall.exchange.plug(hall.caller)
        try:
            yield hall
        finally:
            await hall.exchange.close()


def web(hall: Hall, url: str) -> Any:
    """The webhooks, always those of the office as it is now: it may have been opened anew."""
    signatures = Signatures(url, (TOKEN,))

    def application(environ: Any, start_response: Any) -> Any:
        app = Flask("town-hall")
        stream = url.replace("http", "ws", 1) + "/voice/stream"
        outgoing = Outgoing(hall.office.front, CallingRules())
        hooks = Webhooks(hall.office.front, signatures, stream, lambda *_: None, outgoing)
        app.register_blueprint(hooks.blueprint())
        return app(environ, start_response)

    return WSGIMiddleware(application, workers=4)  # type: ignore[arg-type]
