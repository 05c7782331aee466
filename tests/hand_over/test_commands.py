"""`hotline duty` and `hotline callbacks`: the roster read with line-exact errors, tasks taken and done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hotline.clock import utc_now
from hotline.store.tables import CallbackRow, StaffRow
from hotline.store.unit_of_work import Store
from hotline.trouble import Trouble
from tests.office.test_commands import run

HEADING = "line,days,from,to,order,name,number,username\n"
GOOD = HEADING + (
    "ordinary,working,08:30,17:30,1,王强,0737-8812345,wangqiang\n"
    "日常,工作日,08:30,17:30,2,李芳,138 0000 0012,\n"
    "danger,all,00:00,24:00,1,周站长,13800000013,zhou\n"
    "ordinary,2026-10-01..2026-10-03,18:00,08:00,1,陈明,13800000014,\n"
)


def written(folder: Path, text: str, name: str = "duty.csv") -> str:
    path = folder / name
    path.write_text(text, "utf8")
    return str(path)


def test_a_roster_is_imported_shown_and_swapped(tmp_path: Path) -> None:
    assert run(tmp_path, "duty", "import", written(tmp_path, GOOD)).exit_code == 0
    shown = json.loads(run(tmp_path, "duty", "show", "--at", "2026-11-25T09:00", "--json").stdout)
    assert [p["number"] for p in shown["ordinary"]] == ["0737-8812345", "138 0000 0012"]
    assert [p["name"] for p in shown["danger"]] == ["周站长", "王强", "李芳"]
    assert shown["day"] == "working"
    assert len(shown["roster"]) == 8
    assert run(tmp_path, "duty", "swap", "2026-11-25", "王强", "周站长").exit_code == 0
    shown = json.loads(run(tmp_path, "duty", "show", "--at", "2026-11-25T09:00", "--json").stdout)
    assert [p["name"] for p in shown["ordinary"]] == ["周站长", "李芳"]
    assert run(tmp_path, "duty", "swap", "2026-11-25", "王强", "周站长").exit_code == 1
    assert "陈明" in run(tmp_path, "duty", "show").stdout


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "duty", "import", "--dry-run", written(tmp_path, GOOD))
    assert (done.exit_code, done.stdout) == (0, "8 duties would be in place\n")
    assert json.loads(run(tmp_path, "duty", "show", "--json").stdout)["roster"] == []


def test_yaml_is_read_as_well(tmp_path: Path) -> None:
    text = (
        "- {line: ordinary, days: all, from: '00:00', to: '24:00', order: 1, name: 王强, number: '0737-8812345'}\n"
    )
    assert run(tmp_path, "duty", "import", written(tmp_path, text, "duty.yaml")).exit_code == 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("night,all,00:00,24:00,1,王强,13800000011,", "line is 'night'"),
        ("ordinary,someday,00:00,24:00,1,王强,13800000011,", "days is 'someday'"),
        ("ordinary,2026-02-30,00:00,24:00,1,王强,13800000011,", "days is '2026-02-30'"),
        ("ordinary,all,25:00,24:00,1,王强,13800000011,", "from is '25:00'"),
        ("ordinary,all,00:00,24:00,0,王强,13800000011,", "order is '0'"),
        ("ordinary,all,00:00,24:00,1,,13800000011,", "name is empty"),
        ("ordinary,all,00:00,24:00,1,王强,没有,", "number is '没有'"),
        ("ordinary,working,09:00,10:00,1,陈明,13800000014,", "that line 2 gives to 王强"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_kept(tmp_path: Path, line: str, says: str) -> None:
    path = written(tmp_path, GOOD + line + "\n")
    done = run(tmp_path, "duty", "import", path)
    assert isinstance(done.exception, Trouble)
    assert [f"{path}:6: " in p and says in p for p in done.exception.problems] == [True]
    assert json.loads(run(tmp_path, "duty", "show", "--json").stdout)["roster"] == []


@pytest.mark.parametrize(
    "text", ["", "a,b\n", HEADING, HEADING + "ordinary\n", HEADING + 'x,"', "\x00", HEADING + "a," * 99 + "\n"]
)
def test_a_file_that_is_no_roster_is_one_sentence(tmp_path: Path, text: str) -> None:
    assert isinstance(run(tmp_path, "duty", "import", written(tmp_path, text)).exception, Trouble)


@pytest.mark.parametrize("text", ["", "{", "line: x", "- 1", "- [1]", "- {line: [1]}", "- {line: x}"])
def test_yaml_that_is_no_roster_is_one_sentence(tmp_path: Path, text: str) -> None:
    assert isinstance(run(tmp_path, "duty", "import", written(tmp_path, text, "d.yaml")).exception, Trouble)


def test_a_call_back_is_listed_taken_tried_and_done(tmp_path: Path, empty_store: Store) -> None:
    with empty_store.open() as office:
        office.session.add(
            StaffRow(username="wangqiang", name="王强", role="clerk", password_hash="", created_at=utc_now())
        )
        office.callbacks.add(
            CallbackRow(
                number="13900000001", reason="asked", conversation="c1", state="open", text="要找人",
                due_at=utc_now(), created_at=utc_now(),
            )
        )  # fmt: skip
        office.commit()
    [view] = json.loads(run(tmp_path, "callbacks", "--due", "--json").stdout)
    assert (view["said"], view["late"], view["state"]) == ("要找人", True, "open")
    who = ("--as", "wangqiang")
    assert run(tmp_path, "callbacks", "done", "1", *who, "--note", "好了").exit_code == 1
    assert json.loads(run(tmp_path, "callbacks", "take", "1", *who).stdout)["owner"] == "wangqiang"
    assert json.loads(run(tmp_path, "callbacks", "tried", "1", *who).stdout)["tries"] == 1
    assert json.loads(run(tmp_path, "callbacks", "--due", "--json").stdout) == []
    assert run(tmp_path, "callbacks", "done", "1", *who, "--note", "讲清楚了").exit_code == 0
    [view] = json.loads(run(tmp_path, "callbacks", "--all", "--json").stdout)
    assert (view["state"], view["note"]) == ("done", "讲清楚了")
    assert run(tmp_path, "callbacks").exit_code == 0
