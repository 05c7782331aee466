"""A day and an hour heard as one, out of frames that are clear; and the group of a village anywhere."""

from __future__ import annotations

import pytest

from asr_models.rows import automaton
from asr_models.sound_units import units_of
from ivr.evaluation.questions import NOW, free_times, question, setting
from ivr.understanding.expected import expected_for
from ivr.understanding.in_order import groups, rows_of
from ivr.understanding.levels_in_order import levels
from ivr.understanding.times_in_order import times
from tests.asr_models.clear_frames import said_clearly

ROWS = times(NOW.date(), free_times())


@pytest.mark.parametrize(
    "said",
    [
        "十二月五号上午十点",
        "礼拜六上午九点半",
        "下个礼拜天",
        "大后天晚上七点吧",
        "礼拜三晚上",
        "下午两点半",
        "三十号不对十二月一号晚上八点",
        "随便什么时候",
    ],
)
def test_a_time_is_heard_as_one(said: str) -> None:
    found = max((automaton(row).follow(said_clearly(said)) for row in ROWS), key=lambda one: one.behind)
    assert units_of(found.text) == units_of(said)
    assert found.behind > max(row.believed for row in ROWS)


def test_only_days_that_are_near_are_listened_for() -> None:
    (days, *_), *_ = (row.places for row in ROWS)
    words = dict(days)
    assert "十二月五号" in words
    assert "二月五号" not in words
    assert words["礼拜六"] == 0.0


@pytest.mark.parametrize("said", ["我在田里扯草", "隔壁的鸡叫得好响", "外面下大雨了"])
def test_what_is_no_time_is_believed_by_no_row(said: str) -> None:
    followed = [(row, automaton(row).follow(said_clearly(said))) for row in ROWS]
    row, found = max(followed, key=lambda one: one[1].behind)
    assert found.behind < row.believed


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ("三组", "三组"),
        ("就在我们七组那里", "七组"),
        ("樟树村第十二组的路烂了", "第十二组"),
        ("靠一组这边", "一组"),
    ],
)
def test_a_group_is_heard_anywhere(said: str, group: str) -> None:
    (row,) = groups(20)
    found = automaton(row).follow(said_clearly(said))
    assert units_of(found.text) == units_of(group)
    assert found.inside >= row.believed


def test_where_no_group_is_told_none_is_believed() -> None:
    (row,) = groups(20)
    assert automaton(row).follow(said_clearly("在学校门口")).inside < row.believed


def test_rows_are_listened_for_where_they_are_asked() -> None:
    today = NOW.date()
    assert rows_of(question("when"), today) == ROWS
    assert rows_of(question("where"), today) == groups(10)
    assert rows_of(question("rating"), today) == levels()
    assert rows_of(question("village"), today) == ()


def test_a_question_tells_a_recogniser_its_rows() -> None:
    assert expected_for(question("when"), setting("when")).rows == ROWS
