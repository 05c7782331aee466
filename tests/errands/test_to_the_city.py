"""What the town has no power over goes to 12345, with a record, and whoever told it hears number and next step."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.domain.grievances import Grievance
from hotline.store.tables import MessageRow
from tests.errands.line import Line
from tests.errands.test_how_one_is_told import ring
from tests.town import Office

MOBILE = "13800001234"


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """The town as it ships: its networks belong to companies that the city deals with."""
    return Line(Office(tmp_path))


def cases(line: Line) -> list[Grievance]:
    with line.office.store.open() as records:
        return records.grievances.all()


def test_a_report_of_what_is_the_citys_is_handed_over_with_its_record(line: Line) -> None:
    said = ring(line, MOBILE, "我要反映宽带断哒三天", "石桥村", "三组", "王桂花", "对的")
    assert "给您转到市里了" in said[-1]
    assert said[-1].count("一，二，三，四，五") == 2
    (case,) = cases(line)
    with line.office.store.open() as records:
        moves = [event.move for event in records.grievances.history(case.id)]
    assert (case.status, moves) == ("handed_over", ["accept", "hand_over"])
    (text,) = line.rows(MessageRow)
    assert "12345" in text.body  # type: ignore[union-attr]
    assert case.code in text.body  # type: ignore[union-attr]


def test_who_asks_for_the_citys_line_with_such_a_matter_has_it_handed_over(line: Line) -> None:
    said = ring(line, MOBILE, "宽带断哒三天，帮我转12345")
    (case,) = cases(line)
    assert (case.status, case.story) == ("handed_over", "宽带断哒三天，帮我转12345")
    assert "一，二，三，四，五" in said[-1]


def test_a_matter_of_the_towns_own_is_not_handed_over(line: Line) -> None:
    said = ring(line, MOBILE, "自来水停了三天，帮我转12345")
    assert cases(line) == []
    assert "一，二，三，四，五" in said[-1]
