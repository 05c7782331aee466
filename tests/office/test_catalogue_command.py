"""`hotline catalogue`: lists taken in with a dry run first, shown, given out, put back; who serves when."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from hotline.clock import utc_now
from hotline.commands.catalogue import settle
from hotline.domain.appointments import Wanted
from hotline.domain.calendar import Place
from hotline.intake.opening import read_lists
from hotline.intake.proposal import Version, propose
from hotline.store.unit_of_work import Store
from hotline.town import DATA, demonstration
from tests.office.test_commands import listed, run


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """The lists of the town, given out as CSV."""
    folder = tmp_path / "lists"
    assert run(tmp_path, "catalogue", "export", str(folder)).exit_code == 0
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf8")


def told(tmp_path: Path, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(tmp_path, "catalogue", *words, "--json").stdout)
    return found


def test_the_shipped_lists_differ_in_nothing_from_themselves(tmp_path: Path) -> None:
    done = run(tmp_path, "catalogue", "import", str(DATA))
    assert (done.exit_code, done.output) == (0, "nothing differs from version 0\n")
    assert listed(tmp_path, "catalogue", "history") == []


def test_a_dry_run_shows_what_would_change_and_changes_nothing(tmp_path: Path, lists: Path) -> None:
    edit(lists / "villages.csv", "V01,青山村,7", "V01,青山村,9")
    edit(lists / "clerks.csv", "liuf,刘芳", "liuf,刘小芳")
    done = run(tmp_path, "catalogue", "import", str(lists), "--dry-run")
    assert done.exit_code == 0
    for line in ("villages: 0 added, 1 changed, 0 removed", "  ~ V01: groups 7 → 9", "a dry run"):
        assert line in done.output
    found = told(tmp_path, "import", str(lists), "--dry-run")
    assert (found["accepted"], found["version"], found["based_on"], found["errors"]) == (False, None, 0, [])
    assert found["changes"]["clerks"] == {
        "added": [], "changed": {"liuf": {"name": ["刘芳", "刘小芳"]}}, "removed": [],
    }  # fmt: skip
    assert listed(tmp_path, "catalogue", "show", "villages")[0]["groups"] == 7


def test_an_import_counts_at_once_and_is_put_back(tmp_path: Path, lists: Path) -> None:
    edit(lists / "villages.csv", "V01,青山村,7", "V01,青山村,9")
    done = told(tmp_path, "import", str(lists / "villages.csv"), "--note", "两组并入", "--by", "liu")
    assert (done["accepted"], done["version"]) == (True, 1)
    assert listed(tmp_path, "catalogue", "show", "villages")[0]["groups"] == 9
    assert len(listed(tmp_path, "catalogue", "show", "services")) == 40
    assert told(tmp_path, "restore", "0", "--dry-run")["changes"]["villages"]["changed"] == {
        "V01": {"groups": [9, 7]}
    }
    assert told(tmp_path, "restore", "0", "--by", "wang")["version"] == 2
    assert listed(tmp_path, "catalogue", "show", "villages")[0]["groups"] == 7
    assert listed(tmp_path, "catalogue", "show", "villages", "--version", "1")[0]["groups"] == 9
    history = listed(tmp_path, "catalogue", "history")
    assert [(v["number"], v["username"], v["note"], v["restored"]) for v in history] == [
        (2, "wang", "", 0),
        (1, "liu", "两组并入", None),
    ]
    assert run(tmp_path, "catalogue", "restore", "9").exit_code == 1


def test_it_is_all_the_same_on_postgresql(tmp_path: Path, postgres_url: str, lists: Path) -> None:
    edit(lists / "villages.csv", "V01,青山村,7", "V01,青山村,9")

    def there(*words: str) -> Any:
        return json.loads(run(tmp_path, "catalogue", *words, "--json", HOTLINE_DATABASE_URL=postgres_url).stdout)

    assert there("import", str(lists))["version"] == 1
    assert there("show", "villages")[0]["groups"] == 9
    assert there("restore", "0")["version"] == 2
    assert [v["number"] for v in there("history")] == [2, 1]
    assert there("hours", "--from", "2026-11-28", "--days", "1", "--desk", "home")[0]["extended"] == [
        "09:00-12:00", "14:00-17:00",
    ]  # fmt: skip


def test_all_errors_are_told_at_once_and_nothing_is_changed(tmp_path: Path, lists: Path) -> None:
    edit(lists / "rosters.csv", "liuf,window:1,workday,09:00-12:00", "nobody,window:1,workday,12:00-09:00")
    edit(lists / "villages.csv", "V01,青山村,7", "V01,青山村,many")
    done = run(tmp_path, "catalogue", "import", str(lists))
    assert done.exit_code == 1
    for line in (
        "rosters.csv, line 2, column hours: 12:00-09:00 ends before it begins: put the earlier time first",
        "rosters.csv, line 2, column clerk: 'nobody' is no clerk of the list: add it to clerks, or correct it",
        "villages.csv, line 2, column groups: 'many' is not a whole number from 1 to 99: correct the number",
        "3 errors: nothing was changed",
    ):
        assert line in done.stderr
    found = told(tmp_path, "import", str(lists))
    assert [(e["file"], e["line"], e["column"]) for e in found["errors"]] == [
        ("rosters.csv", 2, "hours"),
        ("rosters.csv", 2, "clerk"),
        ("villages.csv", 2, "groups"),
    ]
    assert listed(tmp_path, "catalogue", "history") == []


def test_who_was_overtaken_is_told_and_changes_nothing(
    empty_store: Store, tmp_path: Path, lists: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(lists / "villages.csv", "V01,青山村,7", "V01,青山村,9")
    proposal = propose(read_lists(lists), Version(0, demonstration()), ())
    assert told(tmp_path, "import", str(lists / "villages.csv"))["version"] == 1
    with pytest.raises(click.ClickException, match="somebody else has just made version 1"):
        settle(empty_store, proposal, ("liu", "", None), json_=False)
    with pytest.raises(SystemExit):
        settle(empty_store, proposal, ("liu", "", None), json_=True)
    assert json.loads(capsys.readouterr().out) == {"accepted": False, "refused": "overtaken", "newest": 1}
    assert len(listed(tmp_path, "catalogue", "history")) == 1


def test_a_removed_service_with_an_appointment_to_come_is_a_warning(
    empty_store: Store, tmp_path: Path, lists: Path
) -> None:
    with empty_store.open() as office:
        wanted = Wanted("12", Place.WINDOW, utc_now() + timedelta(days=3), "王桂花", "V03", "13812341234")
        office.appointments.add(wanted, code="307294", seat=0, conversation="c1")
        office.commit()
    text = (lists / "services.csv").read_text("utf-8-sig").splitlines()
    kept = [line for line in text if not line.startswith("12,")]
    (lists / "services.csv").write_text("\n".join(kept) + "\n", "utf8")
    found = told(tmp_path, "import", str(lists / "services.csv"))
    assert found["accepted"]
    (warning,) = found["warnings"]
    assert "service 12 (老年人优待证) would be gone, but 1 appointments" in warning["wrong"]


@pytest.mark.parametrize("form", ["xlsx", "yaml"])
def test_one_file_with_every_list_goes_out_and_comes_in(tmp_path: Path, form: str) -> None:
    done = run(tmp_path, "catalogue", "export", str(tmp_path / "out"), "--as", form)
    path = tmp_path / "out" / f"catalogue.{form}"
    assert done.output == f"{path}\n"
    assert "nothing differs" in run(tmp_path, "catalogue", "import", str(path)).output
    again = run(tmp_path, "catalogue", "export", str(tmp_path / "out"), "--as", form)
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_who_serves_when_is_told_day_by_day(tmp_path: Path) -> None:
    words = ("catalogue", "hours", "--desk", "window", "--from", "2026-11-27", "--days", "2")
    friday, saturday = listed(tmp_path, *words)
    assert (friday["weekday"], friday["kind"], friday["works"]) == ("星期五", "work", True)
    assert (friday["ordinary"], friday["extended"]) == (["09:00-12:00", "14:00-17:00"], ["18:00-20:30"])
    evening = [s for s in friday["shifts"] if s["extended"]]
    assert [(s["desk"], s["name"], s["begins"]) for s in evening] == [
        ("window:1", "刘芳", "2026-11-27T18:00+08:00"),
        ("window:2", "李桂兰", "2026-11-27T18:00+08:00"),
    ]
    assert (saturday["ordinary"], saturday["works"]) == ([], False)
    table = run(tmp_path, *words, COLUMNS="200").output
    assert "window:1 刘芳 09:00-12:00 14:00-17:00 18:00-20:30" in table


@pytest.mark.parametrize("words", [("--desk", "door"), ("--from", "friday"), ("--days", "0")])
def test_hours_of_what_there_is_not_are_refused(tmp_path: Path, words: tuple[str, str]) -> None:
    assert run(tmp_path, "catalogue", "hours", *words).exit_code == 2


def test_without_json_it_is_a_table(tmp_path: Path) -> None:
    assert "rosters" in run(tmp_path, "catalogue", "show").output
    assert "liuf" in run(tmp_path, "catalogue", "show", "rosters", COLUMNS="200").output
    assert "nothing on record" in run(tmp_path, "catalogue", "history").output
    assert told(tmp_path, "show")["version"] == 0
