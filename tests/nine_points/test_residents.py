"""Point 4, residents: one history over voice and text, wishes, everything of one person handed out, and erased."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.clock import utc_now
from hotline.person_data import owed
from hotline.store.person import person_of
from hotline.store.tables import ContactWishRow, ErasureRow, LookRow, ResidentRow, SurveyPersonRow
from hotline.store.unit_of_work import Store
from tests.nine_points.conftest import Sits
from tests.nine_points.desk import Desk
from tests.nine_points.handsets import Lines
from tests.nine_points.rung import Rung
from tests.nine_points.waiting import came

pytestmark = pytest.mark.browser


def resident_of(records: Store, number: str) -> ResidentRow:
    query = select(ResidentRow).where(ResidentRow.number.endswith(number[-11:]))
    return came(records, lambda office: office.session.scalars(query).first())


def finds(desk: Desk, number: str, row: ResidentRow) -> None:
    """By the end of the telephone number, which stands in no address."""
    page = desk.page
    desk.goes("/residents")
    page.get_by_label("名字，或电话的后几位").fill(number[-4:])
    page.get_by_role("button", name="找", exact=True).click()
    page.wait_for_load_state("load")
    assert number[-4:] not in page.url
    page.locator(f'a[href="/residents/{row.id}"]').first.click()
    page.wait_for_url(f"**/residents/{row.id}")
    desk.reads()


def test_one_history_over_voice_and_text_and_how_somebody_wishes_to_be_spoken_to(
    sits: Sits, rung: Rung, records: Store, telephones: Lines
) -> None:
    with telephones.plugged(rung.number) as hers:
        hers.writes("我的预约是几时")
    row = resident_of(records, rung.number)
    desk = sits("supervisor")
    page = desk.page
    finds(desk, rung.number, row)
    for kind in ("电话", "发给他的短信", "他发来的短信", "预约"):
        expect(page.locator("ol.trail .tag", has_text=kind).first).to_be_visible()
    page.get_by_label("说慢一点").check()
    page.get_by_label("先找人工").check()
    page.get_by_role("button", name="保存").click()
    desk.sees("保存好了。")
    with records.open() as office:
        wish = office.session.get(ContactWishRow, row.number)
        assert wish is not None
        assert (wish.slow, wish.keypad, wish.human_first) == (True, False, True)
    expect(page.get_by_label("说慢一点")).to_be_checked()
    desk.reads()


def test_everything_of_one_person_is_handed_out_with_a_reason(
    sits: Sits, rung: Rung, records: Store, tmp_path: Path
) -> None:
    row = resident_of(records, rung.number)
    desk = sits("supervisor")
    page = desk.page
    desk.goes(f"/residents/{row.id}")
    page.get_by_label("为什么导出？会记下来。").fill("本人来窗口要的")
    with page.expect_download() as given:
        page.get_by_role("button", name="导出他的全部资料").click()
    given.value.save_as(tmp_path / "hers.zip")
    with zipfile.ZipFile(tmp_path / "hers.zip") as archive:
        names = archive.namelist()
        told = json.loads(archive.read("appointments.json"))
        assert [one["number"][-11:] for one in told] == [rung.number] * len(told)
        assert any(name.startswith("recordings/") and name.endswith(".wav") for name in names)
        about = json.loads(archive.read("about.json"))
    assert about["tables"]["turns"] >= 5
    with records.open() as office:
        look = office.session.scalars(
            select(LookRow).where(LookRow.what == f"exported resident {row.id}", LookRow.username == "supervisor")
        ).one()
        assert look.reason == "本人来窗口要的"


def test_who_wishes_it_is_erased_and_what_the_law_wants_stays_without_a_name(sits: Sits, records: Store) -> None:
    row = somebody_nothing_is_owed_to(records)
    desk = sits("supervisor")
    page = desk.page
    desk.goes(f"/residents/{row.id}")
    page.get_by_role("link", name="按本人要求清除资料…").click()
    desk.sees("依法要留的")
    desk.reads()
    page.get_by_label("为什么清除？（不要写名字）").fill("本人书面申请")
    page.get_by_label("请打上“清除”两个字").fill("清除")
    page.get_by_role("button", name="清除", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("清除好了")
    assert desk.asked == ["清除以后找不回来，确定吗？"]
    with records.open() as office:
        assert not any(person_of(office.session, row.number).rows.values()), "nobody has this number any more"
        erased = office.session.scalars(select(ErasureRow).order_by(ErasureRow.at.desc())).first()
        assert erased is not None
        assert (erased.username, erased.reason) == ("supervisor", "本人书面申请")
        kept = select(SurveyPersonRow).where(SurveyPersonRow.number == erased.pseudonym)
        assert office.session.scalars(kept).first() is not None, "what the figures stand on"
    page.goto(f"/residents/{row.id}")
    desk.sees("没有这一页")
    desk.was_refused(404)


def somebody_nothing_is_owed_to(records: Store) -> ResidentRow:
    """A resident of the simulated weeks who has been asked by a survey that is long over."""
    long_ago = utc_now() - timedelta(days=30)
    asked = select(SurveyPersonRow.number).where(SurveyPersonRow.ended_at < long_ago)
    with records.open() as office:
        for row in office.session.scalars(select(ResidentRow).where(ResidentRow.number.in_(asked))):
            if not owed(person_of(office.session, row.number), utc_now()):
                return row
    raise AssertionError("everybody is owed something")
