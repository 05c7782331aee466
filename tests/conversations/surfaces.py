"""The three surfaces as a resident meets them: what is asked comes back as a turn, what is answered goes in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from ivr.contact import Contact, Evidence, Served
from ivr.dialogue.turn import MORE
from ivr.surfaces.keypad import GatherKeys, GoTo, HangUp, RecordWords, Speak, Verb
from ivr.surfaces.sentences import spoken
from ivr.understanding.understand import understand_text
from tests.conversations.resident import Resident
from tests.town import Office

NUMBER = "13907370001"


class Surface(Protocol):
    said: list[str]

    def begin(self) -> str: ...
    def answer(self, resident: Resident) -> str: ...
    def drop(self) -> str: ...


@dataclass
class Voice:
    """Live voice without the sound: the desk, and words in place of what the ears give."""

    office: Office
    said: list[str] = field(default_factory=list)
    _calls: count[int] = field(default_factory=count)

    def begin(self) -> str:
        self._contact = Contact(NUMBER, "voice", f"CA{next(self._calls)}")
        return self._take(self.office.desk.answer(self._contact))

    drop = begin

    def answer(self, resident: Resident) -> str:
        turn = self._served.turn
        _, words = resident.answer(turn.key, "say")
        self.said.append(f"R {words}")
        return self._take(
            self.office.desk.hear(
                self._served.conversation,
                self._contact,
                turn.number,
                sense=lambda open_turn, setting: understand_text(open_turn.ask, words, setting),
                evidence=Evidence(words, audio="spoken.wav"),
            )
        )

    @property
    def conversation(self) -> str:
        return self._served.conversation

    def _take(self, served: Served) -> str:
        self._served = served
        self.said += [f"H {s.text}  [{s.mark}]" for s in spoken(served.turn, "voice")]
        return "" if served.turn.outcome else served.turn.key


@dataclass
class Keypad:
    """Keys and recordings through the verbs that a carrier would carry out."""

    office: Office
    said: list[str] = field(default_factory=list)
    _calls: count[int] = field(default_factory=count)

    def begin(self) -> str:
        self._contact = Contact(NUMBER, "keypad", f"CK{next(self._calls)}")
        verbs = self.office.front.incoming_call(self._contact.call, NUMBER, "inbound")
        return self._take(verbs)

    drop = begin

    def answer(self, resident: Resident) -> str:
        way, words = resident.answer(self._key, "press", "record")
        self.said.append(f"R {way} {words}")
        if way == "record":
            address = f"recording-{self._contact.call}-{self._turn}"
            self.office.spoken[address] = words
            return self._take(self.office.front.recording(self._contact, self._turn, address))
        if not self.office.desk.answer(self._contact).turn.menu:  # digits of a number
            return self._take(self.office.front.keys(self._contact, self._turn, words))
        for _ in range(40):
            menu = self.office.desk.answer(self._contact).turn.menu
            digit = next((key for key, option in menu.items() if option.label.endswith(words)), None)
            more = next((key for key, option in menu.items() if option.value == MORE), None)
            pressed = digit or more
            assert pressed, f"{words} is not in the menu of {self._key}: {[o.label for o in menu.values()]}"
            key = self._take(self.office.front.keys(self._contact, self._turn, pressed))
            if digit:
                return key
        raise AssertionError(f"{words} is on no page of {self._key}")

    def _take(self, verbs: list[Verb]) -> str:
        self.said += [f"H {verb.text}" for verb in verbs if isinstance(verb, Speak | GatherKeys)]
        if any(isinstance(verb, HangUp) for verb in verbs):
            return ""
        action = next(v.action for v in verbs if isinstance(v, GatherKeys | RecordWords | GoTo))
        found = re.search(r"turn=(\d+)&key=(\w+)", action)
        assert found, action
        self._turn, self._key = int(found[1]), found[2]
        return self._key


@dataclass
class Text:
    """Text messages. There is no line to drop: going on by voice and back stands for it."""

    office: Office
    said: list[str] = field(default_factory=list)
    _messages: count[int] = field(default_factory=count)
    _first: bool = True

    def begin(self) -> str:
        self._key = "errand"
        return self._key

    def drop(self) -> str:
        """The resident rings, hangs up at once, and writes again."""
        if not self._first:
            self.office.desk.answer(Contact(NUMBER, "voice", f"CS{next(self._messages)}"))
        return self._key

    def answer(self, resident: Resident) -> str:
        if self._resuming():
            self._send("好，接着讲")
        _, words = resident.answer(self._key, "text", "say")
        return self._send(words)

    def _resuming(self) -> bool:
        if self._first:
            return False
        return self.office.desk.answer(Contact(NUMBER, "sms")).turn.key == "resume"

    def _send(self, words: str) -> str:
        self._first = False
        self.said.append(f"R {words}")
        answer = self.office.front.text(f"SM{next(self._messages)}", NUMBER, words)
        self.said.append(f"H {answer}")
        with self.office.store.open() as office:
            row = office.conversations.open_for(NUMBER, self.office.watch().replace(year=2000))
            self._key = row.open_key if row else ""
        return self._key
