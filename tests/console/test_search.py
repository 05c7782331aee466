"""Search: whatever one remembers of it finds it, for those who may know of it; what is typed is kept nowhere."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.domain.case_life import SUPERVISOR, Actor
from hotline.domain.rights import Sight
from hotline.domain.sounds import readings
from hotline.store.finding import find, query_of
from hotline.store.tables import LookRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tests.console.a_day import HOSTILE, employ, plant
from tests.console.conftest import a_turn, log_in


@pytest.fixture
def day(store: Store, a_call: int) -> Store:
    employ(store)
    plant(store)
    with store.open() as office:
        office.records.know_resident("13812341234", name="王桂花", village="V01")
        office.commit()
    return store


def asked(client: FlaskClient, text: str) -> str:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/search").text)
    assert token
    answer = client.post("/search", data={"text": text, "csrf_token": token[1]}, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    return answer.text


def kinds(page: str) -> set[str]:
    return set(re.findall(r"<h2>(\S+)", page))


def test_whatever_one_remembers_finds_it(client: FlaskClient, day: Store) -> None:
    log_in(client)
    wanted = {
        "自来水": {"诉求"},
        "zilaishui": {"诉求"},
        "100001": {"诉求"},
        "200001": {"预约"},
        "王桂花": {"诉求", "预约", "居民"},
        "wangguihua": {"诉求", "预约", "居民"},
        "wgh": {"诉求", "预约", "居民"},
        "1234": {"诉求", "预约", "居民", "通话里说的"},
        "138 1234 1234": {"诉求", "预约", "居民", "通话里说的"},
        "那个": {"通话里说的"},
        "医保": {"通话里说的"},
        "yibao": {"通话里说的"},
        "没办成": {"台账"},
        "火星": set(),
        "": set(),
    }
    assert {text: kinds(asked(client, text)) for text in wanted} == wanted


def test_people_stay_masked_and_words_stay_text(client: FlaskClient, day: Store) -> None:
    log_in(client)
    for text in ("1234", "wgh", "自来水", "那个"):
        page = asked(client, text)
        assert "13812341234" not in page
        assert "王桂花" not in page
        assert HOSTILE not in page
    assert "<mark>自来水</mark>" in asked(client, "自来水")
    assert "138****1234" in asked(client, "1234")


@pytest.mark.parametrize("username", ["liu", "gao", "he", "shen", "zhou"])
def test_a_complaint_about_staff_is_found_by_the_supervisor_alone(
    client: FlaskClient, day: Store, username: str
) -> None:
    log_in(client, username=username)
    for text in ("态度差", "taiducha", "100003"):
        assert bool(kinds(asked(client, text))) == (username == "zhou"), text


def test_a_village_finds_its_own_and_who_may_not_know_tellers_finds_no_case_by_them(
    client: FlaskClient, day: Store
) -> None:
    log_in(client, username="gao")
    assert kinds(asked(client, "路灯")) == {"诉求"}
    assert kinds(asked(client, "自来水")) == set()
    assert kinds(asked(client, "那个")) == set()
    log_in(client, username="shen")
    assert "诉求" not in kinds(asked(client, "wgh"))
    assert "诉求" in kinds(asked(client, "自来水"))


def test_what_is_put_right_is_found_at_once(client: FlaskClient, day: Store, a_call: int) -> None:
    log_in(client)
    assert "通话里说的" not in kinds(asked(client, "残疾证"))
    with day.open() as office:
        office.transcripts.correct(a_call, "我来办残疾证", "liu")
        office.transcripts.note_careful(a_call, "办残疾证")
        office.commit()
    assert "<mark>残疾证</mark>" in asked(client, "残疾证")
    assert kinds(asked(client, "canjizheng")) == {"通话里说的"}


def test_a_name_said_is_not_shown_though_it_is_found(client: FlaskClient, day: Store) -> None:
    with day.open() as office:
        turn = a_turn("")
        turn.key, turn.heard = "name", "我叫赵铁柱"
        office.records.add(turn)
        office.commit()
    log_in(client)
    page = asked(client, "赵铁柱")
    assert kinds(page) == {"通话里说的"}
    assert "＊＊＊" in page
    assert "铁柱" not in page


@pytest.mark.parametrize(
    "text",
    ["'; DROP TABLE turns; --", '" OR words MATCH "x', "a* NEAR(b c)", "%_\\", "\x00\x01", "水" * 5000, HOSTILE],
)
def test_hostile_words_do_no_harm(client: FlaskClient, day: Store, text: str) -> None:
    log_in(client)
    assert HOSTILE not in asked(client, text)
    assert kinds(asked(client, "自来水")) == {"诉求"}


def test_what_was_sought_is_kept_nowhere(client: FlaskClient, day: Store, caplog: Any) -> None:
    log_in(client)
    asked(client, "王桂花")
    with day.open() as office:
        (look,) = office.session.scalars(select(LookRow).where(LookRow.kind == "look"))
    assert look.what == "search: cases 2, appointments 2, residents 1"
    assert "王桂花" not in caplog.text
    assert client.get("/search?text=王桂花").text.count("王桂花") == 0


def test_the_box_is_on_every_page_and_answers_with_a_whole_one(client: FlaskClient, day: Store) -> None:
    log_in(client)
    page = client.get("/today").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    assert "data-search" in page
    answer = client.post("/search", data={"text": "自来水", "csrf_token": token[1]})
    assert "<html" in answer.text
    assert "<mark>自来水</mark>" in answer.text
    assert client.post("/search", data={"text": "自来水"}).status_code == 400


def test_both_databases_find_the_same(postgres_url: str) -> None:
    upgrade(postgres_url)
    store = Store(postgres_url)
    plant(store)
    with store.open() as office:
        office.records.know_resident("13812341234", name="王桂花", village="V01")
        office.commit()
        for text, count in (
            ("自来水", 1),
            ("zilaishui", 1),
            ("那", 1),
            ("那个", 1),
            ("wgh", 2),
            ("1234", 2),
            ("没办成", 1),
        ):
            fits = find(office.session, query_of(text), Sight(confidential=True), Actor("zhou", SUPERVISOR))
            found = sum(map(bool, (fits.cases, fits.turns, fits.ledger, fits.appointments, fits.residents)))
            assert found >= count, text
    store.close()


def test_letters_are_cut_into_every_way_they_may_be_said() -> None:
    assert readings("xian") == ["sxian", "sxi san"]
    assert readings("yi bao") == ["syi sbao", "syi sba so"]
    assert readings("zzz") == readings("医保") == readings("a") == []
    assert len(readings("xianxianxianxianxianxianxian")) <= 8
