"""Cases on their way: a move, its row of history and what it tells the resident, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.domain import callbacks, case_moves
from hotline.domain.calendar import Timetable
from hotline.domain.case_life import REVIEWED, Actor, may_make, permit
from hotline.domain.case_moves import Act, Moved
from hotline.domain.catalogue import Town
from hotline.domain.discretion import visible
from hotline.domain.dispatch import CITY, Post, responsible
from hotline.domain.errors import Refused
from hotline.domain.escalation import Alert
from hotline.domain.grievances import FROM_CITY, Grievance
from hotline.domain.repeats import MOST_COMPARED, WITHIN, Repeat, Sounds, repeats_of
from hotline.domain.working_time import IsWorkingDay
from hotline.store.asking_back import ask_by_call, ring_back
from hotline.store.unit_of_work import Office
from ivr.case_telling import CaseTelling
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import label, words

Given = Mapping[str, Any]


@dataclass
class Casework:
    """Moves cases, and has `telling` tell of it."""

    town: Town
    is_working_day: IsWorkingDay
    office: Office
    now: datetime

    def __post_init__(self) -> None:
        self.telling = CaseTelling(self.town, self.office)

    @property
    def messages(self) -> list[int]:
        """Outbox rows that leave after the commit."""
        return self.telling.messages

    def see(self, code: str, viewer: Actor) -> Grievance:
        """The case as the viewer may see it. Refused("no_case") where there is none, or none they may know of."""
        case = self.office.grievances.by_code(code)
        seen = visible(case, viewer) if case else None
        if seen is None:
            raise Refused("no_case", code=code)
        return seen

    def make(self, code: str, move: str, actor: Actor, given: Given) -> Grievance:
        """Makes one move and tells of it. Raises Refused; nothing is kept of a refused move.

        `given`: reason for any move; unit for dispatch and reassign; days for extend; into for merge;
        changes for classify.
        """
        self.see(code, actor)
        case = self.full(code)
        make = _MOVES.get(move)
        if make is None:
            raise Refused("no_such_move", move=move)
        act = Act(actor, self.now, self.is_working_day, str(given.get("reason", "")))
        moved = make(self, case, act, given)
        for step in moved:
            self.office.grievances.keep(step)
        for step in moved:
            self.telling.step(step)
            self.telling.officer(step)
            if step.event.move == "reopen":
                ring_back(self.office, step, callbacks.due_at("", self.now, Timetable(), self.is_working_day))
        return moved[0].after

    def opened(self, case: Grievance, machine: Actor) -> Grievance:
        """Sends a case just accepted to its unit (派单); the confidential wait for the supervisor."""
        if case.confidential or not may_make(case.standing, "dispatch", machine):
            return case
        post = responsible(self.town.officers, case.topic, case.village, besides=case.accused)
        if post is None:
            return case
        if post.unit == CITY:  # what the city has sent us is not sent back by itself
            return case if case.source == FROM_CITY else self.to_city(case, machine)
        moved = case_moves.dispatch(case, Act(machine, self.now, self.is_working_day), post)
        self.telling.officer(moved)
        return self.office.grievances.keep(moved)

    def is_citys(self, topic: str, village: str) -> bool:
        """Whether the list of officers leaves such a matter to the city."""
        post = responsible(self.town.officers, topic, village)
        return post is not None and post.unit == CITY

    def to_city(self, case: Grievance, actor: Actor) -> Grievance:
        """转12345, with a record; the resident is told the number and what happens. Refused as any move."""
        return self.make(case.code, "hand_over", actor, {"reason": label("city.reason")})

    def repeats(self, code: str, viewer: Actor, sounds: Sounds) -> list[tuple[Repeat, Grievance]]:
        """Cases that may tell of the same fact as this one, as far as the viewer may know of them."""
        case = self.see(code, viewer)
        near = self.office.grievances.near(case, WITHIN, MOST_COMPARED)
        seen = {other.code: kept for other in near if (kept := visible(other, viewer)) is not None}
        return [(repeat, seen[repeat.code]) for repeat in repeats_of(case, seen.values(), sounds)]

    def full(self, code: str) -> Grievance:
        """The case with everything in it. Refused("no_case")."""
        case = self.office.grievances.by_code(code)
        if case is None:
            raise Refused("no_case", code=code)
        return case

    def post(self, case: Grievance, unit: str) -> Post:
        """The unit named, by default the one responsible. Refused: nobody_responsible, no_such_unit."""
        if not unit:
            found = responsible(self.town.officers, case.topic, case.village, besides=case.accused)
            if found is None:
                raise Refused("nobody_responsible", topic=case.topic)
            return found
        named = [post for post in self.town.officers if post.unit == unit]
        if not named:
            raise Refused("no_such_unit", unit=unit)
        return next((post for post in named if post.covers(case.topic, case.village)), named[0])

    def ask_by_call(self, code: str) -> bool:
        """Rings whoever has not said whether it is solved, once for its result; True if that is new."""
        case = self.full(code)
        if case.status != REVIEWED:
            return False
        topic = self.town.topics.get(case.topic)
        known = topic.spoken if topic and not case.confidential else ""
        text = words(Prompt("person.ask_solved", {"topic": known, "code": case.code}))
        return ask_by_call(self.office, case, text, self.now)

    def alert(self, case: Grievance, alert: Alert) -> bool:
        """Has somebody told of a clock that has run out; False if they were told before."""
        return self.telling.late(case, alert, self.now)


def _plain(make: Callable[[Grievance, Act], Moved]) -> _Move:
    return lambda _work, case, act, _given: (make(case, act),)


def _named(move: str) -> _Move:
    """A move that changes nothing but the state."""
    return lambda _work, case, act, _given: (case_moves.move(case, move, act),)


def _dispatch(work: Casework, case: Grievance, act: Act, given: Given) -> tuple[Moved, ...]:
    return (case_moves.dispatch(case, act, work.post(case, str(given.get("unit", "")))),)


def _reassign(work: Casework, case: Grievance, act: Act, given: Given) -> tuple[Moved, ...]:
    return (case_moves.reassign(case, act, work.post(case, str(given.get("unit", "")))),)


def _extend(_work: Casework, case: Grievance, act: Act, given: Given) -> tuple[Moved, ...]:
    return (case_moves.extend(case, act, int(given.get("days", 0))),)


def _classify(_work: Casework, case: Grievance, act: Act, given: Given) -> tuple[Moved, ...]:
    return (case_moves.classify(case, act, **dict(given.get("changes", {}))),)


def _merge(work: Casework, case: Grievance, act: Act, given: Given) -> tuple[Moved, ...]:
    main = work.see(str(given.get("into", "")), act.actor)
    return case_moves.merge(case, work.full(main.code), act)


def _part(work: Casework, case: Grievance, act: Act, _given: Given) -> tuple[Moved, ...]:
    permit(case.standing, "part", act.actor, act.reason)
    return case_moves.part(case, work.full(case.main), act)


_Move = Callable[[Casework, Grievance, Act, Given], tuple[Moved, ...]]
_MOVES: Mapping[str, _Move] = {
    "dispatch": _dispatch,
    "reassign": _reassign,
    "sign": _plain(case_moves.sign),
    "return": _plain(case_moves.give_back),
    "start": _named("start"),
    "pause": _plain(case_moves.pause),
    "resume": _plain(case_moves.resume),
    "extend": _extend,
    "answer": _plain(case_moves.answer),
    "answer_at_once": _plain(case_moves.answer_at_once),
    "review": _named("review"),
    "send_back": _named("send_back"),
    "call_back": _named("call_back"),
    "close": _named("close"),
    "reopen": _plain(case_moves.reopen),
    "accept_anew": _plain(case_moves.accept_anew),
    "archive": _named("archive"),
    "urge": _plain(case_moves.urge),
    "classify": _classify,
    "merge": _merge,
    "part": _part,
    "refuse": _plain(case_moves.refuse),
    "hand_over": _named("hand_over"),
}
