"""A resident of the crash test: texts, or rings and presses keys; tries again until it is done; remembers it all.

Knows nothing of the system but words: its memory is the ledger the records are held against afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from hotline.crash.reading import Reader, choices
from hotline.crash.scenes import Part
from ivr.exchange.pace import FRAME_S, Pace
from ivr.exchange.sound import tone
from ivr.exchange.telephones import Message, Wire

HUM = tone(220, FRAME_S)
HUMS = 30
"""Frames hummed after the beep: two thirds of a second are a recording."""
TRIES = 600
"""Texts and calls after which a conversation is given up for stuck."""
PAUSE_S = (0.3, 2.0)
"""Wall seconds between two tries, at first and in the end: a minute's patience, faster than real time."""
MORE = "9"
"""The key for the next page of a menu; how many are turned is left to TRIES."""


@dataclass
class Resident:
    """One telephone and who holds it. `live` returns when the conversation is over."""

    part: Part
    reader: Reader
    pace: Pace
    agrees: Callable[[], Awaitable[object]]
    """Told before a yes to a read-back leaves."""
    told: set[tuple[str, str]] = field(default_factory=set)
    """(kind, code) of everything confirmed, by whatever means it came."""
    texts: list[str] = field(default_factory=list)
    """Every text that reached the telephone, the same one twice where it came twice."""
    heard: list[str] = field(default_factory=list)
    """What was said both ways, for whoever looks into a failure."""
    broken: int = 0
    """Calls and texts that came to nothing."""
    over: bool = False
    left: bool = False
    """Went away in the middle, as the scene has it."""
    confirmed: bool = False
    """Said yes to a read-back at least once."""

    def __post_init__(self) -> None:
        self._dice = Random(self.part.seed)
        self._way = self.part.scene.ways[0]
        self._asked: dict[str, int] = {}
        self._last = ("", "")
        self._reply: asyncio.Queue[str] = asyncio.Queue()
        self._ended = asyncio.Event()
        self._lately_broken = False
        self._caption = ""
        self._hums: set[asyncio.Task[None]] = set()

    @property
    def number(self) -> str:
        return self.part.number

    @property
    def settled(self) -> bool:
        return self.over or self.left

    def plugged(self, wire: Wire) -> None:
        self._wire = wire

    async def receive(self, message: Message) -> None:
        if isinstance(message, bytes):
            return
        match message.get("event"):
            case "sms":
                self._text_came(str(message["body"]))
            case "caption":
                await self._hear(str(message.get("text", "")))
            case "record":
                self._hums.add(task := asyncio.create_task(self._hum()))
                task.add_done_callback(self._hums.discard)
            case "ended":
                self.heard.append(f"· {message.get('reason')}")
                self._ended.set()

    def no_answer(self) -> None:
        """The carrier could not hand a text over: nothing will come back."""
        self._reply.put_nowait("")

    async def live(self) -> bool:
        """Until it is over; False if it never was."""
        for tried in range(TRIES):
            if self._way == "sms":
                await self._write()
            else:
                await self._ring()
            if self.settled:
                return True
            first, last = PAUSE_S
            await asyncio.sleep(min(first * 1.2**tried, last) if self._lately_broken else 0)
        return False

    # -- by text --------------------------------------------------------------------------------------

    async def _write(self) -> None:
        """Answers the last question that was read, or says again what got no answer."""
        question, words = self._last
        if not question:
            question = "errand"
        if not words:
            words = self._answer("more" if question == "errand" and self.told else question)
        if question == self.part.scene.leaves_at:
            self.left = True
            return
        self._last = (question, words)
        await self._about_to_answer(question)
        while not self._reply.empty():  # what came late has been read by now
            self._reply.get_nowait()
        self.heard.append(f"> {words}")
        await self._wire.send({"event": "sms", "body": words})
        self._read(await self._reply.get())

    def _read(self, reply: str) -> None:
        self._lately_broken = not reply or self.reader.is_sorry(reply)
        if self._lately_broken:
            self.broken += 1
            self.heard.append("< (nothing)" if not reply else f"< {reply}")
            return
        self.over = self.reader.is_over(reply)
        question = self.reader.question(reply)
        if not self.over and not question:
            self.over = True  # nothing was asked: there is nothing left to answer
        self._last = (question, "")

    def _text_came(self, body: str) -> None:
        self.texts.append(body)
        self.heard.append(f"< {body}")
        confirms = self.reader.codes(body)
        self.told |= confirms
        if confirms and not self.reader.question(body):
            return  # the written confirmation: no answer to anything
        self._reply.put_nowait(body)

    async def _about_to_answer(self, question: str) -> None:
        if question == "confirm":
            self.confirmed = True
            await self.agrees()

    def _answer(self, question: str) -> str:
        times = self._asked.get(question, 0)
        self._asked[question] = times + 1
        return self.part.say(question, times)

    # -- by keys --------------------------------------------------------------------------------------

    async def _ring(self) -> None:
        self._ended.clear()
        self._caption = ""
        await self._wire.send({"event": "dial"})
        await self._ended.wait()
        await asyncio.gather(*self._hums)
        self._lately_broken = not self.settled
        if self._lately_broken:
            self.broken += 1
            self._way = self.part.scene.ways[-1]
            self._last = ("", "")

    async def _hear(self, text: str) -> None:
        """What the carrier says. A key is pressed the moment a question has been heard."""
        self._caption = text
        self.heard.append(f"< {text}")
        self.told |= self.reader.codes(text)
        self.over = self.over or self.reader.is_over(text)
        question = self.reader.question(text)
        if question and question == self.part.scene.leaves_at:
            self.left = True
            await self._wire.send({"event": "hangup"})
            return
        if key := self._key(question, choices(text)):
            await self._about_to_answer(question)
            self.heard.append(f"> {key}")
            await self._wire.send({"event": "key", "digit": key})

    def _key(self, question: str, offered: list[tuple[str, str]]) -> str:
        """The key of the label wanted, the next page where it is not there, empty where no keys are asked for."""
        if not offered:
            return ""
        wanted = self.part.press("more" if question == "errand" and self.told else question)
        if wanted != "any":
            return next((key for label, key in offered if label.endswith(wanted)), MORE)
        return self._dice.choice([key for _, key in offered if key not in (MORE, "0")])

    async def _hum(self) -> None:
        """Speaks after the beep and ends it with #, as one is asked to."""
        for _ in range(HUMS):
            await self._wire.send(HUM)
            await self.pace.sleep(FRAME_S)
        await self._wire.send({"event": "key", "digit": "#"})
