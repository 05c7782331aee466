"""The real town hall in fast time: the desk, gate, outbox and sweeps of production, with a clock that is moved.

What is not real: the carrier's line (`far_side`), the queue's workers (`queue_at_once`) and the time of day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, cast

from hotline.domain.calling import ContactRules
from hotline.domain.catalogue import Town
from hotline.domain.surveys.campaign import SurveyRules
from hotline.domain.town_document import town_of
from hotline.rules import office_rules
from hotline.simulation.clock import FastClock
from hotline.simulation.far_side import FarSide, Letter, Ring
from hotline.simulation.plan import Plan, staffed
from hotline.simulation.planted import Truth
from hotline.simulation.queue_at_once import QueueAtOnce
from hotline.store.delivery import apply_status
from hotline.store.repositories.catalogue import Accepted
from hotline.store.survey_steps import Step
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from hotline.town import demonstration
from ivr.contact import Evidence
from ivr.desk import Desk
from ivr.dialogue.turn import Turn
from ivr.front_desk import FrontDesk
from ivr.outgoing import Outgoing
from ivr.scripts.book import Scripts
from ivr.scripts.common import Vocabulary
from ivr.understanding.answer import Setting, Understood
from ivr.understanding.understand import understand_text
from tasks import outbound, outbox, surveys
from tasks.entries import enqueue_calls, enqueue_messages
from tasks.workplace import Workplace

if TYPE_CHECKING:
    from rq import Queue

SURVEY_RULES = SurveyRules(calls_at_once=4)
FILE = "hotline.sqlite"
_ROUNDS = 4000


@dataclass
class Hall:
    """Everything of the office, opened on an empty database in a folder."""

    folder: Path
    plan: Plan
    clock: FastClock = field(init=False)
    far: FarSide = field(init=False)
    spoken: dict[str, str] = field(default_factory=dict)
    """What a recording at an address says: the ears of the keypad surface."""
    ring: Callable[[Ring], None] = lambda _ring: None
    """Plays a telephone that rings."""
    read: Callable[[Letter], None] = lambda _letter: None
    """Plays a telephone a text came to."""
    listens: bool = False
    refusals: Counter[str] = field(default_factory=Counter)
    """What the office said no to when its own staff asked."""

    def __post_init__(self) -> None:
        url = f"sqlite:///{self.folder / FILE}"
        upgrade(url)
        self.clock = FastClock(self.plan.begins)
        self.far = FarSide(self.clock)
        self.queue = QueueAtOnce()
        self.store = Store(url)
        self.store.clock = self.clock
        self.town = self._staffed()
        self.rules = office_rules(self.town)
        self.desks = self._who_sits_where()
        clerks = sorted(self.desks.values())
        self.bad_clerk = self.plan.bad(clerks)
        own = {self.bad_clerk: self.plan.bad_share} if self.bad_clerk else {}
        self.truth = Truth(self.plan.usual_share, own)
        self.contact = ContactRules()
        names = count(1)
        self.desk = Desk(
            self.store,
            Scripts(Vocabulary(self.town)),
            self.rules,
            self.clock,
            new_id=lambda: f"{self.plan.seed[:8]}-{next(names):08}",
        )
        self.front = FrontDesk(
            self.store, self.desk, self.clock, self._send, self._transcribe, lambda: self.listens
        )
        self.outgoing = Outgoing(self.front, self.contact.calling)
        self.workplace = Workplace(self.store, self.far, self.contact)
        self.work = surveys.work_of(self.store, (self.town, SURVEY_RULES, self.contact), self.clock)

    def work_off(self) -> None:
        """Does all that is due now: campaigns, calls, texts; every telephone that rings is played to its end."""
        for _ in range(_ROUNDS):
            moved = surveys.go_on(self.store, self.work, self._ordered, self.clock, breath=0)
            outbound.sweep_calls(self._rq, self.store, self.clock)
            outbox.sweep_messages(self._rq, self.store, self.clock)
            jobs = self.queue.take()
            for job, row in jobs:
                _JOBS[job](self, row)
            if not (self._play() or moved or jobs):
                return
        raise RuntimeError("the office does not come to rest")

    @property
    def _rq(self) -> Queue:
        return cast("Queue", self.queue)

    def _play(self) -> bool:
        rings, letters = self.far.new_rings(), self.far.new_letters()
        for ring in rings:
            self.ring(ring)
        for letter in letters:
            with self.store.open() as office:
                apply_status(office, letter.sid, "delivered")
                office.commit()
            self.read(letter)
        return bool(rings or letters)

    def _dial(self, call: int) -> None:
        outbound.dial(self.workplace, call, self.clock, self.clock.passes)

    def _deliver(self, message: int) -> None:
        outbox.deliver(self.store, self.far, message, self.clock, rules=self.contact)

    def _ordered(self, step: Step) -> None:
        enqueue_calls(self._rq, step.calls)
        enqueue_messages(self._rq, step.messages)

    def _send(self, messages: Sequence[int]) -> None:
        enqueue_messages(self._rq, messages)

    def _transcribe(self, address: str, turn: Turn, setting: Setting) -> tuple[Understood, Evidence]:
        words = self.spoken.pop(address, "")
        sense = understand_text(turn.ask, words, setting) if turn.ask and words else Understood()
        return sense, Evidence(words, audio=address)

    def _who_sits_where(self) -> dict[str, str]:
        """The clerk of each desk, from the rosters of the first working days."""
        since = self.plan.begins
        found = {}
        for desk in self.rules.plan.rota.desks():
            shifts = self.rules.plan.rota.shifts(desk.id, since, since + timedelta(days=14))
            if shifts:
                found[desk.id] = shifts[0].clerk
        return found

    def _staffed(self) -> Town:
        """The town with the clerks of the plan, as the first version of its lists."""
        document = staffed(demonstration(), self.plan.clerks)
        by = Accepted(1, "simulation", "staffed for a simulation", None, self.clock())
        with self.store.open() as office:
            office.catalogue.add(document, based_on=0, by=by)
            office.commit()
        return town_of(document)


_JOBS: dict[str, Callable[[Hall, int], None]] = {
    "tasks.outbound.make_call": Hall._dial,
    "tasks.outbox.send_message": Hall._deliver,
}
