"""The reckoning finds what is missing and what is there twice: a crash test that cannot fail proves nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.clock import utc_now
from hotline.crash.audit import Reckoning, reckon, replay
from hotline.crash.carrier import PACE
from hotline.crash.reading import Reader
from hotline.crash.resident import Resident
from hotline.crash.scenes import Part, read_play
from hotline.domain.residents import dialled
from hotline.store.tables import AppointmentRow, ConversationRow, JournalRow, MessageRow, Table
from hotline.store.unit_of_work import Office, Store
from ivr.contact import Contact, Evidence
from ivr.scripts.book import Scripts
from ivr.understanding.understand import understand_text
from tests.town import WORDS
from tests.town import Office as TownHall

NUMBER, BODY = "13907370001", "预约成功，预约号307294。"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    store = Store(f"sqlite:///{tmp_path}/hotline.sqlite")
    Table.metadata.create_all(store.engine)
    with store.open() as office:
        yield office
    store.close()


async def nothing() -> None:
    return None


def resident() -> Resident:
    """Somebody who wanted one appointment, agreed, and was told its code."""
    play = read_play()
    one = Resident(Part(NUMBER, play.scenes[0], {}, 1), Reader(play), PACE, nothing)
    one.over = one.confirmed = True
    one.told = {("appointments", "307294")}
    one.texts = [BODY]
    return one


def book(office: Office, code: str = "307294", seat: int = 0) -> None:
    at = utc_now().replace(microsecond=0)
    office.session.add(
        AppointmentRow(
            code=code,
            service="12",
            place="village",
            desk="village:V01",
            starts_at=at,
            held_seat=seat,
            first_cell=0,
            end_cell=2,
            name="王桂花",
            village="V01",
            number=NUMBER,
            status="booked",
            conversation="c",
            created_at=at,
        )
    )


def confirm(office: Office, state: str = "delivered") -> None:
    office.session.add(
        MessageRow(reason="booked:307294", to=NUMBER, body=BODY, state=state, sid="SM1", created_at=utc_now())
    )


SENT_ONCE = Counter({(dialled(NUMBER), BODY): 1})


def reckoned(office: Office, one: Resident, copies: Counter[tuple[str, str]] = SENT_ONCE) -> Reckoning:
    office.session.flush()
    return reckon(office, [one], copies)


def test_all_is_well_where_each_is_there_once(office: Office) -> None:
    book(office)
    confirm(office)
    found = reckoned(office, resident())
    assert found.clean, (found.lost, found.double, found.wrong)


def test_a_confirmed_booking_that_is_not_on_record_is_lost(office: Office) -> None:
    confirm(office)
    assert any("307294" in line for line in reckoned(office, resident()).lost)


def test_a_booking_nobody_was_told_of_is_lost_to_the_resident(office: Office) -> None:
    book(office)
    confirm(office)
    one = resident()
    one.told.clear()
    assert len(reckoned(office, one).lost) == 1


def test_two_bookings_for_one_wish_are_double_and_so_are_two_on_one_seat(office: Office) -> None:
    book(office)
    book(office, "111111", seat=1)
    confirm(office)
    one = resident()
    one.told.add(("appointments", "111111"))
    double = reckoned(office, one).double
    assert len(double) == 2, "one for the resident, one for the station with a single seat"


@pytest.mark.parametrize(
    ("sent", "came", "state", "lost", "double"),
    [
        (1, 1, "sent", 0, 0),
        (2, 1, "sent", 0, 1),
        (1, 2, "sent", 0, 1),
        (1, 0, "sent", 1, 0),
        (0, 0, "waiting", 1, 0),
    ],
)
def test_a_message_reaches_its_telephone_exactly_once(
    office: Office, sent: int, came: int, state: str, lost: int, double: int
) -> None:
    book(office)
    confirm(office, state)
    one = resident()
    one.texts = [BODY] * came
    found = reckoned(office, one, Counter({(dialled(NUMBER), BODY): sent}))
    assert (len(found.lost), len(found.double)) == (lost, double)


def test_a_message_that_is_on_no_row_is_not_right(office: Office) -> None:
    book(office)
    confirm(office)
    found = reckoned(office, resident(), SENT_ONCE + Counter({("+8613900000000", "?"): 1}))
    assert len(found.wrong) == 1


def test_a_conversation_that_never_ended_is_not_right(office: Office) -> None:
    book(office)
    confirm(office)
    one = resident()
    one.over = False
    assert any("never came to an end" in line for line in reckoned(office, one).wrong)


def test_a_journal_with_a_piece_torn_out_is_found(tmp_path: Path) -> None:
    hall = TownHall(tmp_path)
    contact = Contact(NUMBER, "sms")
    served = hall.desk.answer(contact)
    hall.desk.hear(
        served.conversation,
        contact,
        served.turn.number,
        sense=lambda turn, setting: understand_text(turn.ask, "我想来办个老年证", setting),
        evidence=Evidence(),
    )
    with hall.store.open() as office:
        whole = Reckoning()
        replay(office, Scripts(WORDS), whole)
        assert whole.clean
        last = office.session.query(JournalRow).order_by(JournalRow.place.desc()).first()
        office.session.delete(last)
        office.session.flush()
        torn = Reckoning()
        replay(office, Scripts(WORDS), torn)
        assert len(torn.wrong) == 1
        row = office.session.query(ConversationRow).one()
        row.state = "drifted"
        drifted = Reckoning()
        replay(office, Scripts(WORDS), drifted)
        assert len(drifted.wrong) == 1
