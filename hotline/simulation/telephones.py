"""Telephones of planted residents: they ring and are answered or not; texts are read and answered or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random

from hotline.simulation.answers import Answering, reader
from hotline.simulation.ears import RealEars
from hotline.simulation.far_side import Letter, Ring
from hotline.simulation.hall import Hall
from hotline.simulation.planted import Experience
from hotline.simulation.residents import Memory, Resident
from hotline.store.ringing import Told
from ivr.carriers.base import PlacedCall
from ivr.contact import Contact, Evidence
from ivr.desk import Sense
from ivr.dialogue.turn import Turn
from ivr.surfaces.keypad import GatherKeys, HangUp, RecordWords, Speak, Verb
from ivr.surfaces.sentences import spoken
from ivr.understanding.answer import Understood
from ivr.understanding.understand import understand_keys, understand_text

RINGS_S, TURN_S = 20.0, 9.0
MOST_TURNS = 30
NOTHING = Experience({"attitude": 4, "efficiency": 4, "discipline": 4}, solved=True, remark="没有")


@dataclass(frozen=True)
class Given:
    """What one person has told of one matter, for the records to be held against."""

    number: str
    memory: Memory
    told: dict[str, int | bool | str]
    at: datetime
    by_ear: bool = False
    """Said in a voice to the real recogniser: what was kept may be what was misheard."""


@dataclass
class Telephones:
    """Every telephone of the town."""

    hall: Hall
    residents: Sequence[Resident]
    ears: RealEars | None = None
    given: list[Given] = field(default_factory=list)
    talks: Counter[str] = field(default_factory=Counter)
    """By surface."""
    strange: list[str] = field(default_factory=list)
    said_no: dict[str, datetime] = field(default_factory=dict)
    """Who has said that nobody shall ring, and when."""
    _by_number: dict[str, list[Resident]] = field(default_factory=dict)
    _texts: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        for one in self.residents:
            self._by_number.setdefault(one.number, []).append(one)
        self.hall.ring, self.hall.read = self.ring, self.read

    # -- being rung -----------------------------------------------------------------------------------

    def ring(self, ring: Ring) -> None:
        """One telephone rings; what becomes of it is reported as a carrier reports it."""
        household = self._by_number.get(ring.number, [])
        dice = self.hall.plan.dice("ring", ring.number, ring.at.isoformat())
        if not household:
            self._over(ring, "no-answer")
            return
        owner = household[0]
        if dice.random() < owner.habit.busy:
            self._over(ring, "busy")
        elif dice.random() < owner.habit.machine:
            self.hall.outgoing.picked_up(ring.name, ring.sid, (ring.number, "machine_end_beep"))
            self._over(ring, "completed", "machine_end_beep", 12)
        elif dice.random() < owner.picks_up(ring.at):
            self._talk(ring, household, dice)
        else:
            self._over(ring, "no-answer")

    def _talk(self, ring: Ring, household: Sequence[Resident], dice: Random) -> None:
        hall, began = self.hall, self.hall.clock()
        hall.clock.passes(RINGS_S / 2)
        hall.listens = household[0].speaks
        verbs = hall.outgoing.picked_up(ring.name, ring.sid, (ring.number, "human"))
        if hall.listens:
            self._by_words(ring, household, dice)
        else:
            self._by_keys(ring, household, (dice, verbs))
        self._over(ring, "completed", "human", round((hall.clock() - began).total_seconds()))

    def _by_words(self, ring: Ring, household: Sequence[Resident], dice: Random) -> None:
        desk, contact = self.hall.desk, Contact(ring.number, "voice", ring.sid)
        served, talk = desk.answer(contact), None
        ears = self.ears if dice.random() < self.hall.plan.audio_share else None
        for _ in range(MOST_TURNS):
            heard = "".join(sentence.text for sentence in spoken(served.turn, "voice"))
            if served.turn.ask is None:
                break
            talk = talk or self._whoever(household, heard, dice)
            words = talk.words(heard)
            self.hall.clock.passes(TURN_S)
            if words is None:
                break
            key = talk.pressed(heard, words) if ears is not None else None
            if key is not None:  # 没听清，也可以按键: who wants to be asked no more does
                sense, evidence = _keyed(key), Evidence(key)
            else:
                sense, evidence = self._heard(ears, (talk.resident, words), served.turn)
            served = desk.hear(served.conversation, contact, served.turn.number, sense=sense, evidence=evidence)
            self.hall.front.enqueue(served.messages)
        self._note(talk, "voice" if ears is None else "audio")

    def _heard(self, ears: RealEars | None, said: tuple[Resident, str], turn: Turn) -> tuple[Sense, Evidence]:
        """What the words are taken for: as they are, or by ear."""
        who, words = said
        if ears is None or turn.ask is None:
            return _said(words), Evidence(words)
        setting = self.hall.desk.setting(turn)
        sense, evidence = ears.hear(who, words, turn.ask, (setting, self.hall.clock()))
        return (lambda *_: sense), evidence

    def _by_keys(self, ring: Ring, household: Sequence[Resident], by: tuple[Random, Sequence[Verb]]) -> None:
        dice, verbs = by
        contact, talk = Contact(ring.number, "keypad", ring.sid), None
        for _ in range(MOST_TURNS):
            heard = "".join(one.text for one in verbs if isinstance(one, Speak | GatherKeys))
            asks = next((one for one in verbs if isinstance(one, GatherKeys | RecordWords)), None)
            if asks is None or any(isinstance(one, HangUp) for one in verbs):
                break
            talk = talk or self._whoever(household, heard, dice)
            self.hall.clock.passes(TURN_S)
            turn = int(asks.action.partition("turn=")[2].partition("&")[0])
            if isinstance(asks, RecordWords):
                address = f"recording-{ring.sid}-{turn}.wav"
                words = talk.words(heard)
                if words is None:
                    break
                self.hall.spoken[address] = words
                verbs = self.hall.front.recording(contact, turn, address)
            elif (key := talk.key(heard)) is not None:
                verbs = self.hall.front.keys(contact, turn, key)
            else:
                break
        if talk is not None and talk.opted_out:
            self._opt_out_by_text(talk)
        self._note(talk, "keypad")

    def _opt_out_by_text(self, talk: Answering) -> None:
        """No key says 别再打了: who wants to be left alone hangs up, and writes it if their telephone can."""
        talk.opted_out = talk.resident.mobile
        if talk.opted_out:
            self.hall.front.text(self.new_text(), talk.resident.number, "退订")

    def _over(self, ring: Ring, status: str, by: str = "", seconds: int = 0) -> None:
        if not seconds:
            self.hall.clock.passes(RINGS_S)
        self.hall.far.ended[ring.sid] = PlacedCall(ring.sid, status, by, seconds)
        self.hall.outgoing.reported(ring.name, Told(ring.sid, status, by, seconds))

    # -- being written to -----------------------------------------------------------------------------

    def read(self, letter: Letter) -> None:
        """A text is answered where it asks something and its reader is one who writes back."""
        household = self._by_number.get(letter.number, [])
        asks = reader().question(letter.body)
        if asks not in ("consent", "recheck") or not household:
            return
        dice = self.hall.plan.dice("text", letter.number, letter.reason)
        if dice.random() < household[0].habit.texts_back:
            self.write(self._whoever(household, letter.body, dice), letter.body)

    def write(self, talk: Answering, asked: str) -> None:
        """Answers text by text until nothing more is asked."""
        for _ in range(MOST_TURNS):
            words = talk.words(asked)
            if words is None:
                break
            self.hall.clock.passes(TURN_S)
            asked = self.hall.front.text(self.new_text(), talk.resident.number, words)
            if not reader().question(asked) or reader().is_over(asked):
                break
        self._note(talk, "sms")

    def new_text(self) -> str:
        """The carrier's name for the next text a resident writes."""
        return f"SI{next(self._texts):032}"

    def resident(self, number: str, name: str) -> Resident:
        """Who of a telephone's household goes by that name."""
        household = self._by_number[number]
        return next((one for one in household if one.name == name), household[0])

    # -- what is remembered ---------------------------------------------------------------------------

    def _whoever(self, household: Sequence[Resident], heard: str, dice: Random) -> Answering:
        """Who of a household a sentence is about, by the service it names; the latest where there are several."""
        known = [(one, memory) for one in household for memory in one.memories if memory.service in heard]
        if not known:
            return Answering(household[0], NOTHING, dice)
        who, memory = max(known, key=lambda pair: pair[1].day)
        return Answering(who, memory.experience, dice, memory=memory)

    def _note(self, talk: Answering | None, surface: str) -> None:
        self.talks[surface] += 1
        if talk is None:
            return
        now, number = self.hall.clock(), talk.resident.number
        self.strange += talk.strange
        told = {key: value for key, value in talk.given.items() if key != "doubtful"}
        if told and talk.memory is not None:
            self.given.append(Given(number, talk.memory, told, now, by_ear=surface == "audio"))
        if talk.opted_out:
            self.said_no.setdefault(number, now)


def _keyed(key: str) -> Sense:
    return lambda turn, setting: understand_keys(turn.ask, key, setting) if turn.ask else Understood()


def _said(words: str) -> Sense:
    """As if the ears had made no mistake."""
    return lambda turn, setting: understand_text(turn.ask, words, setting) if turn.ask else Understood()
