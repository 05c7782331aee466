"""What is being said in calls under way, for pages that follow them: masked, to those who may know of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from hotline.console.areas.live_pages import heard, is_secret, names_said
from hotline.console.discretion import hidden
from hotline.console.listeners import Listener, Listeners
from hotline.domain.catalogue import Town
from hotline.masking import Mask
from hotline.store.names import names_of
from hotline.store.reach import calls_within
from hotline.store.tables import CallRow, TurnRow
from hotline.store.unit_of_work import Office, Store

OVERHEARD = "（"
"""Begins a caption that tells what was heard, not what is said."""
TURN_SAVED_S = 0.3
"""About how long after it was heard an answer is on record, with the names that were understood in it."""
LOOKS = 6
MOST_WAITING = 200


@dataclass(frozen=True)
class Caption:
    """What one page is told."""

    call: str
    words: str
    said_by: str
    """caller or hotline"""

    def event(self) -> dict[str, str]:
        return {"call": self.call, "words": self.words, "by": self.said_by}


@dataclass
class Captions:
    """Takes words off the telephone on the event loop; reads the records beside it."""

    store: Store
    listeners: Listeners
    town: Callable[[Office], Town]
    _told: dict[str, int] = field(default_factory=dict)
    """The newest answer of each call that has been shown."""
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def show(self, call: str, words: str) -> None:
        """Never waits; costs nothing while nobody follows."""
        if not self.listeners.watching or len(self._under_way) >= MOST_WAITING:
            return
        task = asyncio.get_running_loop().create_task(self._show(call, words))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _show(self, call: str, words: str) -> None:
        """What was heard is read off the record: only there are the names known that were said in it."""
        overheard, watching = words.startswith(OVERHEARD), self.listeners.watching
        loop = asyncio.get_running_loop()
        for _ in range(LOOKS if overheard else 1):
            await asyncio.sleep(TURN_SAVED_S)
            work = loop.run_in_executor(self.listeners.beside, self._read, (call, words, overheard), watching)
            caption, allowed = await work
            if caption is not None:
                for listener in allowed:
                    listener.tell("caption", caption.event())
                return

    def _read(
        self, said: tuple[str, str, bool], watching: Sequence[Listener]
    ) -> tuple[Caption | None, list[Listener]]:
        sid, words, overheard = said
        with self.store.reading() as office:
            call = office.records.call(sid)
            if call is None:
                return None, []
            turns = office.records.turns_of(sid)
            if overheard and (not turns or turns[-1].id <= self._told.get(sid, 0)):
                return None, []
            names = names_of(office, [call.number]).get(call.number, set())
            mask = Mask.over(None, names | names_said(turns))
            shown = heard(turns[-1], mask) if overheard else mask.words(words)
            if overheard:
                self._keep(sid, turns[-1].id)
            allowed = self._allowed(office, call, turns, watching)
        return Caption(sid, shown, "caller" if overheard else "hotline"), allowed

    def _keep(self, sid: str, turn: int) -> None:
        if len(self._told) > MOST_WAITING:
            self._told.pop(next(iter(self._told)))
        self._told[sid] = turn

    def _allowed(
        self, office: Office, call: CallRow, turns: Sequence[TurnRow], watching: Sequence[Listener]
    ) -> list[Listener]:
        secret = is_secret(self.town(office), turns)
        return [
            one
            for one in watching
            if (one.sight.confidential or not secret)
            and not hidden(office, [call.conversation], one.actor)
            and office.session.scalar(select(CallRow.sid).where(CallRow.sid == call.sid, calls_within(one.sight)))
        ]
