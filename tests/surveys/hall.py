"""A town hall whose weekly callback is under way, and residents who are rung, written to and answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallingRules
from hotline.domain.ledger.heard import Heard
from hotline.domain.surveys.campaign import SurveyRules
from hotline.store import ringing
from hotline.store.ringing import Told
from hotline.store.survey_draw import Made, Wish, keep_draw
from hotline.store.survey_steps import Step, Work, take_step
from hotline.store.tables import AppointmentRow, CallOutRow, SurveyAnswerRow, SurveyPersonRow
from hotline.store.unit_of_work import Store
from ivr.contact import Contact, Evidence, Served
from ivr.outgoing import Outgoing
from ivr.surfaces.sentences import spoken
from ivr.understanding.understand import understand_text
from tests.town import Office, Watch

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=TOWN_TIME)
"""The first working hour after the week that is asked about."""
WEEK = "2026-W47"
RULES = SurveyRules(calls_at_once=1000)
CALLING = CallingRules()


def serve(store: Store, residents: int, *, clerks: int = 3, day: date = date(2026, 11, 18)) -> None:
    """So many residents whose appointments were kept on that day, each at one of the clerks."""
    with store.open() as office:
        for n in range(residents):
            office.session.add(appointment(n, f"C{n % clerks + 1:02}", day))
        office.commit()


def appointment(n: int, clerk: str, day: date) -> AppointmentRow:
    at = datetime(day.year, day.month, day.day, 9, 0, tzinfo=TOWN_TIME)
    return AppointmentRow(
        code=f"{100000 + n}", service="12", place="window", desk="window", starts_at=at, held_seat=None,
        name="王桂花", village="V01", number=number_of(n), conversation="", status="done", created_at=at,
        first_cell=0, end_cell=2, clerk=clerk,
    )  # fmt: skip


def number_of(n: int) -> str:
    return f"138{n:08}"


def draw(store: Store, now: datetime, *, size: int | None = None, seed: str = "7", week: str = WEEK) -> Made:
    with store.open() as office:
        made = keep_draw(office, Wish(week, seed, "chen", size, RULES), now)
        office.commit()
    return made


@dataclass
class Ledger:
    """Takes in what it is handed, once for each source; by hand until there is a real one."""

    rows: dict[str, Heard] = field(default_factory=dict)

    def propose(self, heard: Heard) -> None:
        self.rows[heard.source] = heard


@dataclass
class Hall:
    """The office, the campaign, and the far end of the line."""

    folder: Path
    residents: int = 1
    size: int | None = None
    office: Office = field(init=False)
    rules: SurveyRules = RULES
    _sids: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.office = Office(self.folder, watch=Watch(MONDAY))
        serve(self.store, self.residents)
        made = draw(self.store, MONDAY, size=self.size or self.residents)
        assert made.survey is not None
        self.survey = made.survey
        self.outgoing = Outgoing(self.office.front, CALLING)

    @property
    def store(self) -> Store:
        return self.office.store

    @property
    def watch(self) -> Watch:
        return self.office.watch

    def step(self) -> Step:
        work = Work(self.rules, CALLING, lambda person: f"【牛田镇政务】{person.service}")
        with self.store.open() as office:
            step = take_step(office, self.survey, work, self.watch.now)
            office.commit()
        return step

    def until_rung(self) -> CallOutRow:
        """Goes on until an attempt is written down and the gate lets it out."""
        for _ in range(3 * 24 * 14):
            for call in self.step().calls:
                with self.store.open() as office:
                    leave = ringing.take_leave(office, call, CALLING, self.watch.now)
                    assert isinstance(leave, ringing.Leave), leave
                    ringing.report(office, call, self._placed(), (CALLING, self.watch.now))
                    office.commit()
                return self.call(call)
            self.watch.passes(minutes=20)
        raise AssertionError("nobody is rung")

    def _placed(self) -> Told:
        return Told(f"CA{next(self._sids)}", "ringing")

    def call(self, call: int) -> CallOutRow:
        with self.store.open() as office:
            return office.session.get_one(CallOutRow, call)

    def person(self, n: int = 0) -> SurveyPersonRow:
        with self.store.open() as office:
            return office.surveys.people(self.survey)[n]

    def answers(self, n: int = 0) -> dict[str, SurveyAnswerRow]:
        person = self.person(n)
        with self.store.open() as office:
            return {row.key: row for row in office.surveys.answers(person.id)}

    def ends(self, call: CallOutRow, status: str, by: str = "human", seconds: int = 40) -> None:
        with self.store.open() as office:
            told = Told(call.sid, status, by if status == "completed" else "", seconds)
            ringing.report(office, call.id, told, (CALLING, self.watch.now))
            office.commit()
        self.step()

    def picks_up(self, call: CallOutRow, surface: str = "voice") -> Talk:
        verbs = self.outgoing.picked_up(f"call-{call.id}", call.sid, (call.number, "human"))
        return Talk(self, call, Contact(call.number, surface, call.sid), said=[str(verbs)] if verbs else [])

    def later(self, **span: float) -> None:
        self.watch.now += timedelta(**span)


@dataclass
class Talk:
    """Somebody who picked up, and what is said."""

    hall: Hall
    row: CallOutRow
    contact: Contact
    said: list[str] = field(default_factory=list)
    served: Served | None = None

    def begin(self) -> str:
        self.served = self.hall.office.desk.answer(self.contact)
        return self._took(self.served)

    def say(self, *answers: str) -> str:
        """Answers in turn; the key of the question that is open then, empty when it is over."""
        key = self.begin() if self.served is None else self.key
        for words in answers:
            assert self.served is not None
            self.said.append(f"R {words}")
            self.served = self.hall.office.desk.hear(
                self.served.conversation,
                self.contact,
                self.served.turn.number,
                sense=lambda turn, setting, words=words: understand_text(turn.ask, words, setting),
                evidence=Evidence(words, audio=f"{self.served.turn.key}.wav"),
            )
            key = self._took(self.served)
        return key

    @property
    def key(self) -> str:
        assert self.served is not None
        return "" if self.served.turn.outcome else self.served.turn.key

    def hang_up(self) -> None:
        self.hall.ends(self.row, "completed")

    def _took(self, served: Served) -> str:
        self.said += [f"H {one.text}" for one in spoken(served.turn, self.contact.surface)]
        return "" if served.turn.outcome else served.turn.key
