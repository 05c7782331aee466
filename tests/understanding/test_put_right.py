"""What is put right at a read-back is heard as one: a denial, and one of the few things that may follow it."""

from __future__ import annotations

import pytest

from asr_models.rows import automaton
from asr_models.sound_units import units_of
from ivr.dialogue.steps import Ask
from ivr.evaluation.questions import NOW, question
from ivr.understanding.in_order import rows_of
from tests.asr_models.clear_frames import said_clearly

CONFIRM, GRIEVANCE, WHICH = (question(name) for name in ("confirm", "gconfirm", "part"))


def best(ask: Ask, said: str) -> tuple[str, bool]:
    """What is heard in a known order, and whether it is believed."""
    found = [(automaton(row).follow(said_clearly(said)), row) for row in rows_of(ask, NOW.date())]
    told, row = max(found, key=lambda one: one[0].behind)
    return told.text, told.behind >= row.believed


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (CONFIRM, "不对我叫王秀珍"),
        (CONFIRM, "错了名字是欧阳秀英"),
        (CONFIRM, "不是是茶园村"),
        (CONFIRM, "不对是礼拜六上午九点半"),
        (CONFIRM, "不对到镇里窗口"),
        (GRIEVANCE, "不是我叫李明"),
        (GRIEVANCE, "不对是石桥村"),
        (WHICH, "我叫刘建国"),
        (WHICH, "是后天晚上七点"),
    ],
)
def test_what_is_put_right_is_heard_with_its_denial(ask: Ask, said: str) -> None:
    told, believed = best(ask, said)
    assert units_of(told) == units_of(said)
    assert believed


@pytest.mark.parametrize("said", ["对的", "没错", "不对", "是的是的", "等一下我把火关一下"])
def test_what_puts_nothing_right_is_far_from_it(said: str) -> None:
    assert not best(CONFIRM, said)[1]


def test_a_denial_is_parted_from_what_takes_its_place() -> None:
    """不是礼拜天 without a pause rules Sunday out."""
    told, _ = best(CONFIRM, "不是礼拜天上午九点")
    assert told == "不是，礼拜天上午九点"


def test_other_questions_are_not_listened_to_that_way() -> None:
    assert rows_of(question("village"), NOW.date()) == ()
