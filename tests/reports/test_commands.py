"""`hotline figures` and `hotline report` on real files: numbered, signed once, the same ever after."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.cli import cli
from hotline.clock import utc_now
from hotline.config import KNOWN
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Store
from tests.ledger.room import ZENG, ZHOU
from tests.reports.test_papers import bare, words_of


@pytest.fixture
def data(kept: tuple[str, dict[str, int]], tmp_path: Path) -> Path:
    """A data folder with the quarter on record and people who work here."""
    shutil.copy(kept[0], tmp_path / "hotline.sqlite")
    store = Store(f"sqlite:///{tmp_path / 'hotline.sqlite'}")
    with store.open() as office:
        for who in (ZHOU, ZENG):
            row = StaffRow(
                username=who.username, name=who.name, role=who.role, password_hash="", created_at=utc_now()
            )
            office.session.add(row)
        office.commit()
    store.close()
    return tmp_path


def run(data: Path, *words: str, columns: str = "80") -> Result:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_DATA_DIR": str(data), "COLUMNS": columns}
    return CliRunner().invoke(cli, list(words), env=clean)


def good(data: Path, *words: str) -> str:
    done = run(data, *words)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("by", ["dimension", "service", "place", "clerk", "week", "medium"])
def test_figures_are_printed_whole_also_on_a_narrow_terminal(data: Path, by: str) -> None:
    assert "…" not in good(data, "figures", "--month", "2026-11", "--by", by)
    wide = run(data, "figures", "--month", "2026-11", "--by", by, columns="400").stdout
    assert "%区间" in wide
    assert bare(wide) == []
    view = json.loads(good(data, "figures", "--month", "2026-11", "--by", by, "--json"))
    assert view["overall"]["interval"]
    assert view["rr1"]["n"] > view["rr1"]["count"]
    assert [one["name"] for one in view["questions"] if one["look_into"]] == ["夏春梅"]


@pytest.mark.parametrize(
    "words",
    [
        ["--week", "2026-W47"], ["--quarter", "2026-Q4"], ["--from", "2026-11-01", "--to", "2026-11-15"], [],
        ["--month", "2019-01"],
    ],
)  # fmt: skip
def test_any_stretch_has_figures_or_says_that_there_are_none(data: Path, words: list[str]) -> None:
    assert "n=" in good(data, "figures", *words)


@pytest.mark.parametrize(
    "words",
    [
        ["figures", "--month", "2026-13"], ["figures", "--month", "11"], ["figures", "--week", "2026-W54"],
        ["figures", "--from", "2026-11-01"], ["figures", "--month", "2026-11", "--week", "2026-W47"],
        ["figures", "--from", "2026-11-02", "--to", "2026-11-01"], ["report", "bulletin", "--month", "x"],
        ["report", "commendation", "--quarter", "2026-Q5"], ["report", "tables"],
        ["report", "commendation", "--quarter", "2026-Q4", "--choose", "nobody"],
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_told_in_a_line(data: Path, words: list[str]) -> None:
    done = run(data, *words)
    assert done.exit_code == 2, done.output
    assert "Traceback" not in done.output


def test_a_bulletin_is_a_draft_until_a_supervisor_signs_it_and_never_changes_after(data: Path) -> None:
    out = data / "out"
    words = ("report", "bulletin", "--month", "2026-11", "--out", str(out))
    good(data, *words)
    assert "未经签发" in words_of((out / "bulletin-2026-11.docx").read_bytes())
    refused = run(data, *words, "--confirm", "--as", "zeng")
    assert "refused (not_yours)" in refused.output
    good(data, *words, "--confirm", "--as", "zhou")
    signed = (out / "bulletin-2026-11.html").read_text("utf8")
    assert "未经签发" not in signed
    store = Store(f"sqlite:///{data / 'hotline.sqlite'}")
    with store.open() as office:
        entry = office.ledger.locked(1)
        assert entry is not None
        office.session.connection().exec_driver_sql("UPDATE survey_answers SET level = 1")
        office.commit()
    store.close()
    good(data, *words)
    assert (out / "bulletin-2026-11.html").read_text("utf8") == signed
    assert "refused (confirmed)" in run(data, *words, "--confirm", "--as", "zhou").output


def test_papers_of_a_kind_are_numbered_through_the_year_once_each(data: Path) -> None:
    serials = [
        json.loads(good(data, "report", "bulletin", "--month", month, "--json"))["serial"]
        for month in ("2026-11", "2026-10", "2026-11")
    ]
    assert serials == [1, 2, 1]
    assert json.loads(good(data, "report", "commendation", "--quarter", "2026-Q4", "--json"))["serial"] == 1


def test_a_person_decides_who_is_commended(data: Path) -> None:
    words = ("report", "commendation", "--quarter", "2026-Q4", "--out", str(data / "out"))
    assert json.loads(good(data, *words, "--json"))["proposed"] == []
    good(data, *words, "--confirm", "--as", "zhou", "--choose", "liuf", "--choose", "gongzw")
    told = words_of((data / "out" / "commendation-2026-Q4.docx").read_bytes())
    assert "决定对刘芳、龚正伟予以表彰" in told
    assert json.loads(good(data, *words, "--json"))["chosen"] == ["liuf", "gongzw"]


def test_board_and_tables_are_written_as_files(data: Path) -> None:
    out = str(data / "out")
    good(data, "report", "board", "--out", out)
    for form in ("csv", "xlsx"):
        good(data, "report", "tables", "--quarter", "2026-Q4", "--form", form, "--out", out)
    names = {path.name for path in (data / "out").iterdir()}
    assert {"board.html", "board.atom", "figures-2026-Q4.xlsx", "ledger-2026-Q4.csv"} <= names


@pytest.mark.browser
def test_a_bulletin_is_printed_on_a4(data: Path) -> None:
    good(data, "report", "bulletin", "--month", "2026-11", "--out", str(data / "out"), "--pdf")
    raw = (data / "out" / "bulletin-2026-11.pdf").read_bytes()
    assert raw.startswith(b"%PDF-")
    assert b"/MediaBox [0 0 59" in raw
