"""`hotline ledger` on real files: a row goes its way from the command line, and nobody goes another's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from hotline.cli import cli
from hotline.clock import utc_now
from hotline.config import KNOWN
from hotline.store.proofs import LARGEST_PROOF
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Store
from tests.ledger.room import AUDITOR, GOOD, LIU, RUDE, ZENG, ZHOU, Room, picture


@pytest.fixture
def shop(empty_store: Store, tmp_path: Path) -> Room:
    room = Room(empty_store, tmp_path, watch=utc_now)  # type: ignore[arg-type]  # commands go by the real clock
    with empty_store.open() as office:
        for who in (ZHOU, ZENG, LIU, AUDITOR):
            row = StaffRow(
                username=who.username, name=who.name, role=who.role, password_hash="", created_at=utc_now()
            )
            office.session.add(row)
        office.commit()
    return room


def run(tmp_path: Path, *words: object) -> Result:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_DATA_DIR": str(tmp_path), "COLUMNS": "240"}
    return CliRunner().invoke(cli, ["ledger", *map(str, words)], env=clean)


def good(tmp_path: Path, *words: object) -> str:
    done = run(tmp_path, *words)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_problem_goes_its_way_from_the_command_line(shop: Room, tmp_path: Path) -> None:
    row = shop.problem(remark="等了半天[red]")
    shot = tmp_path / "修好.png"
    shot.write_bytes(picture())
    good(tmp_path, "confirm", row, "--as", "zhou")
    good(tmp_path, "extend", row, "--as", "zhou", "--days", 10, "--reason", "等配件")
    good(tmp_path, "call", row, "--as", "zhou", "--reason", "问清楚了")
    told = good(tmp_path, "rectify", row, "--as", "zhou", "--proof", shot, "--reason", "加开了窗口", "--json")
    assert json.loads(told)["state"] == "rectified"
    shown = json.loads(good(tmp_path, "show", row, "--as", "zhou", "--json"))
    assert [line["move"] for line in shown["history"]][-3:] == ["extend", "call", "rectify"]
    assert Path(shown["proofs"][0]["file"]).read_bytes()[:2] == b"\xff\xd8"
    assert shown["proofs"][0]["name"] == "修好.png"
    for words in (
        ["list"],
        ["show", row],
        ["overdue"],
        ["verify"],
        ["list", "--json", "--open", "--kind", "problem"],
    ):
        good(tmp_path, *words)
    assert "等了半天[red]" in good(tmp_path, "list")


def test_praise_and_suggestions_go_theirs(shop: Room, tmp_path: Path) -> None:
    praise, private, wish = (
        shop.heard(ratings=GOOD, remark=remark)[0] for remark in ("小刘热情", "谢谢小刘", "希望礼拜天开门")
    )
    for words in (
        ["confirm", praise], ["publicise", praise], ["confirm", private],
        ["keep-private", private, "--reason", "不愿公开"],
        ["reclassify", wish, "--kind", "problem", "--topic", "G1"], ["hand-to", wish, "--to", "曾令军"],
    ):  # fmt: skip
        good(tmp_path, *words, "--as", "zhou")
    rows = json.loads(good(tmp_path, "list", "--json", "--as", "zhou"))
    assert {one["id"]: one["state"] for one in rows} == {
        praise: "publicised", private: "closed", wish: "confirmed",
    }  # fmt: skip
    assert next(one for one in rows if one["id"] == wish)["kind"] == "problem"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["confirm", "{row}", "--as", "liuf"], "refused (no_row)"),
        (["confirm", "999", "--as", "zhou"], "refused (no_row)"),
        (["confirm", "{row}", "--as", "nobody"], "nobody is called nobody"),
        (["dismiss", "{row}", "--as", "zhou"], "refused (no_reason)"),
        (["publicise", "{row}", "--as", "zhou"], "refused (not_now)"),
        (["confirm", "{row}", "--as", "audit"], "refused (no_row)"),
        (
            ["reclassify", "{row}", "--kind", "problem", "--topic", "G99", "--as", "zhou"],
            "refused (no_such_topic)",
        ),
        (["hand-to", "{row}", "--to", "刘芳", "--as", "zhou"], "refused (accused)"),
        (["extend", "{row}", "--days", "16", "--as", "zhou"], "16"),
    ],
)
def test_what_is_refused_is_one_line_and_changes_nothing(
    shop: Room, tmp_path: Path, words: list[str], said: str
) -> None:
    row = shop.problem(ratings=RUDE)
    done = run(tmp_path, *(word.format(row=row) for word in words))
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert shop.moves(row) == ["propose", "assign"]


@pytest.mark.parametrize("raw", [b"", b"MZ\x90", b"%PDF-1.4 /JavaScript %%EOF", b"\xff" * (LARGEST_PROOF + 1)])
def test_a_file_that_proves_nothing_is_refused_and_nothing_is_kept(shop: Room, tmp_path: Path, raw: bytes) -> None:
    row = shop.problem()
    shop.make(row, "confirm", ZHOU)
    shop.make(row, "call", ZHOU, reason="问了")
    (tmp_path / "x.png").write_bytes(raw)
    done = run(tmp_path, "rectify", row, "--as", "zhou", "--proof", tmp_path / "x.png", "--reason", "改了")
    assert done.exit_code == 1
    assert "refused (proof_" in done.output
    assert shop.now(row).state == "called"


def test_who_may_not_know_of_a_row_does_not_see_it(shop: Room, tmp_path: Path) -> None:
    shop.problem(ratings=RUDE)
    for who, seen in (("zhou", 1), ("zeng", 0), ("liuf", 0), ("audit", 0)):
        assert len(json.loads(good(tmp_path, "list", "--json", "--as", who))) == seen


def test_a_history_that_was_changed_behind_the_office_is_found(shop: Room, tmp_path: Path) -> None:
    row = shop.problem()
    with shop.store.open() as office:
        office.session.execute(text("DROP TRIGGER ledger_lines_stay_update"))
        office.session.execute(text("UPDATE ledger_lines SET who = 'somebody else' WHERE place = 1"))
        office.commit()
    done = run(tmp_path, "verify", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout) == [{"id": row, "place": 1}]
