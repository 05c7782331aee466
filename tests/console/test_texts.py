"""Texts in the town's own words: shown first, said from the next text on, refused where they could embarrass."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.own_texts import FILE, OWN, example, in_own_words
from hotline.store.tables import LookRow
from ivr.dialogue.steps import Prompt
from ivr.scripts import wording
from ivr.scripts.letters import BrokenLetters, texts
from ivr.scripts.wording import words
from tests.console.hall import Hall, token_of, town_hall

NAME = "sms.cancelled"
OURS = "【牛田镇政务】{when:time}办{service}的位子退了。要再约，打热线。"
GIVEN = {"when": "2026-11-28T19:30", "service": "医保参保"}


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with town_hall(tmp_path) as hall:
        in_own_words(hall.settings.data_dir)
        yield hall
    OWN.follow(None)
    wording.own_words(None)


def send(hall: Hall, text: str = OURS, name: str = NAME, who: str = "administrator", **form: Any) -> TestResponse:
    client = hall.as_(who)
    return client.post(
        f"/admin/texts/{name}", data={"text": text, "csrf_token": token_of(client, known=True)} | form
    )


def state(page: str) -> str:
    found = re.search(r'name="state" value="(\w+)"', page)
    assert found
    return found[1]


def keep(hall: Hall, text: str = OURS) -> None:
    assert send(hall, text, sure="1", state=state(send(hall, text).text)).status_code == 302


def test_it_is_shown_then_said_and_can_be_taken_back(hall: Hall) -> None:
    shown = send(hall)
    assert "十一月二十八号礼拜六晚上七点半办医保参保的位子退了" in shown.text
    assert "的预约已取消" in words(Prompt(NAME, GIVEN)), "nothing counts yet"
    keep(hall)
    said = words(Prompt(NAME, GIVEN))
    assert said == "【牛田镇政务】十一月二十八号礼拜六晚上七点半办医保参保的位子退了。要再约，打热线。"
    page = hall.as_("administrator").get("/admin/texts").text
    assert page.count("镇里自己的话") == 1
    with hall.store.open() as office:
        line = office.session.scalars(select(LookRow).where(LookRow.kind == "settings")).one()
    assert (line.what, line.username) == (f"text {NAME} changed", "administrator")
    assert line.reason.endswith(f"→ {OURS}")
    back = send(hall, shipped="1")
    assert send(hall, shipped="1", sure="1", state=state(back.text)).status_code == 302
    assert "的预约已取消" in words(Prompt(NAME, GIVEN))


def test_what_is_read_out_stays_when_only_the_text_is_ours(hall: Hall) -> None:
    ours = texts()["sms.booked"].replace("预约成功", "约好了")
    shown = send(hall, ours, "sms.booked")
    assert send(hall, ours, "sms.booked", sure="1", state=state(shown.text)).status_code == 302
    given = GIVEN | {"place": "在镇里窗口", "code": "307294", "papers": "身份证"}
    assert words(Prompt("sms.booked", given)).startswith("【牛田镇政务】约好了")
    assert words(Prompt("sms.booked", given), (".voice",)).startswith("您约好了")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("【牛田镇政务】{when:time}办{service的退了", "花括号不成对"),
        ("【牛田镇政务】{when:time}办{service}，{nobody}退了", "填不了：nobody"),
        ("【牛田镇政务】{when}办{service}的退了", "填不了：when"),
        ("【牛田镇政务】{when.__class__}办{service}的退了", "填不了：when.__class__"),
        ("【牛田镇政务】{when!r}办{service}的退了", "填不了：when!r"),
        ("{when:time}办{service}的退了", "开头要写"),
        ("【牛田镇政务】{service}退了，看 t.cn/x", "不能有网址"),
        ("【牛田镇政务】" + "长" * 520, "太长了"),
        ("【牛田镇政务】退了\n再约", "不能换行"),
        ("", "不能空着"),
    ],
)
def test_what_could_embarrass_is_refused_and_what_was_typed_stays(hall: Hall, text: str, told: str) -> None:
    answer = send(hall, text)
    assert answer.status_code == 409
    page = unescape(answer.text)
    assert told in page
    assert text.strip() in page.replace("\r\n", "\n")
    assert not (hall.settings.data_dir / FILE).exists()


def test_a_code_somebody_needs_cannot_be_left_out(hall: Hall) -> None:
    assert "少了收到的人要看的：code" in send(hall, "【牛田镇政务】{topic}办结了。", "sms.case.close").text


def test_of_two_who_change_texts_the_second_is_told(hall: Hall) -> None:
    seen = state(send(hall).text)
    keep(hall)
    late = send(hall, OURS.replace("热线", "电话"), sure="1", state=seen)
    assert late.status_code == 409
    assert "别人刚改过短信" in late.text
    assert "打热线" in words(Prompt(NAME, GIVEN))


def test_only_the_administrator_changes_and_only_what_there_is(hall: Hall) -> None:
    assert send(hall, who="supervisor").status_code in (403, 404)
    assert send(hall, name="sms.nothing").status_code == 404
    assert send(hall, name="welcome").status_code == 404
    assert 'href="/admin/texts/sms.' not in hall.as_("supervisor").get("/admin/texts").text


def test_a_file_spoilt_by_hand_changes_nothing_that_is_running_and_stops_the_next_start(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    keep(hall)
    assert "的位子退了" in words(Prompt(NAME, GIVEN))
    path = hall.settings.data_dir / FILE
    path.write_text(path.read_text("utf8").replace("{service}", "{nobody}"), "utf8")
    with caplog.at_level(logging.WARNING):
        assert "的位子退了" in words(Prompt(NAME, GIVEN))
    assert "texts.toml, line 2: sms.cancelled names nobody" in str(vars(caplog.records[-1])["why"])
    with pytest.raises(BrokenLetters, match="line 2"):
        in_own_words(hall.settings.data_dir)
    assert "texts.toml 有写错的地方" in send(hall).text


@pytest.mark.parametrize("spoilt", ["= nothing", '"welcome" = "好"', '"sms.cancelled" = 3', "\x00"])
def test_a_file_that_is_none_is_named(tmp_path: Path, spoilt: str) -> None:
    (tmp_path / FILE).write_text(spoilt, "utf8")
    with pytest.raises(BrokenLetters, match=FILE):
        in_own_words(tmp_path)


def test_every_text_has_an_example() -> None:
    for name, text in texts().items():
        assert "{" not in example(text), name
