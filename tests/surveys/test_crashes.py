"""Five hundred campaign calls while everything dies at random: nobody is rung twice for one attempt, none outside
hours, none after a no, and every answer that was taken is kept and handed to the ledger once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from hotline.domain.calling import CallingRules, ContactRules, may_ring
from hotline.domain.surveys.campaign import RATINGS, SurveyRules
from hotline.domain.surveys.dispositions import Disposition
from hotline.store import ringing
from hotline.store.ringing import Told
from hotline.store.survey_steps import Work
from hotline.store.tables import CallOutRow
from ivr.carriers.base import CarrierError, PlacedCall
from ivr.contact import Contact, Evidence
from ivr.outgoing import Outgoing
from ivr.understanding.understand import understand_text
from tasks.outbound import DEAD_AFTER, dial, reconcile_all
from tasks.surveys import go_on
from tasks.workplace import Workplace
from tests.surveys.hall import MONDAY, draw, number_of, serve
from tests.town import Office, Watch

RESIDENTS = 300
CALLS = 500
RULES = SurveyRules(calls_at_once=30)
CALLING = CallingRules()
ANSWERS = {
    "consent": ("可以", "好", "没空", "不用了", "打错了"),
    "attitude": ("很满意", "满意", "一般", "不满意", "还可以"),
    "efficiency": ("满意", "基本满意", "很不满意"),
    "discipline": ("满意", "非常满意"),
    "solved": ("办好了", "没办好"),
    "remark": ("没有", "一次讲清楚要带什么"),
    "later": ("上午", "晚上"),
}


class Dies(Exception):
    """The process is gone: nothing after it happens."""


@dataclass
class Chance:
    """Where things die, by a seed."""

    dice: random.Random
    share: float = 0.08
    deaths: int = 0

    def __call__(self) -> None:
        if self.dice.random() < self.share:
            self.deaths += 1
            raise Dies


@dataclass
class Rung:
    name: str
    number: str
    at: datetime
    sid: str
    status: str = "in-progress"
    by: str = ""


@dataclass
class Line:
    """A carrier that may take a call and never say so, or say so and not take it."""

    watch: Watch
    chance: Chance
    rung: list[Rung] = field(default_factory=list)
    _sids: Iterator[int] = field(default_factory=lambda: count(1))

    def place_call(self, number: str, name: str, *, detect_machine: bool = True) -> str:
        self.chance()
        if self.chance.dice.random() < 0.05:
            raise CarrierError("too many", code="20429", retryable=True)
        one = Rung(name, number, self.watch.now, f"CA{next(self._sids)}")
        self.rung.append(one)
        self.chance()
        if self.chance.dice.random() < 0.03:
            raise CarrierError("no answer", retryable=True, unsure=True)
        return one.sid

    def calls_since(self, number: str, since: datetime) -> Sequence[PlacedCall]:
        of = [one for one in self.rung if one.number == number and one.at >= since - timedelta(seconds=1)]
        return [PlacedCall(one.sid, one.status, one.by, 30) for one in of]


@dataclass
class Taken:
    """What the ledger was handed."""

    sources: Counter[str] = field(default_factory=Counter)


@dataclass
class Storm:
    """A campaign, its line, and deaths everywhere."""

    folder: Path
    seed: int
    confirmed: set[tuple[str, str]] = field(default_factory=set)
    """(number, question): the resident heard the next question, so the answer must be kept."""
    said_no: dict[str, datetime] = field(default_factory=dict)
    talked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.office = Office(self.folder, watch=Watch(MONDAY))
        serve(self.office.store, RESIDENTS)
        made = draw(self.office.store, MONDAY, size=RESIDENTS)
        assert made.survey is not None
        self.survey = made.survey
        self.line = Line(self.office.watch, Chance(self.dice))
        self.work = Work(RULES, CALLING, lambda _: "【牛田镇政务】请您评一评")

    @property
    def watch(self) -> Watch:
        return self.office.watch

    @property
    def here(self) -> Workplace:
        return Workplace(self.office.store, self.line, ContactRules(CALLING))  # type: ignore[arg-type]

    def run(self) -> None:
        """Two weeks, or until the calls are made."""
        while len(self.line.rung) < CALLS and self.watch.now < MONDAY + timedelta(days=14):
            self.a_minute()
            self.watch.passes(minutes=4 if self.open else 30)

    @property
    def open(self) -> bool:
        return may_ring("survey", self.watch.now, CALLING)

    def a_minute(self) -> None:
        try:
            go_on(self.office.store, self.work, clock=self.watch)
            self.line.chance()
            for call in self.waiting():
                dial(self.here, call, self.watch, lambda seconds: self.watch.passes(seconds=seconds))
            for one in list(self.line.rung):
                if one.sid not in self.talked:
                    self.talked.add(one.sid)
                    self.resident(one)
        except Dies:
            self.office.store.close()
            self.office.open()  # everything starts again on the same database
        if self.dice.random() < 0.2:
            reconcile_all(self.here, lambda: self.watch.now + DEAD_AFTER)

    def waiting(self) -> list[int]:
        with self.office.store.open() as office:
            rows = office.session.query(CallOutRow.id).filter(CallOutRow.state.in_(("waiting", "asking")))
            return [row[0] for row in rows.order_by(CallOutRow.id)]

    def resident(self, rung: Rung) -> None:
        """Whoever is rung: some answer, some do not, some hang up in the middle."""
        how = self.dice.choices(("talks", "no-answer", "busy", "machine", "failed"), (50, 25, 8, 9, 8))[0]
        rung.by = {"talks": "human", "machine": "machine_start"}.get(how, "")
        rung.status = "completed" if rung.by else how
        if rung.by:
            outgoing = Outgoing(self.office.front, CALLING)
            outgoing.picked_up(rung.name, rung.sid, (rung.number, rung.by))
            self.line.chance()
            if how == "talks":
                self.talk(rung)
        self.line.chance()
        outgoing = Outgoing(self.office.front, CALLING)
        outgoing.reported(rung.name, Told(rung.sid, rung.status, rung.by, 30))

    def talk(self, rung: Rung) -> None:
        contact, desk = Contact(rung.number, "voice", rung.sid), self.office.desk
        served = desk.answer(contact)
        while not served.turn.outcome and self.dice.random() > 0.07:
            key = served.turn.key
            words = "别再打了" if self.dice.random() < 0.03 else self.dice.choice(ANSWERS.get(key, ("是",)))
            before = served.turn.number
            served = desk.hear(
                served.conversation,
                contact,
                before,
                sense=lambda turn, setting, words=words: understand_text(turn.ask, words, setting),
                evidence=Evidence(words),
            )
            self.line.chance()
            if words in ("不用了", "别再打了") or (key == "consent" and words == "打错了"):
                self.said_no[rung.number] = self.watch.now
            if key in RATINGS and words not in ("还可以", "别再打了") and served.turn.key != key:
                self.confirmed.add((rung.number, key))


@pytest.fixture(scope="module", params=[1])
def storm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    storm = Storm(tmp_path_factory.mktemp("storm"), request.param)
    storm.run()
    yield storm
    storm.office.store.close()


def test_there_were_enough_calls_and_enough_deaths(storm: Storm) -> None:
    assert len(storm.line.rung) >= 0.8 * CALLS
    assert storm.line.chance.deaths > 50


def test_no_one_is_rung_twice_for_one_attempt(storm: Storm) -> None:
    twice = [name for name, n in Counter(one.name for one in storm.line.rung).items() if n > 1]
    assert twice == []


def test_none_is_rung_outside_hours_nor_twice_a_day_nor_more_than_three_times(storm: Storm) -> None:
    assert all(may_ring("survey", one.at, CALLING) for one in storm.line.rung)
    days = Counter((one.number, one.at.astimezone(MONDAY.tzinfo).date()) for one in storm.line.rung)
    assert max(days.values()) == 1
    assert max(Counter(one.number for one in storm.line.rung).values()) <= RULES.attempts


def test_none_is_rung_after_refusing(storm: Storm) -> None:
    late = [one for one in storm.line.rung if one.number in storm.said_no and one.at > storm.said_no[one.number]]
    assert storm.said_no
    assert late == []


def test_every_confirmed_answer_is_there_once(storm: Storm) -> None:
    with storm.office.store.open() as office:
        kept = Counter((person.number, row.key) for person, row in office.surveys.answered(storm.survey))
    assert len(storm.confirmed) > 100
    assert storm.confirmed - kept.keys() == set()
    assert max(kept.values()) == 1


def test_whoever_was_asked_has_an_outcome_and_their_answers_have_left_once(storm: Storm) -> None:
    storm.watch.now += timedelta(hours=2)
    reconcile_all(storm.here, lambda: storm.watch.now + timedelta(hours=3))
    for _ in range(3):
        go_on(storm.office.store, storm.work, clock=storm.watch)
    with storm.office.store.open() as office:
        people = office.surveys.people(storm.survey)
        told = [one for one in people if one.told_at is not None and one.state == "done"]
        assert all(one.handed_at is not None for one in told)
        assert {one.disposition for one in told} <= {str(code) for code in Disposition}
        assert not [one for one in people if one.state == "calling" and one.call is None]
    assert ringing.Leave  # the gate is the one all these calls went through
    assert number_of(0) in {one.number for one in people}
