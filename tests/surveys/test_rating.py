"""好差评: what was finished may be rated by whoever had it done, and is never mixed with those drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from hotline.store.tables import RatingRow
from hotline.store.unit_of_work import Store
from ivr.contact import Contact
from tests.surveys.hall import MONDAY, appointment, number_of
from tests.town import Office, Watch

NUMBER = number_of(0)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path, watch=Watch(MONDAY))
    with office.store.open() as records:
        records.session.add(appointment(0, "C01", date(2026, 11, 18)))
        records.session.add(appointment(1, "C02", date(2026, 11, 18)))
        records.commit()
    yield office
    office.store.close()


def texts(office: Office, *bodies: str, number: str = NUMBER) -> list[str]:
    start = len(office.queued) + hash(bodies) % 10_000
    return [office.front.text(f"SM{start + n}", number, body) for n, body in enumerate(bodies)]


def rating(store: Store, matter: str = "appointment:100000") -> RatingRow | None:
    with store.open() as records:
        return records.surveys.rating(matter)


@pytest.mark.parametrize("word", ["评价", "我要评价", "打个分"])
def test_a_text_rates_the_last_matter_in_one_word(office: Office, word: str) -> None:
    answers = texts(office, word, "5", "办得快，态度好")
    assert "您满意吗" in answers[0]
    row = rating(office.store)
    assert row is not None
    assert (row.levels, row.remark, row.clerk, row.medium) == ({"overall": 5}, "办得快，态度好", "C01", "sms")


def test_what_was_said_last_of_a_matter_counts(office: Office) -> None:
    texts(office, "评价", "5", "没有", "没有了")
    texts(office, "评价", "2", "没有")
    row = rating(office.store)
    assert row is not None
    assert row.levels == {"overall": 2}


def test_the_matter_of_another_number_cannot_be_rated(office: Office) -> None:
    answers = texts(office, "评价", number="13900000000")
    assert "没有办完的事" in answers[0]
    assert rating(office.store) is None


def test_what_was_done_long_ago_is_no_longer_rated(office: Office) -> None:
    office.watch.now += timedelta(days=40)
    assert "没有办完的事" in texts(office, "评价")[0]


def test_by_voice_it_is_an_errand_like_the_others(office: Office) -> None:
    contact = Contact(NUMBER, "keypad", "CK1")
    office.front.incoming_call("CK1", NUMBER, "inbound")
    office.spoken |= {"errand": "我想评价一下", "remark": "没有"}
    turn = office.desk.answer(contact).turn
    office.front.recording(contact, turn.number, "errand")
    turn = office.desk.answer(contact).turn
    assert turn.key == "rating"
    office.front.keys(contact, turn.number, "4")
    office.front.recording(contact, office.desk.answer(contact).turn.number, "remark")
    row = rating(office.store)
    assert row is not None
    assert (row.levels, row.remark, row.medium) == ({"overall": 4}, "", "keypad")
