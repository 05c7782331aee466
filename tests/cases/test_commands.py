"""`hotline cases` and the staff's pages: the same rules as everywhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.cli import cli
from hotline.clock import utc_now
from hotline.commands.bench_cases import fill
from hotline.config import KNOWN
from hotline.console.discretion import hears, hidden
from hotline.domain.case_life import SUPERVISOR as SUPERVISOR_ROLE
from hotline.domain.case_life import Actor
from hotline.store.case_search import Sought
from hotline.store.tables import ConversationRow, StaffRow, TurnRow
from hotline.store.unit_of_work import Store
from tests.cases.room import CLERK, EVERYBODY, SUPERVISOR, Room
from tests.town import TOWN


@pytest.fixture
def shop(empty_store: Store) -> Room:
    room = Room(empty_store, watch=utc_now)  # type: ignore[arg-type]  # the commands go by the real clock
    with empty_store.open() as office:
        for who in EVERYBODY:
            row = StaffRow(
                username=who.username, name=who.name, role=who.role, password_hash="", created_at=utc_now()
            )
            office.session.add(row)
        office.commit()
    return room


def run(tmp_path: Path, *words: str) -> Result:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_DATA_DIR": str(tmp_path), "COLUMNS": "200"}
    return CliRunner().invoke(cli, ["cases", *words], env=clean)


def test_a_case_goes_its_way_from_the_command_line(shop: Room, tmp_path: Path) -> None:
    code = shop.opened(story="水管[破]了").code
    for words in (
        ["sign", code, "--as", "liu"],
        ["extend", code, "--as", "liu", "--days", "3", "--reason", "等配件"],
        ["answer", code, "--as", "liu", "--reason", "换好了"],
        ["review", code, "--as", "zhou"],
        ["call-back", code, "--as", "zeng"],
        ["close", code, "--as", "zeng"],
    ):
        done = run(tmp_path, *words)
        assert done.exit_code == 0, done.output
    shown = json.loads(run(tmp_path, "show", code, "--json").stdout)
    assert (shown["status"], shown["answer"], shown["extended_days"]) == ("closed", "换好了", 3)
    assert [event["move"] for event in shown["history"]][-2:] == ["call_back", "close"]
    for words in (["show", code], ["list"], ["search", "水管"], ["due"], ["repeats", code]):
        assert run(tmp_path, *words).exit_code == 0
    assert "水管[破]了" in run(tmp_path, "search", "管破").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sign", "{code}", "--as", "zeng"], "refused (not_yours)"),
        (["sign", "{code}", "--as", "shi"], "refused (no_case)"),
        (["answer", "{code}", "--as", "zhou", "--reason", "x"], "refused (not_now)"),
        (["return", "{code}", "--as", "liu"], "refused (no_reason)"),
        (["sign", "{code}", "--as", "nobody"], "nobody is called nobody"),
        (["sign", "{code}"], "Missing option"),
        (["merge", "{code}", "--into", "000000", "--as", "zeng"], "refused (no_case)"),
        (["show", "999999"], "refused (no_case)"),
    ],
)
def test_what_is_refused_is_one_line_and_changes_nothing(
    shop: Room, tmp_path: Path, words: list[str], said: str
) -> None:
    case = shop.opened()
    done = run(tmp_path, *(word.format(code=case.code) for word in words))
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
    assert shop.now(case) == case


def test_lists_show_what_the_user_may_know_of(shop: Room, tmp_path: Path) -> None:
    shop.opened()
    secret = shop.opened(kind="report")

    def codes(*words: str) -> set[str]:
        return {view["code"] for view in json.loads(run(tmp_path, *words, "--json").stdout)}

    assert secret.code in codes("list", "--as", "zhou")
    for user in ("zeng", "liu", "gao", "root", "audit"):
        assert secret.code not in codes("list", "--as", user) | codes("search", "水", "--as", user)
        assert secret.code not in CliRunner().invoke(
            cli, ["grievances", "--json", "--as", user], env={"HOTLINE_DATA_DIR": str(tmp_path)}
        ).output  # fmt: skip


def test_calls_in_which_something_confidential_was_told_are_the_supervisors(shop: Room) -> None:
    case = shop.opened(kind="report")
    with shop.store.open() as office:
        office.conversations.add(
            ConversationRow(
                id=case.conversation, number="1", script="welcome", version=1, surface="voice", state="done",
                opened_at=utc_now(), touched_at=utc_now(),
            )
        )  # fmt: skip
        turn = TurnRow(
            conversation=case.conversation, call="CA1", surface="voice", turn=1, key="story", asked="",
            heard="贪污", alternatives=[], confidence=1.0, understood={}, audio="", timings_ms={}, at=utc_now(),
        )  # fmt: skip
        office.records.add(turn)
        assert hidden(office, [case.conversation, "other", ""], CLERK) == {case.conversation}
        assert hidden(office, [case.conversation], SUPERVISOR) == set()
        assert (hears(office, turn.id, CLERK), hears(office, turn.id, SUPERVISOR)) == (False, True)


def test_the_benchmark_fills_an_office_that_can_be_searched(empty_store: Store) -> None:
    fill(empty_store, TOWN, 300)
    with empty_store.open() as office:
        found = office.grievances.search(Sought(text="第77号"), Actor("x", SUPERVISOR_ROLE))
    assert [case.id for case in found] == [77]


def test_a_letter_is_opened_by_command_once(shop: Room, tmp_path: Path) -> None:
    words = [
        "open",
        "--as",
        "zeng",
        "--source",
        "letter",
        "--reference",
        "信17",
        "--topic",
        "G4",
        "--village",
        "V02",
    ]
    opened = run(tmp_path, *words, "--story", "路灯坏了", "--json")
    assert opened.exit_code == 0, opened.output
    view = json.loads(opened.stdout)
    assert (view["source"], view["reference"], view["unit"]) == ("letter", "信17", "规划建设办")
    again = run(tmp_path, *words, "--story", "路灯坏了")
    assert (again.exit_code, "reference" in again.stderr) == (1, True)
    assert run(tmp_path, *words[:-4], "--topic", "G99", "--story", "x").exit_code == 2
    assert run(tmp_path, *words, "--story", " ").exit_code == 2
    auditor = run(tmp_path, "open", "--as", "audit", "--source", "walk_in", "--topic", "G4", "--story", "x")
    assert (auditor.exit_code, "no right" in auditor.stderr) == (1, True)
