"""After the last call in vain: a text where one may arrive, else a task on a person's list, once, with a clock."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.calling import CallOrder
from hotline.store import ringing
from hotline.store.in_vain import TEXT_INSTEAD
from hotline.store.tables import CallbackRow, CallOutRow, MessageRow
from ivr.carriers.base import CarrierError
from tasks.outbound import reconcile
from tasks.unreached import hand_to_people
from tests.errands.line import RULES, Line
from tests.town import Office

MOBILE, LANDLINE = "13800001234", "7378812346"


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(Office(tmp_path))


def order(line: Line, number: str, kind: str = "missed", **more: Any) -> None:
    given = {TEXT_INSTEAD: "【牛田镇政务】没接上。"} if kind == "missed" else {"text": "您的事办好了。"}
    with line.office.store.open() as records:
        records.calls_out.put(
            CallOrder("r", number, kind, "missed" if kind == "missed" else "read", given=given, **more),
            line.office.watch(),
        )
        records.commit()


def texts(line: Line) -> list[Any]:
    return [row for row in line.rows(MessageRow) if row.reason.startswith("instead:")]  # type: ignore[union-attr]


def tasks(line: Line) -> list[Any]:
    return line.rows(CallbackRow)


def test_a_mobile_gets_a_text_after_the_last_attempt_once_however_often_it_is_reported(line: Line) -> None:
    order(line, MOBILE)
    line.leave()
    for _ in range(3):
        line.ends(1, "no-answer")
    (text,) = texts(line)
    assert (text.to, text.body, text.channel, tasks(line)) == (MOBILE, "【牛田镇政务】没接上。", "sms", [])


def test_a_landline_is_put_on_a_persons_list_with_a_clock(line: Line) -> None:
    order(line, LANDLINE)
    line.leave()
    line.ends(1, "no-answer")
    line.ends(1, "failed")
    (task,) = tasks(line)
    assert (task.number, task.reason, task.state, texts(line)) == (LANDLINE, "unreached", "open", [])
    assert task.due_at.astimezone(TOWN_TIME) == datetime(2026, 11, 25, 12, 0, tzinfo=TOWN_TIME)


def test_nothing_is_told_otherwise_while_another_attempt_is_to_come(line: Line) -> None:
    order(line, LANDLINE, "step")
    line.leave()
    line.ends(1, "busy")
    assert (tasks(line), len(line.rows(CallOutRow))) == ([], 2)
    line.office.watch.now = line.rows(CallOutRow)[1].due_at  # type: ignore[union-attr,assignment]
    line.leave()
    line.ends(2, "no-answer")
    assert len(tasks(line)) == 1
    assert tasks(line)[0].text == "您的事办好了。"


def test_who_was_reached_gets_neither(line: Line) -> None:
    order(line, LANDLINE, "step")
    line.leave()
    line.talk(1, "好了")
    line.ends(1, "completed", "human")
    assert (texts(line), tasks(line)) == ([], [])


def test_a_number_that_is_never_rung_is_told_otherwise_at_once(line: Line) -> None:
    line.company.refuses[LANDLINE] = CarrierError("no such number", code="21211")
    order(line, LANDLINE, "step")
    line.leave()
    assert len(tasks(line)) == 1


def test_who_may_have_been_rung_is_not_rung_again_and_the_task_is_done_if_it_rang_after_all(line: Line) -> None:
    line.company.refuses[LANDLINE] = CarrierError("cut off", unsure=True)
    order(line, LANDLINE, "step")
    line.leave()
    with line.office.store.open() as records:
        ringing.never_known(records, 1, RULES.calling, line.office.watch())
        records.commit()
    assert len(tasks(line)) == 1
    with line.office.store.open() as records:
        told = ringing.Told("CA77", "busy")
        ringing.report(records, 1, told, (RULES.calling, line.office.watch()))
        records.commit()
    assert len(line.rows(CallOutRow)) == 1, "it was told otherwise: nobody is rung a second time"
    reconcile(line.here, 1, line.office.watch)
    assert len(tasks(line)) == 1


def test_a_task_nobody_has_taken_is_done_once_the_call_went_through_after_all(line: Line) -> None:
    line.company.refuses[LANDLINE] = CarrierError("cut off", unsure=True)
    order(line, LANDLINE, "step")
    line.leave()
    with line.office.store.open() as records:
        ringing.never_known(records, 1, RULES.calling, line.office.watch())
        row = records.calls_out.locked(1)
        assert row is not None
        ringing.answered(row, ("CA77", "human"), line.office.watch())
        ringing.report(records, 1, ringing.Told("CA77", "completed"), (RULES.calling, line.office.watch()))
        records.commit()
    assert [task.state for task in tasks(line)] == ["done"]


def test_an_expired_call_that_is_owed_becomes_a_task_and_an_expired_reminder_nothing(line: Line) -> None:
    late = line.office.watch()
    order(line, LANDLINE, "missed", expires_at=late)
    line.leave()
    assert len(tasks(line)) == 1
    with line.office.store.open() as records:
        records.calls_out.put(CallOrder("r2", LANDLINE, "reminder", "remind", expires_at=late), late)
        records.commit()
    line.leave()
    assert len(tasks(line)) == 1


def test_who_opted_out_is_left_in_peace(line: Line) -> None:
    order(line, MOBILE)
    line.leave()
    with line.office.store.open() as records:
        records.contact_wishes.opt_out(MOBILE, "voice", line.office.watch())
        records.commit()
    line.ends(1, "no-answer")
    assert (texts(line), tasks(line)) == ([], [])


def test_a_text_instead_that_does_not_arrive_becomes_a_task_once(line: Line) -> None:
    order(line, MOBILE)
    line.leave()
    line.ends(1, "no-answer")
    line.leave()
    line.undelivered("SM0001", "30006")
    for _ in range(2):
        hand_to_people(line.office.store, RULES, line.office.watch)
    assert len(tasks(line)) == 1
    assert tasks(line)[0].cause == "call:r"


def test_a_text_that_was_read_out_in_vain_is_not_sent_again_where_it_did_not_arrive(line: Line) -> None:
    with line.office.store.open() as records:
        records.messages.put("case:1", MOBILE, "【牛田镇政务】有结果了。", kind="step")
        records.commit()
    line.leave()
    line.undelivered("SM0001", "30006")
    line.leave()
    line.ends(1, "no-answer")
    line.office.watch.now = line.rows(CallOutRow)[1].due_at  # type: ignore[union-attr,assignment]
    line.leave()
    line.ends(2, "no-answer")
    assert texts(line) == []
    assert [task.text for task in tasks(line)] == ["有结果了。"]
