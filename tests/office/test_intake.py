"""Lists as people keep them: every kind of file gives the same lists, and every fault is told with its place."""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from hotline.domain.cells import BadCell
from hotline.domain.lists import SHAPES, completed, read_entries
from hotline.intake import opening
from hotline.intake.opening import read_lists
from hotline.intake.writing import FORMS, write_lists
from hotline.town import DATA, demonstration, read_document

HEADING = "id\tname\tgroups\n"


def told(path: Path) -> list[str]:
    """Every problem of what is read there, cells included."""
    reading = read_lists(path)
    found = list(reading.problems)
    for name, rows in reading.lists.items():
        found += read_entries(SHAPES[name], rows)[1]
    return [str(problem) for problem in found]


def villages(path: Path) -> list[dict[str, Any]]:
    assert told(path) == []
    return [entry.values for entry in read_entries(SHAPES["villages"], read_lists(path).lists["villages"])[0]]


def book(path: Path, sheet: str, rows: list[list[Any]]) -> Path:
    made = Workbook()
    made.worksheets[0].title = sheet
    for row in rows:
        made.worksheets[0].append(row)
    made.save(path)
    return path


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_read_again_as_it_was(tmp_path: Path, form: str) -> None:
    write_lists(demonstration(), tmp_path / "out", form)
    found = read_lists(tmp_path / "out").lists
    assert {n: [e.values for e in read_entries(SHAPES[n], found[n])[0]] for n in found} == demonstration()
    with pytest.raises(FileExistsError):
        write_lists(demonstration(), tmp_path / "out", form)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_text_file_is_read_however_excel_saved_it(tmp_path: Path, encoding: str, mark: str) -> None:
    text = "编号,村名,组数\r\nV01,青山村,7\r\n\r\nV02,竹林村,8\r\n".replace(",", mark)
    (tmp_path / "村.csv").write_bytes(text.encode(encoding))
    assert villages(tmp_path / "村.csv") == [
        {"id": "V01", "name": "青山村", "groups": 7},
        {"id": "V02", "name": "竹林村", "groups": 8},
    ]


def test_a_workbook_in_chinese_is_read_with_its_own_dates_and_numbers(tmp_path: Path) -> None:
    rows = [
        ["类型", "人员", "地点", "开始", "结束", "备注"],
        ["请假", "liuf", None, datetime(2026, 12, 1), date(2026, 12, 3), "年假"],  # noqa: DTZ001
        ["加班", "liuf", "window:1", datetime(2026, 12, 5, 9), datetime(2026, 12, 5, 12), None],  # noqa: DTZ001
    ]
    path = book(tmp_path / "表.xlsx", "请假加班", rows)
    assert told(path) == []
    found = [e.values for e in read_entries(SHAPES["exceptions"], read_lists(path).lists["exceptions"])[0]]
    assert [(f["kind"], f["begins"], f["ends"]) for f in found] == [
        ("leave", "2026-12-01", "2026-12-03"),
        ("extra", "2026-12-05T09:00", "2026-12-05T12:00"),
    ]


def test_a_yaml_file_keeps_its_values_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(
        "clerks:\n  - {id: liuf, name: 刘芳, number: 0731}\n"
        "rosters:\n  - clerk: liuf\n    desk: window\n    days: [mon, fri]\n    hours: 09:00-12:00\n",
        "utf8",
    )
    lists = read_lists(path).lists
    assert lists["clerks"][0].cells["number"] == "0731"
    assert lists["rosters"][0].cells == {
        "clerk": "liuf", "desk": "window", "days": "mon|fri", "hours": "09:00-12:00",
    }  # fmt: skip


def test_every_fault_of_every_file_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "villages.tsv").write_text(HEADING + "V01\t\t7\nV02\t竹林村\t百\nV01\t石桥村\t9\tx\n", "utf8")
    (tmp_path / "rosters.csv").write_text("clerk,desk,days,hours\nliu,window,monday,12:00-09:00\n", "utf8")
    book(tmp_path / "rest.xlsx", "clerks", [["id", "name"], ["liu", "=A1"], ["zh ang", "张"]])
    (tmp_path / "more.yaml").write_text("days:\n  - date: 2026-02-30\n    kind: work\n", "utf8")
    found = told(tmp_path)
    for place in (
        "more.yaml, line 2, column date",
        "rest.xlsx, sheet clerks, line 2, column name: a formula",
        "rest.xlsx, sheet clerks, line 3, column id",
        "rosters.csv, line 2, column days",
        "rosters.csv, line 2, column hours: 12:00-09:00 ends before it begins",
        "villages.tsv, line 2, column name: nothing is written here",
        "villages.tsv, line 3, column groups",
        "villages.tsv, line 4: 'x' stands under no column",
        "villages.tsv, line 4, column id: 'V01' stands on line 2 already",
    ):
        assert any(one.startswith(place) for one in found), (place, found)
    assert len(found) == 9


def test_a_cell_over_several_lines_does_not_shift_the_count(tmp_path: Path) -> None:
    path = tmp_path / "villages.csv"
    path.write_text('id,name,groups\nV01,"青山\n村",7\nV02,竹林村,x\n', "utf8")
    assert [one.split(":")[0] for one in told(path)] == [
        "villages.csv, line 2, column name",
        "villages.csv, line 4, column groups",
    ]


@pytest.mark.parametrize(
    ("heading", "says"),
    [
        ("id\tname\n", "column groups is missing"),
        ("id\tname\tgroup\n", "did you mean groups"),
        ("id\tname\tgroups\tname\n", "column name is there twice"),
        ("# only a remark\n", "not even a line with the names of columns"),
    ],
)
def test_a_wrong_heading_is_told(tmp_path: Path, heading: str, says: str) -> None:
    (tmp_path / "villages.tsv").write_text(heading, "utf8")
    assert any(says in one for one in told(tmp_path))


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("xl/workbook.xml", b"\0" * (80 << 20))
    return out.getvalue()


def with_entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>')
    return out.getvalue()


def hollow() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("readme.txt", "nothing")
    return out.getvalue()


def cut_off() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()[:-200]


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("villages.csv", lambda: b"", "an empty file"),
        ("villages.csv", lambda: b" \r\n ", "an empty file"),
        ("villages.csv", lambda: b"\xff\xff\xfe", "this is no text"),
        ("villages.csv", lambda: b"id,name,groups\nV01,a\0b,7\n", "this is no text"),
        ("villages.csv", lambda: b'id,name,groups\nV01,"a,7\n', "line 2: cannot be read"),
        ("villages.csv", lambda: b"id,name,groups\nV01," + b"x" * 200_000 + b",7\n", "line 2: cannot be read"),
        ("villages.csv", lambda: b"x" * (9 << 20), "is it one?"),
        ("nonsense.csv", lambda: b"id\n", "is no list"),
        ("villages.pdf", lambda: b"%PDF", "no file we read"),
        ("villages.xlsx", lambda: b"", "an empty file"),
        ("villages.xlsx", lambda: b"id,name\n", "not an Excel workbook"),
        ("villages.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 100, "an old or a locked Excel file"),
        ("villages.xlsx", bomb, "unpacks to more"),
        ("villages.xlsx", with_entities, "DOCTYPE"),
        ("villages.xlsx", hollow, "not a workbook"),
        ("villages.xlsx", cut_off, "not an Excel workbook"),
        ("town.yaml", lambda: b"a: [1", "no YAML: did not find"),
        ("town.yaml", lambda: b"- 1\n", "no section for each list"),
        ("town.yaml", lambda: b"cats: []\n", "line 1: 'cats' is no list"),
        ("town.yaml", lambda: b"villages: &a [*a]\n", "a reference"),
        ("town.yaml", lambda: b"villages: " + b"[" * 50_000, "too many lists within lists"),
        ("town.yaml", lambda: b"villages: 3\n", "has no rows"),
        ("town.yaml", lambda: b"villages:\n- 3\n", "line 2: this row has no names"),
        ("town.yaml", lambda: b"villages:\n- id: V01\n  id: V02\n", "line 3, column id: the column id is"),
        ("town.yaml", lambda: b"villages:\n- id: {a: b}\n", "line 2, column id: neither a value"),
        ("town.yaml", lambda: b"villages: []\nvillages: []\n", "line 2: the list of villages is in"),
        ("town.yaml", lambda: b"!!python/object/apply:os.system [x]", "no section"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_told_in_one_line_and_never_raises(
    tmp_path: Path, name: str, raw: Callable[[], bytes], says: str
) -> None:
    (tmp_path / name).write_bytes(raw())
    assert any(says in one for one in told(tmp_path / name)), told(tmp_path / name)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "villages.csv")
    assert "not a file" in told(tmp_path / "villages.csv")[0]
    assert "check that it is there" in told(tmp_path / "gone.csv")[0]
    assert "no list in this folder" in told(tmp_path / "x")[0] if (tmp_path / "x").mkdir() is None else False


def test_a_sheet_that_is_no_list_is_told_and_a_remark_is_not(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", "# 说明", [["hello"]])
    assert told(path) == []
    assert "is no list" in told(book(tmp_path / "b.xlsx", "随便", [["hello"]]))[0]


def test_cells_far_away_are_told_and_not_read(tmp_path: Path) -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "villages"
    for row in (["id", "name", "groups"], ["V01", "青山村", 7]):
        sheet.append(row)
    sheet.cell(1_000_000, 1, "far")
    sheet.cell(2, 61, "aside")
    made.save(tmp_path / "far.xlsx")
    found = told(tmp_path / "far.xlsx")
    assert any("something below line" in one for one in found)
    assert any("more than 60 columns" in one for one in found)


@pytest.mark.parametrize("value", ["=1+1", "@SUM(A1)", "+cmd|x", "-x", "a\nb", "a\x07", "x" * 61])
def test_a_name_that_a_spreadsheet_or_a_voice_would_choke_on_is_refused(tmp_path: Path, value: str) -> None:
    quoted = value.encode("unicode_escape").decode()
    (tmp_path / "v.yaml").write_text(f'villages:\n- id: V01\n  groups: 7\n  name: "{quoted}"\n', "utf8")
    assert any("column name" in one for one in told(tmp_path / "v.yaml"))


@given(st.binary(max_size=400), st.sampled_from(["villages.csv", "rosters.tsv", "a.yaml", "a.xlsx"]))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_file_reading_it_never_raises(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(raw)
    told(path)


@given(st.text(max_size=40))
def test_whatever_stands_in_a_cell_it_is_taken_or_told(cell: str) -> None:
    for shape in SHAPES.values():
        for column in shape.columns:
            with suppress(BadCell):
                value = column.read(cell.strip())
                assert json.loads(json.dumps(value)) == value, f"{column.name} is kept as JSON"


def test_other_files_beside_the_shipped_lists_are_left_alone(tmp_path: Path) -> None:
    for path in DATA.glob("*.tsv"):
        shutil.copy(path, tmp_path)
    (tmp_path / "parking.tsv").write_text("x", "utf8")
    assert read_document(tmp_path) == demonstration()


def test_a_document_of_an_older_release_gets_the_columns_it_lacks() -> None:
    old = {"services": [{"id": "1", "name": "x", "place": "town", "at_home": False, "extended_hours": "full"}]}
    (service,) = completed(old)["services"]
    assert (service["minutes"], service["pick_up"], service["papers"]) == (30, False, [])
    assert completed(old)["desks"] == []


def test_times_of_excel_are_written_as_clocks(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", "villages", [["id", "name", "groups"], ["V01", time(9, 30), 7.0]])
    assert villages(path) == [{"id": "V01", "name": "09:30", "groups": 7}]
    assert opening.BIGGEST > 1 << 20
