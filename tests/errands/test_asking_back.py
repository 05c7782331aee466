"""Every case is called back, once, and what is not solved is rung about by a person; what is over is archived."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from hotline.domain.case_life import THE_MACHINE
from hotline.domain.grievances import Told, accept
from hotline.holidays import is_working_day
from hotline.store.tables import CallbackRow, CallOutRow, MessageRow
from hotline.store.unit_of_work import Office as Records
from ivr.casework import Casework
from tasks.case_keeping import archive, ring_about_reviewed
from tasks.late_cases import Watchman
from tests.cases.room import SUPERVISOR, WATER
from tests.errands.line import Line
from tests.errands.test_how_one_is_told import text
from tests.town import TOWN, Office

MOBILE, LANDLINE, CODE = "13800001234", "7378812346", "516082"


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(Office(tmp_path))


def case(line: Line, number: str, *moves: tuple[str, Any]) -> None:
    told = Told("G1", "自来水停了三天", "V02", "三组", "", "王桂花", number, "", "urgent")
    with line.office.store.open() as records:
        work = Casework(TOWN, is_working_day, records, line.office.watch())
        opened = accept(
            records.grievances,
            told,
            conversation="c",
            now=line.office.watch(),
            draw_code=lambda: CODE,
            is_working_day=is_working_day,
        )
        work.opened(opened, THE_MACHINE)
        for move, who in moves:
            work.make(CODE, move, who, {"reason": "管子修好了"})
        _only_the_result_is_told(records)
        records.commit()


def _only_the_result_is_told(records: Records) -> None:
    """Who has it and until when is told, too; here it is the last one that matters."""
    steps = update(MessageRow).where(MessageRow.about.startswith("case:"), MessageRow.state == "waiting")
    records.session.execute(steps.values(state="withdrawn"))


REVIEWED = (("sign", WATER), ("answer", WATER), ("review", SUPERVISOR))


def status(line: Line) -> str:
    with line.office.store.open() as records:
        found = records.grievances.by_code(CODE)
    assert found is not None
    return found.status


def watch(line: Line) -> Watchman:
    return Watchman(line.office.store, TOWN, is_working_day, line.office.watch)


def asking(line: Line) -> list[Any]:
    return [row for row in line.rows(CallOutRow) if row.script == "solved"]  # type: ignore[union-attr]


def test_who_does_not_answer_the_text_is_rung_the_next_day_once_and_closes_it(line: Line) -> None:
    case(line, MOBILE, *REVIEWED)
    line.leave()
    assert ring_about_reviewed(watch(line)) == 0, "there is a day to answer the text"
    line.office.watch.passes(days=1)
    assert (ring_about_reviewed(watch(line)), ring_about_reviewed(watch(line))) == (1, 0)
    line.leave()
    (call,) = asking(line)
    said = line.talk(call.id, "解决了")
    assert "管子修好了" in said[0]
    assert status(line) == "closed"
    assert line.rows(CallbackRow) == []


def test_what_is_not_solved_is_taken_up_again_and_a_person_rings_by_a_clock(line: Line) -> None:
    case(line, MOBILE, *REVIEWED)
    line.office.watch.passes(days=1)
    ring_about_reviewed(watch(line))
    line.leave()
    line.talk(asking(line)[0].id, "没有，还是没水")
    assert status(line) == "handling"
    (task,) = line.rows(CallbackRow)
    assert (task.reason, task.number, task.state) == ("not_solved", MOBILE, "open")  # type: ignore[union-attr]
    assert task.due_at > line.office.watch()  # type: ignore[union-attr]


def test_a_landline_is_asked_at_once_by_a_call_and_not_again_the_next_day(line: Line) -> None:
    case(line, LANDLINE, *REVIEWED)
    line.leave()
    assert len(asking(line)) == 1
    line.office.watch.passes(days=1)
    assert ring_about_reviewed(watch(line)) == 0


def test_a_case_answered_by_text_meanwhile_is_not_rung_about(line: Line) -> None:
    case(line, MOBILE, *REVIEWED)
    line.office.watch.passes(days=1)
    ring_about_reviewed(watch(line))
    text(line, MOBILE, CODE)
    text(line, MOBILE, "解决了")
    line.office.watch.passes(minutes=1)
    line.leave()
    assert [row.state for row in asking(line)] == ["withdrawn"]


def test_a_call_in_vain_becomes_a_persons_task(line: Line) -> None:
    case(line, LANDLINE, *REVIEWED)
    line.leave()
    line.ends(asking(line)[0].id, "no-answer")
    second = asking(line)[1]
    line.office.watch.now = second.due_at
    line.leave()
    line.ends(second.id, "no-answer")
    (task,) = line.rows(CallbackRow)
    assert CODE in task.text  # type: ignore[union-attr]


def test_a_result_worked_out_anew_is_asked_about_anew(line: Line) -> None:
    case(line, LANDLINE, *REVIEWED)
    line.leave()
    line.office.watch.passes(minutes=5)
    line.talk(asking(line)[0].id, "没有")
    line.ends(asking(line)[0].id, "completed", "human")
    line.office.watch.passes(minutes=30)
    with line.office.store.open() as records:
        work = Casework(TOWN, is_working_day, records, line.office.watch())
        for move, who in REVIEWED[1:]:
            work.make(CODE, move, who, {"reason": "再修了一次"})
        _only_the_result_is_told(records)
        records.commit()
    line.leave()
    assert len(asking(line)) == 2


def test_what_is_over_is_archived_after_its_days_and_not_before(line: Line) -> None:
    case(line, MOBILE, *REVIEWED, ("call_back", THE_MACHINE), ("close", THE_MACHINE))
    days = timedelta(days=30)
    line.office.watch.passes(days=29)
    assert archive(watch(line), days) == 0
    line.office.watch.passes(days=1)
    assert (archive(watch(line), days), archive(watch(line), days)) == (1, 0)
    assert status(line) == "archived"


def test_a_case_under_way_is_never_archived(line: Line) -> None:
    case(line, MOBILE, *REVIEWED)
    line.office.watch.passes(days=300)
    assert archive(watch(line), timedelta(days=1)) == 0
