"""What the exchange has carried is known after it has died: nobody is rung twice for want of memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hotline.domain.residents import dialled
from ivr.carriers.twilio import TwilioCarrier
from ivr.exchange.books import Books
from ivr.exchange.calls import Call, Status
from ivr.exchange.messages import TextMessage
from tests.service.process import ACCOUNT, TOKEN, ServiceProcess

NUMBER = "13800001234"


def call(path: Path) -> Call:
    books = Books(path)
    made = Call("AC1", "+867378812345", dialled(NUMBER), "outbound-api", watch=books.note)
    books.note(made)
    return made


def test_a_call_that_ended_is_read_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "books.jsonl"
    made = call(path)
    for status in (Status.RINGING, Status.NO_ANSWER):
        made.become(status)
    (found,) = Books(path).calls.values()
    assert (found.sid, found.status, found.created, found.ended) == (
        made.sid, Status.NO_ANSWER, made.created, made.ended,
    )  # fmt: skip


def test_a_call_under_way_when_it_died_has_failed_or_was_completed(tmp_path: Path) -> None:
    path = tmp_path / "books.jsonl"
    ringing = call(path)
    ringing.become(Status.RINGING)
    talking = call(path)
    for status in (Status.RINGING, Status.IN_PROGRESS):
        talking.become(status)
    found = Books(path).calls
    assert (found[ringing.sid].status, found[talking.sid].status) == (Status.FAILED, Status.COMPLETED)


def test_a_line_it_died_in_and_rubbish_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "books.jsonl"
    made = call(path)
    with path.open("ab") as file:
        file.write(b'\xff\x00 rubbish\n{"kind":"call","is":{"sid":"CA2"}}\n{"kind":"call","is":{"si')
    assert list(Books(path).calls) == [made.sid]
    assert list(Books(path).calls) == [made.sid], "and what was written anew can be read"


def test_texts_are_kept_too_and_what_is_a_week_old_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "books.jsonl"
    books = Books(path)
    text = TextMessage("AC1", "+861", dialled(NUMBER), "您好", "outbound-api")
    old = TextMessage("AC1", "+861", dialled(NUMBER), "从前", "outbound-api")
    old.updated = datetime.now(UTC) - timedelta(days=8)
    for one in (text, old):
        books.note(one)
    assert list(Books(path).messages) == [text.sid]
    assert path.stat().st_mode & 0o077 == 0


def test_a_killed_service_still_tells_its_carrier_side_what_was_rung(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path, asr="none")
    try:
        carrier = TwilioCarrier(
            (ACCOUNT, TOKEN), number="0737-8812345", public_url=service.url, api_base_url=f"{service.url}/exchange"
        )
        before = datetime.now(UTC) - timedelta(minutes=1)
        rung, sent = carrier.place_call(NUMBER, "call-1"), carrier.send_message(NUMBER, "您好", "m")
        service.kill()
        service.start()
        assert [one.sid for one in carrier.calls_since(NUMBER, before)] == [rung]
        assert carrier.messages_since(NUMBER, "您好", before) == [sent]
        assert carrier.calls_since("13800009999", before) == []
    finally:
        service.stop()
