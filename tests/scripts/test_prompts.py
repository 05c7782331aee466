"""Every sentence a resident hears: there, short enough for a breath, and in words that can be spoken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ivr
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import prompt_names, words
from tests.town import TOWN

BREATH = 25
TYPICAL = {
    "told": "老年人优待证",
    "others": "村里便民站",
    "times": ["2026-11-28T09:00", "2026-11-28T14:00"],
    "wish": "2026-11-28/evening",
    "when": "2026-11-28T19:30",
    "village": "石桥村",
    "name": "王桂花",
    "place": "到镇里窗口",
    "service": "老年人优待证",
    "where": "三组村小学旁边",
    "topic": "农饮水",
    "papers": "身份证、照片",
    "code": "307294",
    "within": "半小时内",
    "status": "已经受理，正在派人",
    "number": "119",
    "first": "樟树村",
    "second": "茶园村",
    "items": "樟树村请按1，茶园村请按2",
    "label": "樟树村",
    "key": "1",
    "whom": "爱人",
    "named": "农饮水、路灯",
    "count": 2,
    "by": "2026-12-02",
    "answer": "水管换好了",
    "text": "您约好了礼拜六上午九点",
    "due": "2026-11-28T19:30",
    "who": "石桥村欧阳桂花",
    "matter": "反映自来水的事",
    "day": "上个礼拜三",
    "done": "到镇里窗口办了",
    "part": "晚上",
    "told_on": "2026-11-24",
    "remedy": "加开了一个窗口",
}
SPOKEN = [name for name in prompt_names() if not name.startswith("sms.") and not name.endswith(".sms")]


@pytest.mark.parametrize("name", SPOKEN)
def test_a_breath_has_at_most_25_characters(name: str) -> None:
    said = words(Prompt(name, TYPICAL))
    breaths = [re.sub(r"[“” ]", "", breath) for breath in re.split(r"[，。？！、；：]", said)]
    assert max(map(len, breaths)) <= BREATH, said


def _source() -> str:
    folder = Path(ivr.__file__).parent
    return "\n".join(path.read_text("utf8") for path in folder.rglob("*.py"))


def test_every_prompt_a_script_names_is_in_the_file() -> None:
    named = set(re.findall(r'[pP]rompt\(\s*"([\w.]+)"', _source()))
    assert len(named) > 40
    assert named - set(prompt_names()) == set()


def test_every_prompt_in_the_file_is_named_by_a_script() -> None:
    source = _source()
    bases = {re.sub(r"(\.again)?(\.sms|\.voice)?$", "", name) for name in prompt_names()}
    unused = {name for name in bases if f'"{name}"' not in source and not name.startswith("danger.")}
    assert unused == set()


def test_the_longest_service_name_is_still_one_breath() -> None:
    assert max(len(service.spoken) for service in TOWN.services.values()) <= BREATH


def test_a_prompt_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError):
        words(Prompt("nothing.of.the.kind"))
