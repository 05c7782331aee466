"""Whole calls faster than real time: the real desk and ears, a synthetic voice, a bad line, and what is booked."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from hotline.domain.calendar import Timetable
from hotline.holidays import is_working_day
from hotline.store.tables import AppointmentRow, GrievanceRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from hotline.town import read_town
from ivr.clerk import OfficeRules
from ivr.contact import Contact, Evidence, Served
from ivr.desk import Desk
from ivr.dialogue.steps import Ask
from ivr.evaluation.call_goals import Facts, Plan, Resident, same_sound
from ivr.evaluation.callers import voice
from ivr.evaluation.corpus import seed_of
from ivr.evaluation.figures import Share, percentile
from ivr.evaluation.line import through
from ivr.evaluation.questions import NOW
from ivr.evaluation.slots import Conditions
from ivr.listening import hear
from ivr.scripts.book import Scripts
from ivr.scripts.common import Vocabulary
from ivr.surfaces.sentences import spoken
from ivr.understanding.answer import Understood
from ivr.understanding.understand import understand_keys

__all__ = ["Plan", "evaluate"]

MOST_TURNS = 20
NUMBER = "13907379999"


@dataclass
class Played:
    """One call that was played to its end."""

    facts: Facts
    turns: int = 0
    success: bool = False
    unnamed: bool = False
    """A success whose name is a recording, for staff to hear."""
    ended: str = ""
    script: list[str] = field(default_factory=list)


def evaluate(plan: Plan, conditions: Conditions, tick: Callable[[], None]) -> dict[str, Any]:
    """Success and turns by kind of call, and the failed calls word for word. Raises SpeechError, CorpusError."""
    town = read_town()
    played = []
    with tempfile.TemporaryDirectory(prefix="hotline-eval-") as folder:
        empty = Path(folder) / "empty.sqlite"
        upgrade(f"sqlite:///{empty}")
        for number, resident in enumerate(plan.residents(town)):
            copy = Path(folder) / f"{number}.sqlite"
            shutil.copy(empty, copy)
            store = Store(f"sqlite:///{copy}")
            rules = OfficeRules(town, Timetable(), is_working_day)
            desk = Desk(store, Scripts(Vocabulary(town)), rules, lambda: NOW)
            played.append(_play(desk, resident, conditions))
            store.close()
            tick()
    return _summary(played)


def _summary(played: list[Played]) -> dict[str, Any]:
    every = Share(sum(one.success for one in played), len(played)).as_json()
    kinds = {}
    for kind in dict.fromkeys(one.facts.kind for one in played):
        own = [one for one in played if one.facts.kind == kind]
        turns = [one.turns for one in own if one.success]
        kinds[kind] = Share(sum(one.success for one in own), len(own)).as_json() | {
            "turns_mean": round(sum(turns) / len(turns), 2) if turns else None,
            "turns_p95": percentile(turns, 0.95),
        }
    turns = [one.turns for one in played if one.success]
    return {
        "success": every["accuracy"],
        "name_only_recorded": sum(one.unnamed for one in played),
        "n": every["n"],
        "interval": every["interval"],
        "turns_mean": round(sum(turns) / len(turns), 2) if turns else None,
        "kinds": kinds,
        "failed": [{"ended": one.ended, "call": one.script} for one in played if not one.success],
    }


def _play(desk: Desk, resident: Resident, conditions: Conditions) -> Played:
    played = Played(resident.facts)
    contact = Contact(NUMBER, "voice", "CAeval")
    served = desk.answer(contact)
    while (ask := served.turn.ask) is not None and played.turns < MOST_TURNS and not served.turn.diverted:
        played.turns += 1
        served = _one_turn(desk, (served, contact, ask), (resident, conditions), played)
    played.script += [f"H {sentence.text}" for sentence in spoken(served.turn, "voice")]
    played.ended = served.turn.diverted or served.turn.outcome or "too long"
    played.success = _kept(desk.store, resident.facts)
    played.unnamed = played.success and _is_unnamed(desk.store)
    return played


def _one_turn(
    desk: Desk, open_turn: tuple[Served, Contact, Ask], caller: tuple[Resident, Conditions], played: Played
) -> Served:
    (served, contact, ask), (resident, conditions) = open_turn, caller
    if pressed := resident.press(served.turn):
        played.script.append(f"R [{pressed}]")
        return desk.hear(
            served.conversation,
            contact,
            served.turn.number,
            sense=lambda turn, setting: understand_keys(turn.ask, pressed, setting) if turn.ask else Understood(),
            evidence=Evidence(pressed),
        )
    words = resident.answer(served.turn)
    seed = seed_of(words, resident.voice, played.turns)
    pcm = through(voice(resident.voice).say(words), conditions.line, seed)
    heard = hear(conditions.ears, pcm, ask, desk.setting(served.turn))
    asked = "".join(sentence.text for sentence in spoken(served.turn, "voice"))
    known = {"value": heard.sense.value, **heard.sense.slots}
    played.script += [f"H {asked} [{served.turn.name}]", f"R {words} → {heard.hearing.text} → {known}"]
    return desk.hear(
        served.conversation,
        contact,
        served.turn.number,
        sense=lambda *_: heard.sense,
        evidence=heard.evidence("spoken.wav"),
    )


def _kept(store: Store, facts: Facts) -> bool:
    """Whether just what she wanted is in the database, once."""
    with store.open() as office:
        booked = list(office.session.scalars(select(AppointmentRow)))
        filed = list(office.session.scalars(select(GrievanceRow)))
    if facts.kind == "grievance":
        return not booked and [(r.topic, r.village) for r in filed] == [(facts.matter_id, facts.village_id)]
    wanted = (facts.matter_id, "window", facts.village_id, datetime.fromisoformat(facts.starts_at))
    kept = [(r.service, r.place, r.village, _local(r.starts_at)) for r in booked]
    return not filed and kept == [wanted] and (_is_unnamed(store) or same_sound(facts.name, booked[0].name))


def _is_unnamed(store: Store) -> bool:
    """Whether a row has a recording in the place of the name."""
    with store.open() as office:
        rows = [*office.session.scalars(select(AppointmentRow)), *office.session.scalars(select(GrievanceRow))]
        return any(not row.name and row.name_recording for row in rows)


def _local(at: datetime) -> datetime:
    return at.astimezone(NOW.tzinfo).replace(tzinfo=None)
