"""Cases under any sequence of moves by anybody at any time: what docs/promises.md says of them holds.

The invariants are read off the history and counted with a finger on the calendar; they know nothing of how the
moves are made.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import MOVES, THE_MACHINE, moves_open
from hotline.domain.case_moves import Event, as_replayed, replayed
from hotline.domain.errors import Refused
from hotline.domain.grievances import Grievance
from hotline.holidays import is_working_day
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tests.cases.room import CLERK, EVERYBODY, NEVER, SUPERVISOR, VILLAGE_3, WATER, Room
from tests.town import migrated

DAYS = {"consult": 1, "help": 5, "suggestion": 5, "complaint": 5, "report": 5, "praise": 5}
OF_THE_HOLDER = {"sign", "return", "start", "pause", "resume", "extend", "answer"}
HOSTILE = st.sampled_from(
    ["水管换好了", "等配件", "'; DROP TABLE cases; --", "{answer} %s", "<b>", "👴🏻" * 40, "长" * 2000]
)
PEOPLE = (WATER, VILLAGE_3, CLERK, SUPERVISOR)
FREQUENT = set(MOVES) - {
    "merge",
    "part",
    "join",
    "leave",
    "archive",
    "refuse",
    "hand_over",
    "reassign",
    "urge",
    "answer_at_once",
}
"""Moves that a long life is made of; the others come by chance."""
MOST_CASES = 4
NAMES = {who.username: who.name for who in EVERYBODY}


def closing(start: str, days: int) -> datetime:
    day = datetime.fromisoformat(start).astimezone(TOWN_TIME).date()
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return datetime.combine(day, datetime.min.time(), TOWN_TIME).replace(hour=17)


def begun_between(start: str, end: datetime) -> int:
    first, last = datetime.fromisoformat(start).astimezone(TOWN_TIME).date(), end.astimezone(TOWN_TIME).date()
    return sum(is_working_day(first + timedelta(days=n + 1)) for n in range((last - first).days))


@dataclass
class Life:
    """A case as its history tells it, step by step."""

    history: Sequence[Event]

    def check(self) -> None:
        facts: dict[str, Any] = {}
        status, granted, dispatched = "", 0, 0
        for place, event in enumerate(self.history):
            assert (event.place, event.came_from) == (place, status), "the history has a gap"
            self._check_right(event, facts)
            if status == "merged":
                assert (event.move, event.role) == ("part", "supervisor"), "a merged case moved by itself"
            if event.move == "dispatch" and event.role != "supervisor":
                dispatched += 1
                assert facts["dispatches"] < 3, "a fourth dispatch without the supervisor"
            if event.move == "resume":
                granted += begun_between(facts["paused_at"], event.at)
            if event.move == "extend":
                assert facts["extended_days"] == 0, "extended twice"
                granted += event.facts["extended_days"]
                assert 1 <= event.facts["extended_days"] <= 10
            if event.move in ("reopen", "accept_anew"):
                granted = 0
            if event.move in ("extend", "pause") and facts["answer_by"]:
                assert event.at <= datetime.fromisoformat(facts["answer_by"]), "a clock that had run out was moved"
            if MOVES[event.move].why:
                assert event.reason.strip(), "a move without its reason"
            facts |= dict(event.facts)
            status = event.went_to
            owed = closing(facts["answer_from"], DAYS[facts["kind"]] + granted)
            assert datetime.fromisoformat(facts["answer_by"]) == owed, "the clock of the answer is wrong"
        assert dispatched <= 3

    @staticmethod
    def _check_right(event: Event, facts: dict[str, Any]) -> None:
        assert event.move not in NEVER[event.role], f"{event.role} made {event.move}"
        if event.move == "accept":
            return
        who = {event.actor, NAMES.get(event.actor, "")} - {""}
        assert not who & set(facts["accused"]), "whoever it is about made a move"
        if facts["confidential"]:
            assert event.role in ("supervisor", "machine"), "a confidential case was moved by somebody else"
        if event.move in OF_THE_HOLDER and event.role in ("clerk", "village"):
            holders = {facts["taken_by"]} if facts["taken_by"] else {facts["officer"], facts["deputy"]}
            assert who & holders, f"{event.move} by somebody who does not hold it"


class Cases(RuleBasedStateMachine):
    url = ""
    cases = Bundle("cases")

    @initialize()
    def open_office(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        if not self.url:
            shutil.copy(migrated(), self.folder / "town.sqlite")
        self.room = Room(Store(self.url or f"sqlite:///{self.folder / 'town.sqlite'}"))
        self.room.watch.now = datetime(2026, 9, 16, 15, 0, tzinfo=TOWN_TIME)  # a swap and a long holiday are ahead
        self.known: dict[int, list[Event]] = {}
        self.opened: dict[str, int] = {}
        self.taken_in: set[tuple[str, str]] = set()
        if self.url:
            with self.room.store.open() as office:
                before = office.grievances.all()
            self.room._codes = max([100_000, *(int(one.code) for one in before)])
            self.taken_in = {(one.source, one.reference) for one in before if one.reference is not None}

    @precondition(lambda self: len(self.opened) < MOST_CASES)
    @rule(
        target=cases,
        topic=st.sampled_from(["G1", "G5", "G15"]),
        village=st.sampled_from(["", "V02", "V03"]),
        kind=st.sampled_from(["help", "consult", "report", "complaint"]),
        accused=st.sampled_from([(), (), ("刘水生",), ("周正平",)]),
    )
    def a_resident_tells(self, **told: Any) -> Any:
        case = self.room.opened(**told)
        self.opened[case.code] = case.id
        return multiple(case.code)

    @precondition(lambda self: len(self.opened) < MOST_CASES)
    @rule(
        target=cases,
        who=st.sampled_from(EVERYBODY),
        source=st.sampled_from(["walk_in", "letter", "city"]),
        reference=st.sampled_from(["17", "18", None]),
        topic=st.sampled_from(["G4", "G15"]),
    )
    def somebody_takes_one_in(self, who: Any, **told: Any) -> Any:
        known = (told["source"], told["reference"]) in self.taken_in
        refused = "not_yours" if "accept" in NEVER[who.role] else "known" if known else ""
        if refused:
            with pytest.raises(Refused, match=refused):
                self.room.opened(by=who, **told)
            return multiple()
        case = self.room.opened(by=who, **told)
        if told["reference"] is not None:
            self.taken_in.add((told["source"], told["reference"]))
        self.opened[case.code] = case.id
        return multiple(case.code)

    @rule(
        code=cases,
        who=st.sampled_from((*EVERYBODY, THE_MACHINE)),
        move=st.sampled_from(sorted(MOVES)),
        reason=st.one_of(HOSTILE, HOSTILE, st.just("")),
        days=st.integers(-1, 12),
        into=cases,
        unit=st.sampled_from(["", "", "水利站", "竹林村委会", "没有的单位"]),
        changes=st.sampled_from([{"kind": "report"}, {"kind": "consult"}, {"topic": "G4"}, {"status": "closed"}]),
    )
    def somebody_makes_any_move(self, code: str, who: Any, move: str, **given: Any) -> None:
        self._try(code, move, who, **given)

    @rule(code=cases, dice=st.randoms(use_true_random=False))
    def a_stretch_of_life(self, code: str, dice: Random) -> None:
        """Thirty steps that the table has, each by somebody who may take it: long lives are reached, too."""
        for _ in range(30):
            standing = self._case(code).standing
            able = [(who, move) for who in PEOPLE for move in moves_open(standing, who) if move in FREQUENT]
            if not able:
                return
            wanted = dice.choice(sorted({move for _, move in able}))
            who = dice.choice([who for who, move in able if move == wanted])
            self._try(code, wanted, who, reason="等配件", days=dice.randint(1, 10))
            self.room.watch.passes(hours=dice.choice([0, 0, 2, 25]))

    @rule(code=cases, dice=st.randoms(use_true_random=False))
    def it_is_tried_by_everybody(self, code: str, dice: Random) -> None:
        move = dice.choice(sorted(set(MOVES) - {"merge", "refuse", "hand_over"}))
        for who in dice.sample(EVERYBODY, len(EVERYBODY)):
            self._try(code, move, who, reason="等配件", days=dice.randint(1, 10))

    @rule(hours=st.sampled_from([1, 5, 20, 48]))
    def time_passes(self, hours: int) -> None:
        self.room.watch.passes(hours=hours)

    def _try(self, code: str, move: str, who: Any, **given: Any) -> None:
        before = self._case(code)
        try:
            self.room.make(code, move, who, **given)
        except Refused:
            assert self._case(code) == before, "a refused move left something behind"

    def _case(self, code: str) -> Grievance:
        with self.room.store.open() as office:
            found = office.grievances.by_code(code)
        assert found is not None
        return found

    @invariant()
    def every_life_is_lawful(self) -> None:
        with self.room.store.open() as office:
            for code, id_ in self.opened.items():
                history = office.grievances.history(id_)
                case = office.grievances.by_code(code)
                assert case is not None
                assert history[: len(self.known.get(id_, []))] == self.known.get(id_, []), (
                    "the history was changed"
                )
                self.known[id_] = history
                assert replayed(history) == as_replayed(case)
                assert case.version == len(history) - 1
                Life(history).check()
                self._check_eyes(office, case)

    def _check_eyes(self, office: Any, case: Grievance) -> None:
        work = self.room.work(office)
        for who in EVERYBODY:
            try:
                seen = work.see(case.code, who)
            except Refused:
                continue
            assert not {who.name, who.username} & set(case.accused)
            assert who.role == "supervisor" or not case.confidential
            assert who.role not in ("administrator", "auditor") or not (seen.name or seen.number)

    def teardown(self) -> None:
        if hasattr(self, "room"):
            self.room.store.close()
            shutil.rmtree(self.folder, ignore_errors=True)


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


def test_whatever_anybody_does_on_sqlite() -> None:
    chosen = settings(max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=QUIET)
    run_state_machine_as_test(Cases, settings=chosen)


def test_whatever_anybody_does_on_postgresql(postgres_url: str) -> None:
    upgrade(postgres_url)
    on_postgres = type("OnPostgres", (Cases,), {"url": postgres_url})
    chosen = settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=QUIET)
    run_state_machine_as_test(on_postgres, settings=chosen)


@pytest.mark.parametrize("fault", ["a gap", "no right", "extended twice"])
def test_the_invariants_can_fail(fault: str, tmp_path: Path) -> None:
    """A history with one thing wrong is found out."""
    shutil.copy(migrated(), tmp_path / "town.sqlite")
    room = Room(Store(f"sqlite:///{tmp_path / 'town.sqlite'}"))
    case = room.opened()
    room.make(case, "sign", next(who for who in EVERYBODY if who.username == "liu"))
    with room.store.open() as office:
        history = office.grievances.history(case.id)
    room.store.close()
    Life(history).check()
    if fault == "a gap":
        history = history[:1] + history[2:]
    elif fault == "no right":
        history[2] = replace(history[2], actor="gao", role="village")
    else:
        history.append(replace(history[2], place=3, move="extend", came_from="signed", reason="x",
                               facts={"extended_days": 11}))  # fmt: skip
    with pytest.raises(AssertionError):
        Life(history).check()
