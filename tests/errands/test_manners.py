"""How somebody wishes to be spoken to holds from the first word of a call: slowly, by keys, a person first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.contact import Contact
from ivr.surfaces.keypad import OpenStream
from ivr.surfaces.sentences import spoken
from tests.town import Office

NUMBER = "13900001111"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def wish(office: Office, **manners: bool) -> None:
    wanted = dict.fromkeys(("slow", "keypad", "human_first"), False) | manners
    with office.store.open() as records:
        records.contact_wishes.be_spoken_to(NUMBER, office.watch(), **wanted)
        records.commit()


def test_who_wants_it_slowly_is_spoken_to_slowly_from_the_first_word(office: Office) -> None:
    wish(office, slow=True)
    first = office.desk.answer(Contact(NUMBER, "voice", "CA1"))
    assert first.turn.slow
    assert office.desk.answer(Contact(NUMBER, "voice", "CA1")).turn.slow, "and when the turn is asked for again"
    assert not office.desk.answer(Contact("13900002222", "voice", "CA2")).turn.slow


def test_who_wants_keys_gets_keys_and_no_apology(office: Office) -> None:
    front = replace(office.front, can_listen=lambda: True)
    assert isinstance(front.incoming_call("CA1", NUMBER, "inbound")[0], OpenStream)
    wish(office, keypad=True)
    verbs = front.incoming_call("CA2", NUMBER, "inbound")
    assert not any(isinstance(verb, OpenStream) for verb in verbs)
    assert "对不起" not in str(verbs)
    assert "请按1" in str(verbs)


def test_who_wants_a_person_first_is_greeted_and_told_of_the_recording_and_put_through(office: Office) -> None:
    wish(office, human_first=True)
    served = office.desk.answer(Contact(NUMBER, "voice", "CA1"))
    said = "".join(sentence.text for sentence in spoken(served.turn, "voice"))
    assert served.begun
    assert said.startswith("您好")
    assert "录音" in said
    assert served.turn.diverted == "person"


def test_a_text_is_answered_as_any_other(office: Office) -> None:
    wish(office, human_first=True, slow=True)
    served = office.desk.answer(Contact(NUMBER, "sms"))
    assert (served.turn.diverted, served.turn.key) == ("", "errand")
