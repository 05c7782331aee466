"""Replays a journal through a script and takes the next answer. Pure: what the office does is passed in.

Laws kept here (docs/adr): stable keys and ScriptDrift; turn numbers; the retry ladder; commands at any
time; danger before everything; an answer to any turn but the open one changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from ivr.dialogue.journal import Entry, Kind, effective, inputs
from ivr.dialogue.steps import Ask, CalledOff, Do, Json, Option, Prompt, Reply, Say, Script, Transfer
from ivr.dialogue.turn import RESUME, Turn


class ScriptDrift(Exception):
    """The journal tells of another question than the script asks: the script changed under a conversation."""


Perform = Callable[[Do], Json]
"""Does it, or looks it up, in the open transaction; the result must survive JSON."""


class ScriptBook(Protocol):
    """The scripts by name and version; versions that conversations are still on stay in the book."""

    def start(self, name: str, version: int, given: Mapping[str, Json]) -> Script: ...


@dataclass
class _Stage:
    """Where a replay stands."""

    book: ScriptBook
    script: Script
    version: int
    step: Ask | Transfer | None = None
    says: list[Prompt] = field(default_factory=list)
    misses: int = 0
    likely: tuple[str, ...] = ()
    page: int = 0
    slow: bool = False
    resuming: bool = False
    diverted: str = ""
    say_again: bool = True
    outcome: str = ""
    pending: Do | None = None

    def run(self, move: Callable[[], object]) -> None:
        """Moves the script to its next Ask, Transfer, Do or end, collecting what it says on the way."""
        self.step, self.pending = None, None
        while True:
            try:
                step = move()
            except (StopIteration, CalledOff) as end:
                self.outcome = (isinstance(end, StopIteration) and end.value) or "done"
                return
            if isinstance(step, Say):
                self.says.append(step.prompt)
                move = self._next
                continue
            if isinstance(step, Do):
                self.pending = step
            elif isinstance(step, Ask | Transfer):
                self.step = step
            else:
                raise ScriptDrift(f"a script yielded {type(step).__name__}")
            return

    def _next(self) -> object:
        return next(self.script)

    def begin(self) -> None:
        self.run(self._next)

    def fresh(self) -> None:
        """A new question is coming: nothing said before belongs to it."""
        self.says, self.misses, self.likely, self.page, self.say_again = [], 0, (), 0, True

    def expect(self, entry: Entry) -> None:
        """ScriptDrift unless the script waits for just this entry."""
        waiting = self.pending if entry.kind is Kind.DONE else self.step
        if waiting is None or waiting.key != entry.key:
            here = self.pending or self.step
            at = here.key if here else self.outcome
            raise ScriptDrift(f"journal has {entry.kind} {entry.key!r}, script is at {at!r}")


def _answered(stage: _Stage, entry: Entry) -> None:
    stage.expect(entry)
    stage.fresh()
    reply = Reply(**{name: entry.payload[name] for name in entry.payload if name in Reply.__dataclass_fields__})
    stage.run(lambda: stage.script.send(reply))


def _done(stage: _Stage, entry: Entry) -> None:
    stage.expect(entry)
    stage.run(lambda: stage.script.send(entry.payload["result"]))


def _missed(stage: _Stage, entry: Entry) -> None:
    stage.misses += 1
    stage.likely = tuple(entry.payload.get("likely", ()))
    stage.page, stage.say_again = 0, False


def _turned(stage: _Stage, entry: Entry) -> None:
    stage.say_again = not entry.payload.get("more")
    stage.slow = stage.slow or bool(entry.payload.get("slower"))
    stage.page += bool(entry.payload.get("more"))


def _called_off(stage: _Stage, _entry: Entry) -> None:
    stage.fresh()
    stage.run(lambda: stage.script.throw(CalledOff()))


def _diverted(stage: _Stage, entry: Entry) -> None:
    stage.script.close()
    stage.fresh()
    stage.resuming = False
    stage.diverted = str(entry.payload["script"])
    stage.script = stage.book.start(stage.diverted, stage.version, dict(entry.payload["given"]))
    stage.begin()


def _dropped(stage: _Stage, _entry: Entry) -> None:
    stage.resuming, stage.misses = True, 0


def _resumed(stage: _Stage, entry: Entry) -> None:
    stage.resuming, stage.misses, stage.page, stage.say_again = False, 0, 0, True
    if not entry.payload["go_on"]:
        stage.script.close()
        stage.step, stage.outcome = None, "abandoned"


_PLAYBACK = {
    Kind.ANSWERED: _answered,
    Kind.DONE: _done,
    Kind.MISSED: _missed,
    Kind.TURNED: _turned,
    Kind.CALLED_OFF: _called_off,
    Kind.DIVERTED: _diverted,
    Kind.DROPPED: _dropped,
    Kind.RESUMED: _resumed,
}


@dataclass(frozen=True)
class Plot:
    """Which script a conversation follows."""

    book: ScriptBook
    script: str = "welcome"
    version: int = 1


def open_turn(plot: Plot, journal: Sequence[Entry], perform: Perform) -> Turn:
    """The question that stands open after this journal. What the script does on the way there is in `entries`.

    Raises ScriptDrift if the journal is not this script's.
    """
    return take_turn(plot, journal, (), perform)


def take_turn(plot: Plot, journal: Sequence[Entry], heard: Sequence[Entry], perform: Perform) -> Turn:
    """Adds what was just heard to the journal and returns the hotline's next move."""
    stage = _Stage(plot.book, plot.book.start(plot.script, plot.version, {}), plot.version)
    stage.begin()
    entries = (*journal, *heard)
    for entry in effective(entries):
        _PLAYBACK[entry.kind](stage, entry)
    new = list(heard)
    while stage.pending is not None:
        do = stage.pending
        entry = Entry(Kind.DONE, do.key, {"result": perform(do), "changes": do.changes})
        new.append(entry)
        _done(stage, entry)
    return _turn(stage, inputs(entries), tuple(new))


def _turn(stage: _Stage, number: int, new: tuple[Entry, ...]) -> Turn:
    turn = Turn(
        number,
        slow=stage.slow,
        misses=stage.misses,
        page=stage.page,
        diverted=stage.diverted,
        outcome=stage.outcome,
        entries=new,
    )
    if stage.resuming and not stage.outcome:
        return replace(turn, ask=RESUME)
    says = tuple(stage.says) if stage.say_again else ()
    if isinstance(stage.step, Ask):
        return replace(turn, says=says, ask=stage.step, likely=_options(stage.step, stage.likely))
    return replace(turn, says=says, transfer=stage.step)


def _options(ask: Ask, likely: tuple[str, ...]) -> tuple[Option, ...]:
    known = {option.value: option for option in (*ask.slot.options, *ask.menu)}
    return tuple(known[value] for value in likely if value in known)[:2]
