"""The laws of a conversation that the engine keeps (docs/adr/0001 to 0007)."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ivr.dialogue.engine import ScriptDrift
from ivr.dialogue.hearing import entry_for
from ivr.dialogue.journal import Entry, Kind
from ivr.understanding.answer import Command, Understood
from tests.dialogue.toy import Played


def test_law_1_the_dialogue_loads_without_any_framework_or_driver() -> None:
    """A script does no I/O: what it stands on can be imported with none of it there."""
    code = (
        "import sys, ivr.dialogue.engine, ivr.dialogue.hearing, ivr.scripts.book;"
        "print(sorted({m.split('.')[0] for m in sys.modules}"
        " & {'flask','sqlalchemy','rq','redis','twilio','vosk','ctranslate2','httpx','asyncio'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_law_1_what_was_looked_up_is_replayed_not_looked_up_again() -> None:
    first = Played()
    first.hear(value="red")
    again = Played(first.journal)
    assert again.turn.key == "size"
    assert again.done == []


def test_law_2_a_changed_script_is_found_out() -> None:
    played = Played()
    played.hear(value="red")
    with pytest.raises(ScriptDrift, match="size"):
        Played(played.journal, version=2)


def test_law_2_a_journal_of_another_question_is_found_out() -> None:
    with pytest.raises(ScriptDrift):
        Played([Entry(Kind.DONE, "stock", {"result": 1}), Entry(Kind.ANSWERED, "shape", {"value": "round"})])


def test_law_3_a_change_is_done_once_however_often_the_journal_is_replayed() -> None:
    played = Played()
    for value in ("red", "7", True):
        played.hear(value=value)
    assert [do.key for do in played.done] == ["stock", "order"]
    for _ in range(3):
        assert Played(played.journal).done == []


def test_law_4_every_input_opens_a_new_turn_number() -> None:
    played = Played()
    numbers = [played.turn.number]
    for sense in ({"value": "red"}, {}, {"command": Command.REPEAT}, {"value": "7"}):
        numbers.append(played.hear(**sense).number)
    assert numbers == [0, 1, 2, 3, 4]


def test_law_5_a_dropped_call_asks_whether_to_carry_on_without_saying_about_what() -> None:
    played = Played()
    played.hear(value="red")
    resumed = Played([*played.journal, Entry(Kind.DROPPED, "size")])
    assert resumed.turn.key == "resume"
    assert resumed.turn.says == ()
    resumed.hear(value=True)
    assert (resumed.turn.key, resumed.done) == ("size", [])


def test_law_5_no_to_carrying_on_ends_the_old_conversation() -> None:
    resumed = Played([*Played().journal, Entry(Kind.DROPPED, "colour")])
    assert resumed.hear(value=False).outcome == "abandoned"


def test_law_6_every_question_says_what_kind_of_answer_it_wants() -> None:
    played = Played()
    assert played.turn.ask is not None
    assert played.turn.ask.slot.wants == "choice"
    assert [o.value for o in played.turn.ask.slot.options] == ["red", "green", "blue", "black", "white"]


def test_law_7_the_ladder_ends_with_the_callers_words_recorded_for_a_person() -> None:
    played = Played()
    assert played.hear().misses == 1
    assert played.hear(likely=("blue", "red")).menu.keys() == {"1", "2"}
    assert [o.value for o in played.turn.likely] == ["blue", "red"]
    played.hear()
    assert (played.turn.key, played.turn.diverted) == ("story", "message")
    assert played.hear(value="hear me").outcome == "recorded"
    assert played.done[-1].given == {"text": "hear me"}


def test_law_7_silence_in_the_last_resort_still_ends_with_a_call_back() -> None:
    played = Played()
    for _ in range(4):
        played.hear()
    assert played.turn.outcome == "recorded"
    assert played.done[-1].key == "note"


def test_a_misunderstanding_does_not_repeat_what_was_said_before_the_question() -> None:
    played = Played()
    assert played.says() == ["hello"]
    played.hear()
    assert played.says() == []
    played.hear(command=Command.REPEAT)
    assert played.says() == ["hello"]


def test_an_understood_answer_starts_the_ladder_anew() -> None:
    played = Played()
    played.hear()
    played.hear(value="red")
    assert played.turn.misses == 0


def test_slower_stays_slower() -> None:
    played = Played()
    played.hear(command=Command.SLOWER)
    assert played.turn.slow
    played.hear(value="red")
    assert played.turn.slow
    played.hear(command=Command.BACK)
    assert (played.turn.key, played.turn.slow) == ("colour", True)


def test_back_opens_the_question_before() -> None:
    played = Played()
    played.hear(value="red")
    played.hear(value="7")
    played.hear(command=Command.BACK)
    assert played.turn.key == "size"
    played.hear(value="8")
    played.hear(value=True)
    assert played.done[-1].given == {"colour": "red", "size": "8"}


def test_back_does_not_undo_what_the_office_has_done() -> None:
    played = Played()
    for value in ("red", "7", True):
        played.hear(value=value)
    played.hear(command=Command.BACK)
    assert played.turn.key == "more"
    assert [do.key for do in played.done] == ["stock", "order"]


def test_back_at_the_first_question_asks_it_again() -> None:
    played = Played()
    assert played.hear(command=Command.BACK).key == "colour"


def test_wrong_at_the_read_back_is_a_no_and_elsewhere_goes_back() -> None:
    played = Played()
    played.hear(value="red")
    played.hear(command=Command.WRONG)
    assert played.turn.key == "colour"
    played.hear(value="blue")
    played.hear(value="7")
    entry = entry_for(played.turn, Understood(command=Command.WRONG))
    assert (entry.kind, entry.payload["value"], entry.payload["denied"]) == (Kind.ANSWERED, False, True)


def test_calling_off_reaches_the_script_and_changes_nothing() -> None:
    played = Played()
    played.hear(value="red")
    assert played.hear(command=Command.CALL_OFF).outcome == "done"
    assert played.says() == ["called_off"]
    assert [do.key for do in played.done] == ["stock"]


def test_a_person_can_be_asked_for_at_any_question() -> None:
    played = Played()
    played.hear(value="red")
    assert played.hear(command=Command.PERSON).key == "transfer"
    assert played.hear(value="unavailable").key == "story"


@pytest.mark.parametrize("sense", [{"value": "red"}, {"command": Command.REPEAT}, {}])
def test_danger_comes_before_whatever_else_was_understood(sense: dict[str, object]) -> None:
    played = Played()
    played.hear(danger="fire", **sense)
    assert played.turn.diverted == "danger"
    assert played.turn.transfer is not None


def test_more_turns_the_page_and_comes_round() -> None:
    played = Played()
    assert [o.value for o in played.turn.menu.values()] == ["red", "green", "blue", "__more__"]
    played.hear(value="__more__")
    assert [o.value for o in played.turn.menu.values()] == ["black", "white", "__more__"]
    played.hear(value="__more__")
    assert played.turn.menu["1"].value == "red"
    assert played.turn.misses == 0
