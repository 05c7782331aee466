"""Administration: who works here, the town's lists with a preview, backups, and the audit trail on screen."""

from __future__ import annotations

import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from hotline.backups import FOLDER
from hotline.cli import cli
from hotline.domain.lists import SHAPES
from hotline.store.tables import LookRow, StaffRow
from tests.console.conftest import PASSWORD
from tests.console.hall import Hall, token_of, town_hall


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with town_hall(tmp_path) as hall:
        yield hall


def person(hall: Hall, who: str) -> StaffRow:
    with hall.store.open() as office:
        return office.session.get_one(StaffRow, who)


def page(hall: Hall, path: str, who: str = "administrator") -> str:
    return hall.as_(who).get(path).text


def test_somebody_new_comes_in_with_the_password_they_are_told(hall: Hall) -> None:
    form = {"username": "wang", "name": "王<b>五", "role": "village", "place": "window", "village": "V02"}
    status, shown = hall.post("administrator", "/admin/staff", **form)
    found = re.search(r"<code>((?:[a-z0-9]{4}-){3}[a-z0-9]{4})</code>", shown)
    assert status == 200
    assert found
    row = person(hall, "wang")
    assert (row.role, row.place, row.village) == ("village", "", "V02"), "a village's clerk sits at no desk"
    assert "王&lt;b&gt;五" in page(hall, "/admin/staff")
    assert found[1] not in page(hall, "/admin/staff/wang"), "shown once"
    client = hall.app.test_client()
    given = {"username": "wang", "password": found[1], "csrf_token": token_of(client)}
    client.post("/login", data=given)
    assert client.get("/today").location == "/me"


@pytest.mark.parametrize(
    ("form", "says"),
    [({"username": "1x"}, "用户名只能"), ({"username": "window"}, "已经有了"), ({"name": ""}, "请写姓名"),
     ({"role": "king"}, "没有这个岗位"), ({"place": "roof"}, "没有这个位置"),
     ({"place": "window:x"}, "没有这个位置"),
     ({"role": "village", "village": "V99"}, "没有这个位置"), ({"name": "a\u202eb"}, "请写姓名")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(hall: Hall, form: dict[str, str], says: str) -> None:
    whole = {"username": "neu", "name": "新人", "role": "clerk", "place": "window"}
    assert hall.post("administrator", "/admin/staff", **(whole | form))[0] == 302
    assert says in page(hall, "/admin/staff")


def test_the_last_administrator_stays_one(hall: Hall) -> None:
    hall.post("administrator", "/admin/staff/administrator/lock", locked="1")
    assert "最后一个管理员" in page(hall, "/admin/staff")
    hall.post("administrator", "/admin/staff/administrator", name="x", role="clerk", place="window")
    assert person(hall, "administrator").role == "administrator"
    hall.post("administrator", "/admin/staff/spare", name="备用", role="administrator")
    hall.post("administrator", "/admin/staff/administrator/lock", locked="1")
    assert person(hall, "administrator").locked


def test_who_is_locked_is_out_at_once_and_comes_in_no_more(hall: Hall) -> None:
    client = hall.as_("window")
    hall.post("administrator", "/admin/staff/window/lock", locked="1")
    assert client.get("/today").location == "/login"
    fresh = hall.app.test_client()
    form = {"username": "window", "password": PASSWORD, "csrf_token": token_of(fresh)}
    assert fresh.post("/login", data=form).status_code == 401
    hall.post("administrator", "/admin/staff/window/lock", locked="0")
    assert fresh.post("/login", data=form | {"csrf_token": token_of(fresh)}).status_code == 302


def test_every_change_of_staff_is_in_the_trail(hall: Hall) -> None:
    hall.post("administrator", "/admin/staff/spare", name="备用", role="supervisor")
    hall.post("administrator", "/admin/staff/spare/password")
    with hall.store.open() as office:
        found = [row.what for row in office.session.scalars(select(LookRow).where(LookRow.kind == "staff"))]
    assert found == ["staff spare: name 备用, role supervisor", "staff spare: new password, second factor off"]


def upload(hall: Hall, name: str, raw: bytes) -> str:
    client = hall.as_("administrator")
    form = {"csrf_token": token_of(client, known=True), "file": (io.BytesIO(raw), name)}
    return client.post("/admin/lists", data=form, follow_redirects=True).text


def shipped(name: str) -> str:
    return (Path(__file__).parents[2] / "hotline/data" / name).read_text("utf8")


def test_a_list_is_shown_before_it_counts_and_put_back_after(hall: Hall) -> None:
    changed = shipped("grievance-topics.tsv").replace("防溺水隐患", "防溺水<i>隐患")
    assert "防溺水<i>隐患" in changed
    shown = upload(hall, "topics.tsv", changed.encode())
    assert "防溺水&lt;i&gt;隐患" in shown
    assert "示范镇的清单" in page(hall, "/admin/lists"), "nothing is changed yet"
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', shown)
    assert digest
    hall.post("administrator", "/admin/lists/accept", digest=digest[1], based_on="5")
    assert "请再看一遍" in page(hall, "/admin/lists")
    shown = upload(hall, "topics.tsv", changed.encode())
    hall.post("administrator", "/admin/lists/accept", digest=digest[1], based_on="0", note="试试")
    assert "第 1 版" in page(hall, "/admin/lists")
    assert "防溺水&lt;i&gt;隐患" in page(hall, "/admin/lists/topics")
    hall.post("administrator", "/admin/lists/0/restore", based_on="1")
    assert "防溺水&lt;i&gt;隐患" not in page(hall, "/admin/lists/topics")
    assert "换回第 0 版" in page(hall, "/admin/lists")


def test_every_list_is_read_in_the_towns_own_words(hall: Hall) -> None:
    services = page(hall, "/admin/lists/services")
    for said in ("事项名称", "俗称", "身份证", "只受理", "<td>否</td>"):
        assert said in services, said
    for name, shape in SHAPES.items():
        shown = page(hall, f"/admin/lists/{name}")
        for column in shape.columns:
            assert f">{column.name}<" not in shown, (name, column.name)
        assert not re.search("<td>(True|False|town|village|full|accept-only|workday|mon)</td>", shown), name


def test_a_village_is_called_by_its_name_where_somebody_is_placed_in_it(hall: Hall) -> None:
    shown = page(hall, "/admin/staff")
    assert re.search(r'<option value="village:V01"[^>]*>便民站 · 青山村</option>', shown)
    assert re.search(r'<option value="V01"[^>]*>青山村</option>', shown)
    assert "<td>青山村" in shown, "the village's clerk"


def test_a_desk_in_a_village_is_a_station(hall: Hall) -> None:
    assert "<td>村站</td>" in page(hall, "/admin/lists/desks")
    assert "<td>村里</td>" in page(hall, "/admin/lists/services"), "anywhere in the village"


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [("topics.tsv", b"id\tname\nG1\t\xff\xfe\n", "处错"), ("topics.tsv", b"nothing\n1\n", "处错"),
     ("evil.exe", b"MZ", "请用 .xlsx"), ("../../etc/passwd", b"x", "请用 .xlsx"),
     ("bomb.xlsx", b"PK\x03\x04no zip", "处错"),
     ("topics.tsv", b"x" * (8 * 2**20 + 1), "请用 .xlsx"), ("a.yaml", b"a: &a [*a]\n", "处错"),
     ("..\\..\\x.csv", b"a\n", "处错")],
)  # fmt: skip
def test_a_file_that_is_no_list_is_refused_and_lies_nowhere_else(
    hall: Hall, name: str, raw: bytes, says: str
) -> None:
    assert says in upload(hall, name, raw)
    assert "示范镇的清单" in page(hall, "/admin/lists")
    data = hall.settings.data_dir
    assert {path.name for path in data.iterdir()} <= {"uploads", "recordings", "session-key", "hall.sqlite",
                                                      "hall.sqlite-wal", "hall.sqlite-shm", "exchange-account",
                                                      "exchange-token", "proofs"}  # fmt: skip


@pytest.mark.parametrize("digest", ["", "../..", "0" * 64, "a/b", "%2e%2e"])
def test_only_what_was_shown_is_taken_in(hall: Hall, digest: str) -> None:
    assert hall.post("administrator", "/admin/lists/accept", digest=digest, based_on="0")[0] == 404


def test_a_backup_is_whole_checked_and_knows_the_head_of_the_trail(hall: Hall) -> None:
    hall.post("administrator", "/admin/backups")
    folder = hall.settings.data_dir / FOLDER
    copy = next(folder.glob("*.sqlite"))
    assert copy.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("select count(*) from residents").fetchone() == (2,)
    told = json.loads(Path(f"{copy}.json").read_text("utf8"))
    with hall.store.open() as office:
        place, _, seal = told["head"].partition(":")
        kept = office.session.scalar(select(LookRow.seal).where(LookRow.place == int(place)))
    assert kept == seal
    assert told["sha256"][:12] in page(hall, "/admin/backups")
    copy.write_bytes(copy.read_bytes() + b"x")
    assert "内容变了" in page(hall, "/admin/backups", "auditor")
    copy.unlink()
    assert "文件不见了" in page(hall, "/admin/backups")


def test_the_trail_is_filtered_and_a_line_that_was_changed_is_named(hall: Hall) -> None:
    for path in ("/calls", "/calls/CA1"):
        hall.as_("window").get(path)
    shown = page(hall, "/admin/audit?who=window&kind=look&check=1", "auditor")
    assert "链条完好" in shown
    assert "通话 CA1" in shown
    assert 'title="call CA1"' in shown, "and as it is sealed"
    assert "calls page 0" not in page(hall, "/admin/audit?what=CA1")
    with hall.store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER looks_stay_update"))
        connection.execute(text("UPDATE looks SET what = 'call CA9' WHERE what = 'call CA1'"))
        place = connection.scalar(text("SELECT place FROM looks WHERE what = 'call CA9'"))
    assert f"第 {place} 条被改过" in page(hall, "/admin/audit?check=1")


def test_the_commands_say_the_same(hall: Hall) -> None:
    run = CliRunner()
    env = {"HOTLINE_DATA_DIR": str(hall.settings.data_dir), "HOTLINE_DATABASE_URL": str(hall.store.engine.url)}
    hall.as_("window").get("/calls")
    whole = run.invoke(cli, ["audit", "verify", "--json"], env=env)
    told = json.loads(whole.stdout)
    assert (whole.exit_code, told["whole"]) == (0, True)
    assert run.invoke(cli, ["audit", "verify", "--head", told["head"]], env=env).exit_code == 0
    assert run.invoke(cli, ["audit", "verify", "--head", "1:x"], env=env).exit_code == 2
    made = run.invoke(cli, ["backup", "make", "--json"], env=env)
    assert json.loads(made.stdout)[0]["name"].endswith(".sqlite")
    assert run.invoke(cli, ["backup", "list"], env=env).exit_code == 0
    with hall.store.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER looks_stay_delete"))
        connection.execute(text("DELETE FROM looks WHERE place = 1"))
    broken = run.invoke(cli, ["audit", "verify"], env=env)
    assert broken.exit_code == 1
    assert broken.stdout.startswith("line 1: it is not there")


def test_queues_that_cannot_be_reached_are_said_so(hall: Hall) -> None:
    assert "管理" in page(hall, "/admin")
