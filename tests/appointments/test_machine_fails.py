"""What the state machine of the diary holds always can fail: one thing wrong in it is found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from hotline.domain.calendar import Place
from tests.appointments.test_machine import BEGINS, Diary

Held = Callable[[Diary], None]
TOLD: Held = Diary.every_confirmed_booking_is_there_as_it_was_told
CODES: Held = Diary.a_code_never_changes
SEATS: Held = Diary.no_seat_is_taken_twice_and_nobody_is_at_two_places
OFFERS: Held = Diary.no_place_is_offered_to_two_and_each_offer_was_told_once


@pytest.fixture
def diary() -> Iterator[Diary]:
    """With one booking in it."""
    one = Diary()
    at = BEGINS.replace(hour=9, minute=0) + timedelta(days=1)
    one.book(place=Place.WINDOW, village="V03", at=at, minutes=30, crash=False)
    assert one.told
    yield one
    one.teardown()


@pytest.mark.parametrize(
    ("statement", "held"),
    [
        ("UPDATE appointments SET starts_at = '2026-11-28 01:00:00.000000'", TOLD),
        ("UPDATE appointments SET status = 'cancelled'", TOLD),
        ("UPDATE appointments SET code = '999999'", CODES),
        ("DELETE FROM held_cells", SEATS),
        ("UPDATE appointments SET status = 'offered'", OFFERS),
    ],
)
def test_one_thing_wrong_is_found_out(diary: Diary, statement: str, held: Held) -> None:
    for always in (TOLD, CODES, SEATS, OFFERS):
        always(diary)
    with diary.store.open() as office:
        office.session.execute(text(statement))
        office.commit()
    with pytest.raises(AssertionError):
        held(diary)
