"""The weekly callback on screen: the draw explained and checked, held with care, the list for a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.config import Settings
from hotline.store.survey_draw import Wish, keep_draw
from hotline.store.tables import LedgerRow, LookRow, SurveyAnswerRow, SurveyPersonRow, SurveyRow, WalkInRow
from hotline.store.unit_of_work import Store
from tests.console.conftest import NOW, Clock
from tests.console.ledger_room import employ, entering, sent

Enter = Callable[[str], FlaskClient]
WEEK = "2026-W47"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def drawn(store: Store) -> int:
    """A week's draw of five out of twelve served, one of them without a number; gives the survey's id."""
    employ(store)
    with store.open() as office:
        for n in range(12):
            office.session.add(
                WalkInRow(
                    day=date(2026, 11, 16 + n % 5), number=f"1390737{n:04}" if n else "", service="1",
                    place="window:1", clerk=("liuf", "zhangjj")[n % 2], imported_at=NOW, digest=f"{n:064}",
                )
            )  # fmt: skip
        office.session.flush()
        made = keep_draw(office, Wish(WEEK, "7", "zhou", 5), NOW)
        office.commit()
    assert made.survey is not None
    return made.survey


@pytest.fixture
def enter(store: Store, settings: Settings, clock: Clock) -> Enter:
    return entering(store, settings, clock)


def survey(store: Store) -> SurveyRow:
    with store.open() as office:
        return office.session.scalars(select(SurveyRow)).one()


def listed(store: Store) -> int:
    """Somebody who is left to a person."""
    with store.open() as office:
        person = office.session.scalars(select(SurveyPersonRow).order_by(SurveyPersonRow.id)).first()
        assert person is not None
        person.state, person.disposition = "listed", "3.13"
        office.commit()
        return person.id


def test_the_draw_says_of_everybody_why_they_are_in_or_out(drawn: int, enter: Enter) -> None:
    client = enter("zhou")
    page = client.get(f"/surveys/{drawn}/draw?check=1").text
    served = ("这一周办过事的有 12 件", "可以抽的有 11 件", "有人定了抽 5 个号码", "种子是 7")
    for shown in (*served, "没有可回访的号码", "在抽样范围，没抽中", "刘芳", "张建军", "一个不差"):
        assert shown in page
    assert not re.search(r"1390737\d{4}", page), "numbers are masked"
    only = client.get(f"/surveys/{drawn}/draw?why=no_number").text
    assert only.count("窗口登记") == 1


def test_a_draw_that_was_tampered_with_is_found_out(drawn: int, enter: Enter, store: Store) -> None:
    with store.open() as office:
        person = office.session.scalars(select(SurveyPersonRow)).first()
        assert person is not None
        person.weight = 99.0
        office.commit()
    assert "和记录不一样" in enter("zhou").get(f"/surveys/{drawn}/draw?check=1").text


def test_it_is_paused_resumed_and_stopped(drawn: int, enter: Enter, store: Store) -> None:
    client, here = enter("zhou"), f"/surveys/{drawn}"
    for move, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        assert sent(client, here, f"{here}/moves", move=move).status_code == 302
        assert survey(store).state == state
    assert "没问到的人不再打" not in client.get(here).text, "nothing more to do once it is stopped"
    with store.open() as office:
        people = office.session.scalars(select(SurveyPersonRow)).all()
        assert {person.state for person in people} == {"done"}


def test_two_at_once_the_second_is_told_how_it_stands(drawn: int, enter: Enter, store: Store) -> None:
    client, here = enter("zhou"), f"/surveys/{drawn}"
    sent(enter("root"), here, f"{here}/moves", move="pause")
    sent(client, here, f"{here}/moves", move="stop", version="1")
    assert survey(store).state == "paused"
    assert "现在是“已暂停”" in client.get(here).text
    sent(client, here, f"{here}/moves", move="pause", version="1")
    assert survey(store).version == 2, "what is so already is done once"


@pytest.mark.parametrize("who", ["zeng", "liuf", "gong"])
def test_clerks_do_not_see_whom_it_asks_about_them(drawn: int, enter: Enter, who: str) -> None:
    client = enter(who)
    for path in ("/surveys", f"/surveys/{drawn}", f"/surveys/{drawn}/draw", f"/surveys/{drawn}/people",
                 "/survey-people/1"):  # fmt: skip
        assert client.get(path).status_code == 403
    assert "/surveys" not in client.get("/today").text


def test_an_auditor_reads_and_changes_nothing(drawn: int, enter: Enter, store: Store) -> None:
    client, who = enter("audit"), listed(store)
    assert client.get(f"/surveys/{drawn}").status_code == 200
    for path in ("/surveys", f"/surveys/{drawn}/moves", f"/survey-people/{who}/told"):
        assert sent(client, "/today", path, move="stop", week=WEEK, attitude="1").status_code == 403
    assert survey(store).state == "drawn"


def test_what_somebody_told_a_person_is_written_down_once(drawn: int, enter: Enter, store: Store) -> None:
    client, who = enter("zhou"), listed(store)
    here, told = f"/survey-people/{who}", f"/survey-people/{who}/told"
    assert f"/survey-people/{who}" in client.get(f"/surveys/{drawn}/people?state=listed").text
    assert sent(client, here, told).status_code == 302
    assert "请至少记一个评分" in client.get(here).text
    sent(client, here, told, attitude="5", efficiency="1", solved="no", remark=f"等了半天 13907370009 {HOSTILE}")
    page = client.get(here).text
    for shown in ("非常不满意", "没办好", "人工问", "139****0009", "&lt;script&gt;"):
        assert shown in page
    assert HOSTILE not in page
    sent(client, "/surveys", told, attitude="1")
    assert "别人已经记过了" in client.get(here).text
    with store.open() as office:
        rated = select(SurveyAnswerRow.level).where(SurveyAnswerRow.key == "attitude")
        assert list(office.session.scalars(rated)) == [5]
        assert [row.kind for row in office.session.scalars(select(LedgerRow))] == ["problem"]


@pytest.mark.parametrize(
    "form",
    [{"attitude": "6"}, {"attitude": "x"}, {"solved": "maybe"}, {"remark": "好" * 501}, {"ended": "vanished"}],
)
def test_an_answer_that_is_none_is_not_written_down(
    drawn: int, enter: Enter, store: Store, form: dict[str, str]
) -> None:
    who = listed(store)
    answer = sent(enter("zhou"), f"/survey-people/{who}", f"/survey-people/{who}/told", **form)
    assert answer.status_code == 400
    with store.open() as office:
        assert office.session.scalars(select(SurveyAnswerRow)).all() == []


def test_a_week_is_drawn_once(store: Store, drawn: int, enter: Enter) -> None:
    client = enter("zhou")
    sent(client, "/surveys", "/surveys", week=WEEK)
    assert "已经抽过样了" in client.get("/surveys").text
    answer = sent(client, "/surveys", "/surveys", week="2026-W46")
    assert "/draw" in answer.location
    for wrong in ("", "2026-W54", "W47", "<x>", "2026-11-16"):
        assert sent(client, "/surveys", "/surveys", week=wrong).status_code == 400


@pytest.mark.parametrize("survey", ["999", "99999999999999999999", "-1", "x"])
def test_one_that_is_none_is_not_found(drawn: int, enter: Enter, survey: str) -> None:
    client = enter("zhou")
    paths = (
        f"/surveys/{survey}",
        f"/surveys/{survey}/draw",
        f"/surveys/{survey}/people",
        f"/survey-people/{survey}",
    )
    assert {client.get(path).status_code for path in paths} == {404}
    assert sent(client, "/surveys", f"/surveys/{survey}/moves", move="stop").status_code == 404


def test_every_look_is_written_down_and_the_part_is_a_part(drawn: int, enter: Enter, store: Store) -> None:
    client = enter("zhou")
    part = client.get(f"/surveys/{drawn}", headers={"HX-Request": "true", "HX-Target": "progress"}).text
    assert "<html" not in part
    for path in (f"/surveys/{drawn}/people", "/survey-people/1"):
        client.get(path)
    with store.open() as office:
        looks = [one.what for one in office.session.scalars(select(LookRow).where(LookRow.kind == "look"))]
    assert looks == [f"survey {drawn}", f"survey {drawn} people page 0", "survey person 1"]
