"""The golden conversations of the weekly callback (tests/conversations/survey): by voice, keys and text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.contact import Contact
from ivr.surfaces.keypad import GatherKeys, HangUp, Speak, Verb
from tests.surveys.hall import Hall, Talk

FOLDER = Path(__file__).parents[1] / "conversations" / "survey"
GOLDEN = sorted(FOLDER.glob("*.yaml"))
WAYS = ("say", "press", "text")
MOST = 30


def cases() -> list[Any]:
    found = []
    for path in GOLDEN:
        golden = yaml.safe_load(path.read_text("utf8"))
        ways = ["say"] if golden.get("begins") == "machine" else golden.get("ways", WAYS)
        found += [pytest.param(golden, way, id=f"{path.stem}-{way}") for way in ways]
    return found


@dataclass
class Resident:
    """Follows a golden conversation by the key of the question; a list is successive answers to it."""

    golden: dict[str, Any]
    asked: Counter[str] = field(default_factory=Counter)

    def answer(self, key: str, way: str) -> str:
        words = self.golden["answers"][key][way]
        self.asked[key] += 1
        return str(words[min(self.asked[key], len(words)) - 1])


def by_voice(hall: Hall, talk: Talk, resident: Resident) -> list[str]:
    key = talk.begin()
    for _ in range(MOST):
        if not key or key == resident.golden.get("hangs_up_at"):
            return talk.said
        key = talk.say(resident.answer(key, "say"))
    raise AssertionError("\n".join(talk.said))


def by_keys(hall: Hall, contact: Contact, resident: Resident, verbs: list[Verb]) -> list[str]:
    said = [verb.text for verb in verbs if isinstance(verb, Speak | GatherKeys)]
    front = hall.office.front
    for _ in range(MOST):
        if any(isinstance(verb, HangUp) for verb in verbs):
            return said
        turn = hall.office.desk.answer(contact).turn
        if turn.key == resident.golden.get("hangs_up_at"):
            return said
        if "record" in resident.golden["answers"].get(turn.key, {}):
            hall.office.spoken[turn.key] = resident.answer(turn.key, "record")
            verbs = front.recording(contact, turn.number, turn.key)
        else:
            verbs = front.keys(contact, turn.number, resident.answer(turn.key, "press"))
        said += [verb.text for verb in verbs if isinstance(verb, Speak | GatherKeys)]
    raise AssertionError("\n".join(said))


def by_text(hall: Hall, resident: Resident, first: str) -> list[str]:
    number, said, key = hall.person().number, [], first
    for n in range(MOST):
        hall.later(seconds=30)
        said.append(hall.office.front.text(f"SM{n}", number, resident.answer(key, "text")))
        with hall.store.open() as office:
            row = office.conversations.open_for(number, hall.watch.now.replace(year=2000))
            key = row.open_key if row is not None else ""
        if not key:
            return said
    raise AssertionError("\n".join(said))


def held(hall: Hall, golden: dict[str, Any], way: str) -> list[str]:
    """The whole conversation; what the hotline said."""
    resident, begins = Resident(golden), golden.get("begins", "rung")
    if begins == "machine":
        call = hall.until_rung()
        verbs = hall.outgoing.picked_up(f"call-{call.id}", call.sid, (call.number, "machine_end_beep"))
        hall.ends(call, "completed", by="machine_end_beep")
        return [verb.text for verb in verbs if isinstance(verb, Speak)]
    if way == "text":
        for _ in range(1 if begins == "missed" else 3):
            hall.ends(hall.until_rung(), "no-answer")
        return by_text(hall, resident, "errand" if begins == "missed" else "consent")
    call = hall.until_rung()
    contact = Contact(call.number, "voice" if way == "say" else "keypad", "CAback")
    if begins == "missed":
        hall.ends(call, "no-answer")
        hall.later(minutes=5)
        if way == "say":
            return by_voice(hall, Talk(hall, call, contact), resident)
        return by_keys(hall, contact, resident, hall.office.front.incoming_call("CAback", call.number, "inbound"))
    if way == "say":
        said = by_voice(hall, hall.picks_up(call), resident)
    else:
        contact = Contact(call.number, "keypad", call.sid)
        verbs = hall.outgoing.picked_up(f"call-{call.id}", call.sid, (call.number, "human"))
        said = by_keys(hall, contact, resident, verbs)
    hall.ends(call, "completed")
    return said


@pytest.mark.parametrize(("golden", "way"), cases())
def test_a_golden_survey_ends_with_the_right_rows(golden: dict[str, Any], way: str, tmp_path: Path) -> None:
    hall = Hall(tmp_path)
    said = "\n".join(held(hall, golden, way))
    person = hall.person()
    assert {name: getattr(person, name) for name in golden["person"]} == golden["person"], said
    kept = {key: row.level if row.level is not None else row.yes for key, row in hall.answers().items()}
    kept |= {key: row.text for key, row in hall.answers().items() if key == "remark"}
    assert {key: kept.get(key) for key in golden["kept"]} == golden["kept"], said
    assert kept.keys() - {"attitude", "remark"} <= golden["kept"].keys() | {"attitude"}, said
    told = golden.get("told_by_text", golden.get("told", [])) if way == "text" else golden.get("told", [])
    assert all(words in said for words in told), said
    assert not any(words in said for words in golden.get("untold", [])), said
    with hall.store.open() as office:
        assert office.contact_wishes.opted_out(person.number) is golden.get("opted_out", False)
    if "rung_again" in golden:
        hall.later(days=8)
        assert bool(hall.step().calls) is golden["rung_again"]
    hall.store.close()
