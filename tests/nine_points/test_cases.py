"""Point 4, cases: what residents wrote goes over the board, is answered with a ready sentence, merged."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.store.tables import CaseEventRow, GrievanceRow
from hotline.store.unit_of_work import Store
from tests.console.test_in_browser import press
from tests.nine_points.complaints import writes
from tests.nine_points.conftest import Sits
from tests.nine_points.desk import Desk
from tests.nine_points.handsets import Lines

pytestmark = pytest.mark.browser

TROUBLE = "桥头的自来水管爆了，水流了一地"
REPLY = "您反映的{topic}问题，{unit}已经到现场修好了。"


def case_of(records: Store, code: str) -> GrievanceRow:
    with records.open() as office:
        return office.session.scalars(select(GrievanceRow).where(GrievanceRow.code == code)).one()


def signs(desk: Desk, code: str) -> None:
    """Drags the card to the next column and signs for it in the form that opens."""
    page = desk.page
    desk.goes("/cases")
    page.locator(f'[data-card="{code}"]').drag_to(page.locator("section.column", has_text="办理中").last)
    form = page.locator("#move-sign")
    expect(form).to_have_attribute("open", "")
    form.get_by_role("button", name="签收").click()
    expect(page.get_by_role("status").first).to_contain_text("已签收")
    desk.reads()


def offers_a_sentence(desk: Desk) -> None:
    """A reply template for answers, written by who arranges the work."""
    page = desk.page
    desk.goes("/cases/replies")
    page.get_by_label("用在哪一步").select_option(label="反馈")
    page.get_by_label("名字").last.fill("路灯修好了")
    page.get_by_label("内容").last.fill(REPLY)
    page.get_by_role("button", name="加上").click()
    expect(page.get_by_role("status").first).to_contain_text("加好了")
    desk.reads()


def test_a_case_goes_over_the_board_and_its_resident_reads_every_step(
    sits: Sits, records: Store, telephones: Lines
) -> None:
    desk = sits("supervisor")
    page = desk.page
    with telephones.plugged("13907379301") as hers:
        code = writes(hers, "邱月英", "路灯坏了一个月了", records)
        assert case_of(records, code).status == "dispatched"
        seen = hers.so_far
        signs(desk, code)
        assert code in hers.reads("已接手在办", since=seen)
        offers_a_sentence(desk)
        answers_by_keyboard(desk, code)
        seen = hers.so_far
        page.goto(f"/cases/{code}")
        page.locator("#move-review summary").click()
        page.locator("#move-review").get_by_role("button", name="审核").click()
        expect(page.get_by_role("status").first).to_contain_text(code)
        assert "已经到现场修好了" in hers.reads("有结果了", since=seen)
    for step in ("受理", "派单", "签收", "反馈", "审核"):
        expect(page.locator("ol.trail")).to_contain_text(step)
    desk.reads()
    with records.open() as office:
        steps = office.session.scalars(
            select(CaseEventRow).where(CaseEventRow.case == case_of(records, code).id).order_by(CaseEventRow.place)
        ).all()
    assert [(one.move, one.actor) for one in steps[-3:]] == [
        ("sign", "supervisor"), ("answer", "supervisor"), ("review", "supervisor"),
    ]  # fmt: skip


def answers_by_keyboard(desk: Desk, code: str) -> None:
    """No mouse: the card's form by `m`, the ready sentence chosen, sent."""
    page = desk.page
    page.goto("/cases")
    page.locator(f'[data-card="{code}"] a').focus()
    press(page, "m")
    answer = page.locator("#move-answer")
    answer.locator("summary").press("Enter")
    answer.get_by_label("常用答复").select_option(label="路灯修好了")
    field = answer.get_by_label("怎么办的、结果怎样？")
    expect(field).to_have_value("您反映的路灯问题，党政综合办已经到现场修好了。")
    answer.get_by_role("button", name="反馈").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("已反馈")


def test_a_card_where_it_may_not_lie_goes_back_and_the_same_trouble_is_merged(
    sits: Sits, records: Store, telephones: Lines
) -> None:
    desk = sits("supervisor")
    page = desk.page
    with telephones.plugged("13907379302") as one, telephones.plugged("13907379303") as other:
        first = writes(one, "邱国强", TROUBLE, records)
        second = writes(other, "邱国富", TROUBLE, records)
        page.goto("/cases")
        page.locator(f'[data-card="{second}"]').drag_to(page.locator("section.column", has_text="待回访").last)
        desk.sees("现在不能放到那里")
        desk.goes(f"/cases/{second}")
        seen = other.so_far
        near = page.locator("ul.near li", has_text=first)
        near.get_by_role("button", name="是同一件，并过去").click()
        expect(page.get_by_role("status").first).to_contain_text("并单")
        assert second in other.reads("并在一起办", since=seen)
    assert any(first in question for question in desk.asked), "asked before it was done"
    assert (case_of(records, second).status, case_of(records, second).main) == ("merged", first)
    assert case_of(records, first).tellers == 2
    desk.goes(f"/cases/{first}")
    desk.sees("2人反映")
