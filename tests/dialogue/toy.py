"""A small script book to prove the engine's laws on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ivr.dialogue.engine import Plot, ScriptDrift, open_turn, take_turn
from ivr.dialogue.hearing import entry_for
from ivr.dialogue.journal import Entry
from ivr.dialogue.steps import Ask, CalledOff, Do, Json, Option, Prompt, Reply, Say, Script, Slot, Transfer, Wants
from ivr.dialogue.turn import Turn
from ivr.understanding.answer import Understood

COLOURS = tuple(Option(name, name) for name in ("red", "green", "blue", "black", "white"))


def order() -> Script:
    yield Say(Prompt("hello"))
    try:
        stock = yield Do("stock", "look_up")
        colour: Reply = yield Ask(Slot("colour", Wants.CHOICE, COLOURS), Prompt("colour"))
        size: Reply = yield Ask(Slot("size", Wants.NUMBER), Prompt("size"))
        sure: Reply = yield Ask(Slot("confirm", Wants.YES_NO), Prompt("sure", {"stock": stock}))
        if sure.value:
            done = yield Do("order", "order", {"colour": colour.value, "size": size.value}, changes=True)
            yield Say(Prompt("ordered", {"number": done}))
        yield Ask(Slot("more", Wants.YES_NO), Prompt("more"))
    except CalledOff:
        yield Say(Prompt("called_off"))
    return "done"


def order_changed() -> Script:
    yield Ask(Slot("size", Wants.NUMBER), Prompt("size"))
    return "done"


def person(given: Mapping[str, Json]) -> Script:
    reply: Reply = yield Transfer(Prompt("wait"), str(given.get("reason", "")))
    if reply.value == "answered":
        return "transferred"
    yield Ask(Slot("story", Wants.WORDS), Prompt("tell"))
    return "recorded"


def message(_given: Mapping[str, Json]) -> Script:
    reply: Reply = yield Ask(Slot("story", Wants.WORDS), Prompt("tell"))
    yield Do("note", "note", {"text": reply.value}, changes=True)
    return "recorded"


class Toys:
    def start(self, name: str, version: int, given: Mapping[str, Json]) -> Script:
        if name == "order":
            return order() if version == 1 else order_changed()
        if name in ("person", "danger"):
            return person(given)
        if name == "message":
            return message(given)
        raise ScriptDrift(name)


class Played:
    """A conversation held in memory: what a desk keeps, without a desk."""

    def __init__(self, journal: Sequence[Entry] = (), version: int = 1) -> None:
        self.journal = list(journal)
        self.done: list[Do] = []
        self.plot = Plot(Toys(), "order", version)
        self.turn: Turn = open_turn(self.plot, self.journal, self.perform)
        self.journal += self.turn.entries

    def perform(self, do: Do) -> Json:
        self.done.append(do)
        return len(self.done)

    def hear(self, **sense: Json) -> Turn:
        entry = entry_for(self.turn, Understood(**sense))
        self.turn = take_turn(self.plot, self.journal, [entry], self.perform)
        self.journal += self.turn.entries
        return self.turn

    def says(self) -> list[str]:
        return [prompt.name for prompt in self.turn.says]
