"""Point 7, administration: people, lists, hours, texts, what is kept, the trail, queues, models."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from hotline.backups import FOLDER
from hotline.config import Settings
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Store
from tests.console.test_in_browser import press
from tests.nine_points.bookings import books
from tests.nine_points.conftest import Sits
from tests.nine_points.desk import Desk
from tests.nine_points.handsets import Lines
from tests.service.process import ServiceProcess

pytestmark = pytest.mark.browser

OWN = "orchard ladder nine"


@pytest.fixture
def root(sits: Sits) -> Desk:
    """The administrator's desk."""
    desk = sits("administrator")
    press(desk.page, "g", "m")
    expect(desk.page.get_by_role("heading", name="管理", exact=True)).to_be_visible()
    desk.reads()
    return desk


def test_queues_workers_and_the_model_in_use_are_seen_at_work(root: Desk, service: ServiceProcess) -> None:
    table = root.page.locator("section", has=root.page.get_by_role("heading", name="队列"))
    queues = table.locator("tbody tr").all()
    assert len(queues) >= 3
    for row in queues:
        expect(row.locator("td").last).to_have_text("1")  # a worker
    models = root.page.locator("section", has=root.page.get_by_role("heading", name="语音模型"))
    expect(models).to_contain_text(f"识别用的是：{service.asr}")


def test_how_long_things_are_kept_is_told(root: Desk) -> None:
    kept = root.page.locator("section", has=root.page.get_by_role("heading", name="保存多久"))
    expect(kept).to_contain_text("30 天")
    expect(kept).to_contain_text("本人要求")


def test_somebody_new_comes_in_with_a_password_that_is_told_once_and_is_locked_out(
    root: Desk, door: object, sits: Sits, records: Store
) -> None:
    page = root.page
    root.goes("/admin/staff")
    page.get_by_label("用户名（字母和数字）").fill("xie")
    page.get_by_label("姓名").fill("谢新来")
    page.get_by_label("岗位").select_option(value="clerk")
    page.get_by_label("窗口人员在哪里").select_option(value="window:1")
    page.get_by_role("button", name="加上").click()
    told = page.get_by_role("status").locator("code")
    expect(told).to_have_text(re.compile(r"^(\w{4}-){3}\w{4}$"))
    once = told.inner_text()
    root.reads()
    new = door()  # type: ignore[operator]
    new.comes_in("xie", once)
    new.sees("您用的是管理员给的一次性密码")
    new.page.get_by_label("现在的密码", exact=True).first.fill(once)
    new.page.get_by_label("新密码", exact=True).fill(OWN)
    new.page.get_by_label("新密码，再写一遍").fill(OWN)
    new.page.get_by_role("button", name="换密码").click()
    new.page.goto("/today")
    expect(new.page.get_by_role("heading", name="今天")).to_be_visible()
    root.goes("/admin/staff/xie")
    page.get_by_role("button", name="停用：不能再登录").click()
    root.sees("停用了，登录也退出了。")
    new.page.goto("/today")
    expect(new.page.get_by_role("heading", name="工作人员登录")).to_be_visible()
    new.complaints.clear()  # what the page listened to was shut as well
    with records.open() as office:
        row = office.session.get_one(StaffRow, "xie")
        assert (row.name, row.place, row.locked) == ("谢新来", "window:1", True)


def test_a_list_is_shown_before_it_counts_and_the_next_booking_is_told_of_it(
    root: Desk, service: ServiceProcess, tmp_path: Path, telephones: Lines
) -> None:
    page = root.page
    subprocess.run(
        [sys.executable, "-m", "hotline.cli", "catalogue", "export", str(tmp_path / "lists")],
        env=service.environment, check=True, capture_output=True,
    )  # fmt: skip
    (kept,) = (tmp_path / "lists").glob("services.*")
    lines = kept.read_text("utf-8-sig").splitlines()
    (row,) = (n for n, line in enumerate(lines) if line.startswith("12,"))
    lines[row] = lines[row].replace("身份证", "身份证|两寸照片", 1)
    kept.write_text("\n".join(lines), "utf8")
    root.goes("/admin/lists")
    before = page.get_by_role("heading", level=1).inner_text()
    page.get_by_label("文件", exact=True).set_input_files(kept)
    page.get_by_role("button", name="看看会改什么").click()
    expect(page.locator("ins")).to_contain_text("两寸照片")
    expect(page.locator("del")).not_to_contain_text("两寸照片")
    root.reads()
    page.get_by_label("为什么改（记进版本里）").fill("要两寸照片")
    page.get_by_role("button", name="照这样生效").click()
    page.wait_for_load_state("load")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before)
    root.goes("/admin/lists/services")
    expect(page.locator("tr", has_text="老年人优待证")).to_contain_text("两寸照片")
    with telephones.plugged("13907379701") as his:
        booked = books(root, "颜大山", "13907379701")
        assert "两寸照片" in his.reads(booked.code)
    root.goes("/admin/lists")
    page.get_by_role("button", name="换回这一版").first.click()
    page.wait_for_load_state("load")
    root.goes("/admin/lists/services")
    expect(page.locator("tr", has_text="老年人优待证")).not_to_contain_text("两寸照片")


def test_a_text_is_put_otherwise_shown_first_and_the_next_resident_reads_it(root: Desk, telephones: Lines) -> None:
    page = root.page
    root.goes("/admin/texts")
    root.goes("/admin/texts/sms.booked")
    field = page.get_by_label("文字")
    field.fill(field.input_value().replace("预约成功", "位子给您留好了"))
    page.get_by_role("button", name="先看会改什么").click()
    expect(page.locator("main dd").last).to_contain_text("位子给您留好了")
    root.reads()
    press(page, "s")
    page.wait_for_url("**/admin/texts")
    root.sees("位子给您留好了")
    with telephones.plugged("13907379702") as hers:
        booked = books(root, "颜小芳", "13907379702")
        assert "位子给您留好了" in hers.reads(booked.code)
    root.goes("/admin/texts/sms.booked")
    page.get_by_role("button", name="用回原来的").click()
    press(page, "s")
    page.wait_for_url("**/admin/texts")
    root.sees("预约成功")


def test_calling_hours_are_shown_before_they_are_written_down(root: Desk, settings: Settings) -> None:
    page = root.page
    for ends in ("00:01", "00:00"):  # and back: nobody's text shall wait
        root.goes("/admin/hours")
        page.locator('input[name="quiet_end"]').fill(ends)
        page.get_by_role("button", name="先看会改什么").click()
        root.sees("早上八点前、晚上九点后打电话，会吵醒人")
        expect(page.get_by_role("region", name="会改什么").locator("td").last).to_contain_text(ends)
        root.reads()
        press(page, "s")
        expect(page.get_by_role("heading", name="什么时候打电话、发短信")).to_be_visible()
        kept = tomllib.loads((settings.data_dir / "contact.toml").read_text("utf8"))
        assert kept["texts"]["quiet"] == ["00:00", ends]
    before = tomllib.loads((settings.data_dir / "contact.toml.before").read_text("utf8"))
    assert before["texts"]["quiet"] == ["00:00", "00:01"]


def test_a_backup_is_made_and_is_whole(root: Desk, settings: Settings) -> None:
    page = root.page
    root.goes("/admin/backups")
    page.get_by_role("button", name="现在备份一次").click()
    made = page.locator("tbody tr").first
    expect(made).to_contain_text(".sqlite")
    root.reads()
    copy = settings.data_dir / FOLDER / made.locator("th").inner_text()
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("pragma integrity_check").fetchone() == ("ok",)
        assert opened.execute("select count(*) from residents").fetchone()[0] > 50


def test_the_trail_of_all_this_is_whole_from_its_first_line_on(root: Desk) -> None:
    page = root.page
    root.goes("/admin/audit")
    page.get_by_role("button", name="从头查一遍链条").click()
    expect(page.get_by_role("status")).to_contain_text("链条完好")
    page.get_by_label("用户名").fill("administrator")
    page.get_by_label("做了什么").select_option(value="login")
    page.get_by_role("button", name="找", exact=True).click()
    expect(page.locator("tbody tr").first).to_contain_text("登录，从 127.0.0.1")
    root.reads()
