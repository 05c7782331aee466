"""Telephones of residents and clerks, plugged into the served exchange."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from hotline.simulation.answers import Answering
from hotline.simulation.residents import Resident, Temper
from hotline.simulation.telephones import NOTHING
from ivr.exchange.remote_line import plugged_in
from ivr.exchange.telephones import Event
from tests.service.phone import Phone

T = TypeVar("T")
MOST_TEXTS = 12


@dataclass
class Handset:
    """One telephone, as somebody holds it who has nothing else to do."""

    phone: Phone
    loop: asyncio.AbstractEventLoop

    @property
    def number(self) -> str:
        return self.phone.number

    @property
    def so_far(self) -> int:
        """How much has come; for `told` to look at what comes from now on."""
        return len(self.phone.events)

    def does(self, event: str, **fields: str) -> None:
        finished(self.phone.do(event, **fields), self.loop)

    def says(self, audio: bytes) -> None:
        finished(self.phone.say(audio), self.loop)

    def told(self, event: str, fits: Callable[[Event], bool] = lambda _: True, *, since: int = 0) -> Event:
        """The first such event after `since`; waits for it for two minutes."""

        async def came() -> Event:
            async with asyncio.timeout(120):
                while True:
                    for one in self.phone.events[since:]:
                        if one["event"] == event and fits(one):
                            return one
                    await asyncio.sleep(0.05)

        return finished(came(), self.loop)

    def reads(self, words: str, *, since: int = 0) -> str:
        """A text that has come with these words in it."""
        return str(self.told("sms", lambda one: words in str(one["body"]), since=since)["body"])

    def writes(self, text: str) -> str:
        """Sends a text and reads what comes back."""
        before = self.so_far
        self.does("sms", body=text)
        return self.reads("", since=before)

    def wants(self, **errand: str) -> str:
        """Writes what it wants and answers by text, question by question, until nothing more is asked."""
        who = Resident(0, self.number, errand["name"], "", errand["village"], Temper.STEADY, speaks=True)
        talk = Answering(who, NOTHING, Random(0), errand=errand)
        reply = self.writes(errand["errand"])
        for _ in range(MOST_TEXTS):
            words = talk.words(reply)
            if words is None or words == "没有了":
                return reply
            reply = self.writes(words)
        raise AssertionError(f"asked and asked: {reply}")


@dataclass(frozen=True)
class Lines:
    """The way to the exchange, from a thread of its own: the browser keeps this one busy."""

    url: str
    loop: asyncio.AbstractEventLoop

    @contextmanager
    def plugged(self, number: str) -> Iterator[Handset]:
        phone = Phone(number)
        line = plugged_in(self.url, phone)
        finished(line.__aenter__(), self.loop)
        try:
            yield Handset(phone, self.loop)
        finally:
            finished(line.__aexit__(None, None, None), self.loop)


@contextmanager
def lines(url: str) -> Iterator[Lines]:
    """Lines to the exchange served there."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="telephones")
    thread.start()
    try:
        yield Lines(url, loop)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def finished(work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> T:
    """What came of it, done on the telephones' own thread."""
    return asyncio.run_coroutine_threadsafe(work, loop).result()
