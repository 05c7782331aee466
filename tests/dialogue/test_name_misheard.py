"""A name that was misheard twice is left to its recording, however it is put right."""

from __future__ import annotations

import pytest

from ivr.dialogue.steps import Prompt, Reply
from ivr.scripts.common import NEWEST, RECORDED, AnotherErrand, Form, read_back, wrong_parts
from ivr.scripts.wording import template, words


def form(**said: str) -> Form:
    return Form(dict(said), edition=NEWEST, may_turn=True)


def test_put_right_twice_it_is_its_recording() -> None:
    told = form(name="王秀云")
    told.put_right(Reply(slots={"name": "王秀英"}, recording="a.wav"))
    assert told["name"] == "王秀英"
    told.put_right(Reply(slots={"name": "王秀音"}, recording="b.wav"))
    assert told["name"] == RECORDED
    assert told.recordings["name"] == "b.wav"


def test_asked_for_twice_it_is_its_recording() -> None:
    told = form(name="王秀云")
    told.ask_anew("name", "book")
    told.take(Reply("王秀英", recording="a.wav"), "name")
    told.leave_name_to("a.wav")
    assert told["name"] == "王秀英"
    told.ask_anew("name", "book")
    told.take(Reply("王秀音", recording="b.wav"), "name")
    told.leave_name_to("b.wav")
    assert told["name"] == RECORDED


def test_the_same_name_heard_again_is_its_recording_at_once() -> None:
    told = form(name="王秀云")
    told.put_right(Reply(slots={"name": "王秀云"}, recording="a.wav"))
    assert told["name"] == RECORDED


def test_a_written_name_stays_as_written() -> None:
    told = form(name="王秀云")
    for name in ("王秀英", "王秀音", "王秀云"):
        told.put_right(Reply(slots={"name": name}))
    assert told["name"] == "王秀云"


def test_something_else_altogether_keeps_who_it_is() -> None:
    told = form(name="王桂花", village="V03", topic="G1")
    with pytest.raises(AnotherErrand) as other:
        told.ask_anew("report", "report")
    assert other.value.known == {"name": "王桂花", "village": "V03"}


def test_another_errand_is_offered_only_where_one_can_be_begun() -> None:
    offered = [option.value for option in wrong_parts(form(), ("name", "village"), "book")]
    assert offered == ["name", "village", "book"]
    alone = Form(edition=NEWEST)
    assert [option.value for option in wrong_parts(alone, ("name", "village"), "book")] == ["name", "village"]


@pytest.mark.parametrize("errand", ["book", "other", "report"])
def test_a_name_that_is_a_recording_is_not_read_back(errand: str) -> None:
    told = form(name="王秀云", village="V03")
    assert "{name}" in template(read_back(told, errand)) or errand == "report"
    told.put_right(Reply(slots={"name": "王秀云"}, recording="a.wav"))
    told_of = ("village", "where", "topic", "place", "service", "whom")
    said = dict.fromkeys(told_of, "") | {"when": "2026-11-28T09:00"}
    text = words(Prompt(read_back(told, errand), said))
    assert text.startswith("好，您的名字录下来了。")
