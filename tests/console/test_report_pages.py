"""Reports on screen: no bare share, nobody found out, papers signed once, nothing in a file that acts."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from hotline.config import Settings
from hotline.store.tables import LookRow, ReportRow
from hotline.store.unit_of_work import Store
from tests.console.conftest import Clock
from tests.console.ledger_room import employ, entering, sent
from tests.reports.month import FORMULA, filled
from tests.reports.test_papers import bare, words_of
from tests.town import migrated

Enter = Callable[[str], FlaskClient]
BULLETIN, COMMENDATION = "/reports/papers/bulletin/2026-11", "/reports/papers/commendation/2026-Q4"


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town's quarter of callbacks, made once and copied."""
    folder = tmp_path_factory.mktemp("quarter")
    shutil.copy(migrated(), folder / "town.sqlite")
    store = Store(f"sqlite:///{folder / 'town.sqlite'}")
    filled(store, folder)
    employ(store)
    store.close()
    return folder / "town.sqlite"


@pytest.fixture
def town(quarter: Path, tmp_path: Path) -> Store:
    shutil.copy(quarter, tmp_path / "town.sqlite")
    return Store(f"sqlite:///{tmp_path / 'town.sqlite'}")


@pytest.fixture
def enter(town: Store, settings: Settings, clock: Clock) -> Enter:
    clock.now = datetime(2026, 12, 2, 1, tzinfo=UTC)
    return entering(town, settings, clock)


def visible(page: str) -> str:
    """The words of a page, without its marks."""
    body = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.mark.parametrize("by", ["dimension", "service", "place", "clerk", "week", "medium", "nonsense"])
def test_no_share_stands_without_its_interval_and_number(enter: Enter, by: str) -> None:
    page = enter("zhou").get(f"/reports?period=2026-11&by={by}").text
    assert "区间" in page
    table = " ".join(re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page, re.DOTALL))
    assert bare(visible(table)) == []
    data = json.loads(re.findall(r'<script type="application/json" id="bars">(.*?)</script>', page, re.DOTALL)[0])
    assert all(bar["low"] <= bar["share"] <= bar["high"] and bar["n"] >= 5 for bar in data["bars"])


def test_few_answers_are_not_shown_nor_drawn(enter: Enter) -> None:
    page = enter("zhou").get("/reports?period=2026-W41&by=clerk").text
    hidden = re.findall(r"n=([0-4])，少于5人", page)
    assert hidden
    data = json.loads(re.findall(r'id="bars">(.*?)</script>', page, re.DOTALL)[0])
    assert all(bar["n"] >= 5 for bar in data["bars"])


def test_courtesy_is_said_and_who_to_look_into_is_no_verdict(enter: Enter) -> None:
    page = enter("zhou").get("/reports?period=2026-Q4&by=clerk").text
    assert "夏春梅" in page
    assert "差评偏多" in page
    assert "这不是结论" in page


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "2026-W54", "x", "1-Q1", "9999-12", "2026-11<script>"])
def test_a_stretch_that_is_none_is_not_found(enter: Enter, period: str) -> None:
    client = enter("zhou")
    assert client.get("/reports", query_string={"period": period}).status_code == 404
    assert client.get(f"/reports/tables/{period}.xlsx").status_code == 404
    assert client.get(f"/reports/papers/bulletin/{period}").status_code == 404


def test_a_bulletin_is_drafted_read_signed_and_never_changes_after(enter: Enter, town: Store) -> None:
    client = enter("zhou")
    assert client.get(BULLETIN).status_code == 404, "looking makes no paper and takes no number"
    assert sent(client, "/reports/papers", BULLETIN).status_code == 302
    page = client.get(BULLETIN).text
    made_at = re.search(r'name="made_at" value="([^"]+)"', page)
    assert made_at
    assert "未经签发" in client.get(f"{BULLETIN}/page").text
    sent(client, BULLETIN, f"{BULLETIN}/signature", made_at=made_at[1])
    signed = client.get(f"{BULLETIN}/page").text
    assert "未经签发" not in signed
    with town.open() as office:
        office.session.connection().exec_driver_sql("UPDATE survey_answers SET level = 1")
        office.commit()
    sent(client, "/reports/papers", BULLETIN)
    assert "已经签发，不再改" in client.get(BULLETIN).text
    assert client.get(f"{BULLETIN}/page").text == signed
    document = client.get(f"{BULLETIN}/word", buffered=True)
    assert "政务服务电话回访情况的通报" in words_of(document.data).replace("\n", "")


def test_a_draft_written_anew_meanwhile_is_read_again_before_it_is_signed(
    enter: Enter, town: Store, clock: Clock
) -> None:
    client = enter("zhou")
    sent(client, "/reports/papers", BULLETIN)
    made_at = re.search(r'name="made_at" value="([^"]+)"', client.get(BULLETIN).text)
    assert made_at
    clock.now = clock.now.replace(minute=30)
    sent(enter("root"), "/reports/papers", BULLETIN)
    sent(client, BULLETIN, f"{BULLETIN}/signature", made_at=made_at[1])
    assert "稿子又写过一遍" in client.get(BULLETIN).text
    with town.open() as office:
        assert office.session.scalars(select(ReportRow)).one().confirmed_by == ""


def test_a_person_decides_who_is_commended(enter: Enter, town: Store) -> None:
    client = enter("zhou")
    sent(client, "/reports/papers", COMMENDATION)
    made_at = re.search(r'name="made_at" value="([^"]+)"', client.get(COMMENDATION).text)
    assert made_at
    wrong = sent(client, COMMENDATION, f"{COMMENDATION}/signature", made_at=made_at[1], chosen="nobody")
    assert wrong.status_code == 400
    sent(client, COMMENDATION, f"{COMMENDATION}/signature", made_at=made_at[1], chosen="liuf")
    assert "刘芳" in client.get(COMMENDATION).text
    with town.open() as office:
        assert office.session.scalars(select(ReportRow)).one().chosen == ["liuf"]


@pytest.mark.parametrize(
    ("who", "read", "draft", "sign"),
    [("zeng", 403, 403, 403), ("gong", 403, 403, 403), ("audit", 200, 403, 403), ("root", 200, 302, 403)],
)
def test_who_may_read_draft_and_sign(enter: Enter, who: str, read: int, draft: int, sign: int) -> None:
    client = enter(who)
    paths = (
        "/reports",
        "/reports/papers",
        "/reports/board",
        "/reports/board/page",
        "/reports/tables/2026-11.xlsx",
    )
    assert {client.get(path, buffered=True).status_code for path in paths} == {read}
    assert sent(client, "/today", BULLETIN).status_code == draft
    assert sent(client, "/today", f"{BULLETIN}/signature").status_code == sign


def test_nothing_a_resident_said_becomes_a_formula(enter: Enter) -> None:
    client = enter("zhou")
    raw = client.get("/reports/tables/2026-11.xlsx", buffered=True).data
    cells = [cell for sheet in load_workbook(io.BytesIO(raw)) for row in sheet.iter_rows() for cell in row]
    assert any(FORMULA in str(cell.value) for cell in cells), "what was said is there"
    assert all(cell.data_type == "s" for cell in cells if cell.value is not None)
    starts = ("=", "+", "-", "@", "\t", "\r", "|", "%", "＝")
    assert not any(str(cell.value).startswith(starts) for cell in cells if cell.value)
    text = client.get("/reports/tables/2026-11/ledger.csv", buffered=True).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert any(FORMULA in cell for row in rows for cell in row)
    assert not any(cell.startswith(starts) for row in rows for cell in row)
    assert "13907370001" not in text
    assert "妹子发脾气" not in text, "what is confidential is in no file"
    assert client.get("/reports/tables/2026-11/secrets.csv").status_code == 404


def test_the_board_shows_what_everybody_may_read_and_runs_nothing(enter: Enter) -> None:
    client = enter("zhou")
    answer = client.get("/reports/board/page")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script" not in policy
    assert "<b>每个</b>" not in answer.text
    for hidden in ("13907370001", "王桂花", "妹子发脾气", "=cmd"):
        assert hidden not in answer.text
    saved = client.get("/reports/board/page?save=1")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="board.html"'
    assert client.get("/reports/board/feed", buffered=True).data.startswith(b"<?xml")


def test_every_look_is_written_down(enter: Enter, town: Store) -> None:
    client = enter("audit")
    for path in ("/reports?period=2026-11&by=clerk", "/reports/tables/2026-11/ledger.csv", "/reports/board/page"):
        client.get(path, buffered=True)
    with town.open() as office:
        looks = [one.what for one in office.session.scalars(select(LookRow).where(LookRow.kind == "look"))]
    assert looks == ["figures 2026-11 by clerk", "tables 2026-11", "public board"]
