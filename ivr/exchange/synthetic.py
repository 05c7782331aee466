"""A caller with a goal and a voice: rings, listens for the question's mark, answers after a natural moment."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ivr.exchange.call_report import CallReport, CallTurn
from ivr.exchange.goal import Goal
from ivr.exchange.mouth import Mouth, Room, Utterance, quiet_room
from ivr.exchange.pace import Pace
from ivr.exchange.sound import AUDIBLE, level
from ivr.exchange.telephones import Event, Message, Wire

log = logging.getLogger(__name__)

Speech = Callable[[str], bytes]
"""Text to clean µ-law in the caller's voice; called before dialling, on a worker thread."""
_QUIET_S = 0.1
_KEY_GAP_S = 0.25
_GOODBYE_S = 5.0
_NO_RESPONSE_S = 10.0
OVERHEARD = "（"
"""Begins a caption that tells what was heard, not what is said."""


@dataclass(frozen=True)
class Moment:
    """Something worth showing while the call goes on."""

    kind: str
    """connected, asked, said, pressed, answered, caption, sms, ended"""
    turn: CallTurn | None = None
    text: str = ""


def unseen(moment: Moment) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Manner:
    """How a caller behaves beside the goal."""

    seed: int = 0
    reaction_s: tuple[float, float] = (0.4, 0.8)
    drop_after: int = 0
    """The line is cut while the answer to the caller's so-manieth reply begins; 0: never."""
    room: Room = quiet_room
    pace: Pace = Pace()  # noqa: RUF009  # immutable: a factor and the clock
    watch: Callable[[Moment], None] = unseen


class SyntheticCaller:
    """A telephone that pursues a goal. `prepare`, plug it in, then `call`."""

    def __init__(self, goal: Goal, speech: Speech, manner: Manner | None = None) -> None:
        self._goal = goal
        self._speech = speech
        self._manner = manner or Manner()
        self._pace = self._manner.pace
        self._dice = Random(self._manner.seed)
        self._mouth = Mouth(self._pace, self._manner.room)
        self._utterances: dict[str, Utterance] = {}
        self._asked: Counter[str] = Counter()
        self._replies = 0
        self._open: CallTurn | None = None
        self._dropped = False
        self._last_loud = 0.0
        self._caption_read = ""
        self._connected_at = 0.0
        self._busy: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()
        self.report = CallReport(goal.number, goal.voice)

    @property
    def number(self) -> str:
        return self._goal.number

    async def prepare(self) -> None:
        """Synthesises everything that may have to be said."""
        for text in self._goal.texts():
            self._utterances[text] = Utterance.of(await asyncio.to_thread(self._speech, text))

    def plugged(self, wire: Wire) -> None:
        self._wire = wire

    async def call(self) -> CallReport:
        """Rings the hotline and stays to the end. Raises ConnectionError where the exchange is gone at once."""
        if len(self._utterances) < len(self._goal.texts()):
            await self.prepare()
        await self._wire.send({"event": "dial"})
        started = self._pace.now()
        try:
            async with self._pace.within(self._goal.hang_up_after):
                await self._over.wait()
        except TimeoutError:
            await self._hang_up()
        finally:
            for task in self._busy:
                task.cancel()
        if not self._over.is_set():
            await self._last_words()
        self.report.seconds = round(self._pace.now() - (self._connected_at or started), 2)
        self.report.check(self._goal.expect)
        return self.report

    async def _last_words(self) -> None:
        try:
            async with self._pace.within(_GOODBYE_S):
                await self._over.wait()
        except TimeoutError:
            self.report.ended = "line lost"

    async def _hang_up(self) -> None:
        await self._wire.send({"event": "hangup"})

    # -- what arrives ---------------------------------------------------------------------------------

    async def receive(self, message: Message) -> None:
        if isinstance(message, bytes):
            if level(message) > AUDIBLE:
                self._hear()
            return
        react = _REACTIONS.get(str(message.get("event")))
        if react is not None:
            react(self, message)

    def _hear(self) -> None:
        """Notes the first sound of an answer: audible, after quiet, after the caller's last word."""
        now = self._pace.now()
        quiet = now - self._last_loud > _QUIET_S
        self._last_loud = now
        turn = self._open
        if turn is None or turn.ended_s is None or turn.answered_s is not None or not quiet:
            return
        turn.answered_s = round(now - self._connected_at, 4)
        self._show("answered", turn)
        self._interrupt(turn.key)
        self._replies += 1
        if self._replies == self._manner.drop_after:
            self._begin(self._drop())

    def _connected(self, event: Event) -> None:
        if self._connected_at:
            return
        self._connected_at = self._pace.now()
        self.report.call_sid = str(event.get("call", ""))
        self._show("connected", text=self.report.call_sid)
        self._begin(self._mouth.run(self._wire))
        self._interrupt("start")

    def _mark(self, event: Event) -> None:
        name = str(event.get("name", ""))
        turn, _, key = name.partition(":")
        if turn.isdigit() and key:
            self._question(name, key, by_keys=False)
        else:
            self.report.statements.append(name)

    def _gather(self, event: Event) -> None:
        name, key = _asked_by(str(event.get("action", "")))
        self._question(name, key, by_keys=True)

    def _record(self, event: Event) -> None:
        name, key = _asked_by(str(event.get("action", "")))
        self._question(name, key, by_keys=False)

    def _caption(self, event: Event) -> None:
        text = str(event.get("text", ""))
        self.report.captions.append(text)
        if not text.startswith(OVERHEARD):
            self._caption_read = text
        self._show("caption", text=text)

    def _sms(self, event: Event) -> None:
        self.report.texts.append(str(event.get("body", "")))
        self._show("sms", text=str(event.get("body", "")))

    def _ended(self, event: Event) -> None:
        if self._over.is_set():
            return
        reason = str(event.get("reason", ""))
        self.report.ended = "dropped" if self._dropped else reason
        self._show("ended", text=self.report.ended)
        self._over.set()

    # -- what the caller does -------------------------------------------------------------------------

    def _question(self, mark: str, key: str, *, by_keys: bool) -> None:
        self._asked[key] += 1
        turn = CallTurn(mark, key, asked_s=round(self._pace.now() - self._connected_at, 4))
        self.report.turns.append(turn)
        self._show("asked", turn)
        if self._goal.end_when in (key, f"{key}:{self._asked[key]}"):
            self._begin(self._leave())
        elif not self._mouth.busy:
            self._begin(self._reply(turn, by_keys=by_keys))

    async def _leave(self) -> None:
        await self._pace.sleep(self._reaction())
        await self._hang_up()

    async def _drop(self) -> None:
        self._dropped = True
        await self._pace.sleep(0.3)
        await self._hang_up()

    def _reaction(self) -> float:
        return self._dice.uniform(*self._manner.reaction_s)

    async def _reply(self, turn: CallTurn, *, by_keys: bool) -> None:
        times = self._asked[turn.key]
        keys = self._goal.keys_for(turn.key, times)
        said = self._goal.words_for(turn.key, times, self._caption_read)
        await self._pace.sleep(self._reaction())
        if keys and (by_keys or turn.key not in self._goal.say):
            await self._press(turn, keys)
        elif said and not by_keys:
            await self._say(turn, said)

    async def _say(self, turn: CallTurn, text: str) -> None:
        self._open = turn
        turn.said = text
        turn.began_s = round(self._pace.now() - self._connected_at, 4)
        self._show("said", turn)
        turn.ended_s = round(await self._mouth.say(self._utterances[text]) - self._connected_at, 4)
        await self._expect_sound(turn)

    async def _press(self, turn: CallTurn, keys: str) -> None:
        self._open = turn
        turn.keys = keys
        turn.began_s = round(self._pace.now() - self._connected_at, 4)
        self._show("pressed", turn)
        for digit in keys:
            await self._wire.send({"event": "key", "digit": digit})
            turn.ended_s = round(self._pace.now() - self._connected_at, 4)
            await self._pace.sleep(_KEY_GAP_S)
        await self._expect_sound(turn)

    async def _expect_sound(self, turn: CallTurn) -> None:
        """A caller whose line is to be cut does not wait for ever for the answer that triggers it."""
        if self._replies + 1 == self._manner.drop_after:
            await self._pace.sleep(_NO_RESPONSE_S)
            if turn.answered_s is None:
                await self._drop()

    def _interrupt(self, key: str) -> None:
        for talk in self._goal.barge_in:
            if talk.after == key:
                self._begin(self._talk_into(talk.wait_s, talk.say))

    async def _talk_into(self, wait_s: float, text: str) -> None:
        await self._pace.sleep(wait_s)
        turn = CallTurn("", "barge-in", asked_s=round(self._pace.now() - self._connected_at, 4))
        self.report.turns.append(turn)
        await self._say(turn, text)

    # -- housekeeping ---------------------------------------------------------------------------------

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._busy.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        failure = None if task.cancelled() else task.exception()
        if isinstance(failure, ConnectionError):
            self._ended({"reason": "line lost"})
        elif failure is not None:
            log.error("a synthetic caller stumbled", exc_info=failure)

    def _show(self, kind: str, turn: CallTurn | None = None, *, text: str = "") -> None:
        self._manner.watch(Moment(kind, turn, text))


def _asked_by(action: str) -> tuple[str, str]:
    """Mark and key of a keypad question, as far as its action URL tells (`turn` and `key`)."""
    query = parse_qs(urlsplit(action).query)
    turn, key = query.get("turn", [""])[0], query.get("key", [""])[0]
    return (f"{turn}:{key}" if turn and key else "", key)


_REACTIONS: dict[str, Callable[[SyntheticCaller, Event], None]] = {
    "connected": SyntheticCaller._connected,
    "mark": SyntheticCaller._mark,
    "gather": SyntheticCaller._gather,
    "record": SyntheticCaller._record,
    "caption": SyntheticCaller._caption,
    "sms": SyntheticCaller._sms,
    "ended": SyntheticCaller._ended,
}
