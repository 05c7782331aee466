"""A text template that could embarrass the office stops the start, and says where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.contact_rules import BrokenRules, read_contact_rules
from ivr.dialogue.steps import Prompt
from ivr.scripts.letters import SIGNATURE, BrokenLetters, check_letters
from ivr.scripts.wording import PROMPTS, words


def spoilt(folder: Path, before: str, after: str) -> str:
    text = (PROMPTS / "zh.toml").read_text("utf8")
    assert before in text
    (folder / "zh.toml").write_text(text.replace(before, after, 1), "utf8")
    with pytest.raises(BrokenLetters) as broken:
        check_letters(folder)
    return str(broken.value)


def test_the_office_s_own_texts_are_sound() -> None:
    check_letters()
    text = words(
        Prompt("sms.remind.hours", {"when": "2026-11-28T19:30", "place": "到镇里窗口", "service": "社保"})
    )
    assert text.startswith(SIGNATURE)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("预约号{code}。请", "预约号。请", "sms.booked does not tell code"),
        ("预约号{code}。请", "{code}{nobody}。请", "names nobody, which nobody gives it"),
        ("【牛田镇政务】预约成功", "预约成功", "is not signed"),
        ("预约成功", "预约成功 https://x.example", "has a link"),
        ("预约成功", "预约成功 t.cn", "has a link"),
        ("预约成功", "长" * 400, "may become longer than 500"),
        ("预约号{code}。请", "预约号{code。请", "cannot be read"),
        ('"sms.opted_in" =', '"sms.opted" =', "there is no sms.opted_in"),
    ],
)
def test_a_spoilt_text_is_named_with_its_line(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    told = spoilt(tmp_path, before, after)
    assert complaint in told
    lines = (tmp_path / "zh.toml").read_text("utf8").splitlines()
    named = int(told.split("line ")[1].split(":")[0])
    assert named == 1 or lines[named - 1].startswith('"sms.booked')


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "xx.toml").write_text("= nothing", "utf8")
    with pytest.raises(BrokenLetters, match=r"xx\.toml"):
        check_letters(tmp_path)


def test_a_town_sets_its_own_hours(tmp_path: Path) -> None:
    (tmp_path / "contact.toml").write_text(
        '[texts]\nquiet = ["20:00", "09:00"]\n[calls]\nhours = [["09:00", "11:00"]]\nseconds_apart = 2\n'
        "[calls.attempts]\nreminder = 1\n",
        "utf8",
    )
    rules = read_contact_rules(tmp_path)
    assert (str(rules.quiet.begin), rules.calling.attempts["reminder"], rules.calling.attempts["step"]) == (
        "20:00:00",
        1,
        2,
    )
    assert [str(hours.first) for hours in rules.calling.hours] == ["09:00:00"]


@pytest.mark.parametrize(
    "text",
    [
        "[calls]\nhour = []",
        '[calls]\nhours = [["11:00", "09:00"]]',
        "[calls]\nhours = []",
        "[calls.attempts]\nreminder = 100",
        "[calls.attempts]\nnobody = 1",
        '[texts]\nquiet = ["25:00", "08:00"]',
        "[texts]\nquiet = 3",
        "nonsense",
    ],
)
def test_hours_that_make_no_sense_are_refused_with_the_file_s_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "contact.toml").write_text(text, "utf8")
    with pytest.raises(BrokenRules, match=r"contact\.toml"):
        read_contact_rules(tmp_path)
