"""Cases on the board, in the table and by themselves: who sees which, every move, and two who move at once."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hotline.domain.case_moves import LONGEST_REASON
from hotline.store.tables import GrievanceRow, MessageRow
from hotline.store.unit_of_work import Store
from tests.console.case_hall import Hall
from tests.console.office_day import busy_day


@pytest.fixture
def hall(client: FlaskClient, store: Store) -> Hall:
    return Hall(client, store, busy_day(store))


def test_the_board_has_a_column_for_each_part_of_the_way(hall: Hall) -> None:
    hall.enter("wen")
    page = hall.see("/cases")
    for heading in ("待派单", "待签收", "办理中", "待审核", "待回访", "已结束"):
        assert heading in page
    for code in hall.codes.values():
        assert f'data-card="{code}"' in page
    assert "签收超时 16 小时" in page
    assert "等材料，已等 2 天" in page
    assert "危险" in page


def test_names_and_numbers_are_masked_wherever_a_case_is_shown(hall: Hall) -> None:
    hall.enter("liu")
    for path in ("/cases", "/cases/table", f"/cases/{hall.codes['new']}", f"/cases/{hall.codes['new']}/moves"):
        page = hall.see(path)
        assert "王桂花" not in page
        assert "13812341234" not in page
        assert "王*花" in page


@pytest.mark.parametrize(("username", "sees"), [("wen", True), ("liu", False), ("admin", False), ("fu", False)])
def test_what_is_confidential_is_the_supervisors_alone(hall: Hall, username: str, sees: bool) -> None:
    hall.enter(username)
    code = hall.codes["secret"]
    for path in ("/cases", "/cases/table"):
        assert (code in hall.see(path)) is sees
    for path in (f"/cases/{code}", f"/cases/{code}/moves"):
        assert hall.client.get(path).status_code == (200 if sees else 404)
    if not sees and username != "admin":
        assert hall.move("secret", "dispatch").status_code in (403, 404)
        assert hall.status("secret") == "accepted"


def test_who_is_complained_about_never_sees_the_case(hall: Hall) -> None:
    with hall.store.open() as office:
        office.session.execute(
            update(GrievanceRow).where(GrievanceRow.code == hall.codes["new"]).values(accused=["刘干事"])
        )
        office.commit()
    hall.enter("liu")
    assert hall.client.get(f"/cases/{hall.codes['new']}").status_code == 404
    assert f'data-card="{hall.codes["new"]}"' not in hall.see("/cases")


def test_who_does_not_work_on_cases_sees_them_without_who_told(hall: Hall) -> None:
    for username in ("admin", "audit"):
        hall.enter(username)
        page = hall.see(f"/cases/{hall.codes['new']}")
        assert "138****1234" not in page
        assert "王*花" in page
    assert "现在没有您能做的" in page
    assert hall.move("new", "dispatch").status_code == 403


def test_a_village_sees_and_moves_its_own_cases_only(hall: Hall) -> None:
    hall.enter("fu")
    page = hall.see("/cases")
    assert hall.codes["new"] in page
    assert hall.codes["work"] not in page
    assert hall.client.get(f"/cases/{hall.codes['work']}").status_code == 404
    assert hall.move("work", "answer", reason="好了").status_code == 404
    assert hall.status("work") == "handling"


def test_a_clerk_sends_a_case_to_whom_the_list_of_officers_proposes(hall: Hall) -> None:
    hall.enter("liu")
    page = hall.see(f"/cases/{hall.codes['new']}?move=dispatch")
    assert 'id="move-dispatch" open' in page
    assert "规划建设办（责任田：郭建国）" in page
    answer = hall.move("new", "dispatch", unit="规划建设办")
    assert (answer.status_code, answer.location) == (302, f"/cases/{hall.codes['new']}")
    page = hall.see(answer.location)
    assert "派单，已派单" in page
    assert "单位：规划建设办" in page
    assert "刘干事" in page
    with hall.store.open() as office:
        told = office.session.scalars(select(MessageRow.body).where(MessageRow.to == "13812341234")).all()
        assert any(hall.codes["new"] in text for text in told)


MOVES: list[tuple[str, str, dict[str, Any], str]] = [
    ("new", "answer_at_once", {"reason": "已当场说明"}, "answered_at_once"),
    ("new", "refuse", {"reason": "已在法院"}, "refused"),
    ("new", "hand_over", {"reason": "归市里管"}, "handed_over"),
    ("new", "urge", {"reason": "很急"}, "accepted"),
    ("new", "classify", {"kind": "complaint", "village": "V02", "urgency": "urgent"}, "accepted"),
    ("sent", "sign", {}, "signed"),
    ("sent", "return", {"reason": "不归我们管"}, "returned"),
    ("sent", "reassign", {"unit": "民政办", "reason": "更合适"}, "dispatched"),
    ("work", "pause", {"reason": "缺照片"}, "handling"),
    ("work", "extend", {"days": "5", "reason": "下雨"}, "handling"),
    ("work", "answer", {"reason": "清好了"}, "answered"),
    ("paused", "resume", {}, "signed"),
    ("answered", "send_back", {"reason": "写清楚"}, "handling"),
    ("answered", "review", {}, "reviewed"),
    ("reviewed", "call_back", {}, "called_back"),
    ("reviewed", "reopen", {"reason": "没解决"}, "handling"),
    ("closed", "archive", {}, "archived"),
]


@pytest.mark.parametrize(("which", "move", "form", "status"), MOVES)
def test_every_move_is_made_by_its_form(
    hall: Hall, which: str, move: str, form: dict[str, Any], status: str
) -> None:
    hall.enter("wen")
    assert f'id="move-{move}"' in hall.see(f"/cases/{hall.codes[which]}")
    assert hall.move(which, move, **form).status_code == 302
    assert hall.status(which) == status


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    ("new", "sign", {}, "不在这一步"),
    ("new", "refuse", {"reason": "  "}, "请写明原因"),
    ("new", "refuse", {"reason": "长" * (LONGEST_REASON + 1)}, "写得太长"),
    ("new", "dispatch", {"unit": "没有这个单位"}, "没有这个单位"),
    ("new", "merge", {"into": "000000"}, "只能并到"),
    ("new", "merge", {"into": "../../etc"}, "只能并到"),
    ("new", "classify", {"kind": "x"}, "填得不对"),
    ("new", "classify", {"village": "V99"}, "填得不对"),
    ("work", "extend", {"days": "11", "reason": "x"}, "1到10个工作日"),
    ("work", "extend", {"days": "²", "reason": "x"}, "1到10个工作日"),
    ("work", "extend", {"days": "1e3", "reason": "x"}, "1到10个工作日"),
    ("paused", "answer", {"reason": "好了"}, "等材料"),
    ("new", "urge", {"reason": "a\0b"}, "填得不对"),
]


@pytest.mark.parametrize(("which", "move", "form", "says"), REFUSED)
def test_a_move_that_cannot_be_is_refused_in_words_and_nothing_changes(
    hall: Hall, which: str, move: str, form: dict[str, Any], says: str
) -> None:
    hall.enter("wen")
    before = hall.version(which)
    answer = hall.move(which, move, **form)
    assert answer.status_code == 409
    assert says in answer.text
    assert hall.version(which) == before


@pytest.mark.parametrize("move", ["accept", "join", "leave", "nonsense", ""])
def test_what_is_no_move_is_not_understood(hall: Hall, move: str) -> None:
    hall.enter("wen")
    assert hall.move("new", move, reason="x").status_code == 400


def test_of_two_who_move_at_once_the_second_reads_who_was_quicker_and_keeps_their_words(hall: Hall) -> None:
    hall.enter("wen")
    seen = hall.version("work")
    assert hall.move("work", "urge", reason="村民又来电了").status_code == 302
    hall.enter("liu")
    with hall.store.open() as office:
        office.session.execute(
            update(GrievanceRow).where(GrievanceRow.code == hall.codes["work"]).values(taken_by="liu")
        )
        office.commit()
    answer = hall.move("work", "answer", reason="垃圾已经清走，池子也冲过了", version=seen)
    page = unescape(answer.text)
    assert answer.status_code == 409
    for shown in ("别人已经动过", "文所长", "督办", "村民又来电了", ">垃圾已经清走，池子也冲过了</textarea>"):
        assert shown in page
    assert hall.status("work") == "handling"
    assert hall.move("work", "answer", reason="垃圾已经清走，池子也冲过了").status_code == 302


def test_what_was_typed_is_kept_even_where_the_move_is_gone(hall: Hall) -> None:
    hall.enter("wen")
    seen = hall.version("sent")
    assert hall.move("sent", "sign").status_code == 302
    page = hall.move("sent", "reassign", version=seen, reason="换一家").text
    assert "换一家" in page
    assert hall.move("sent", "start").status_code == 302
    assert hall.move("sent", "answer", reason="好了").status_code == 302
    page = hall.move("sent", "answer", version=seen, reason="我写了半天的答复").text
    assert "我写了半天的答复</textarea>" in page
    assert "readonly" in page
