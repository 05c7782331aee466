"""Programs use the commands too: what lists, shows or moves has --json, and then a refusal is JSON as well."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from hotline.cli import COMMANDS, cli
from hotline.clock import utc_now
from hotline.config import KNOWN
from hotline.domain.calling import CallOrder
from hotline.store.tables import CallbackRow, StaffRow
from hotline.store.unit_of_work import Store
from tests.cases.room import Room

NUMBER = "13800001234"
GROUPS = ("appointments", "grievances", "cases", "residents", "messages", "callbacks", "duty", "outbound", "staff")
FILES = {"day-sheet", "calendar", "export"}
"""What they give is a file."""


@pytest.fixture
def folder(empty_store: Store, tmp_path: Path) -> Path:
    room = Room(empty_store, watch=utc_now)  # type: ignore[arg-type]  # the commands go by the real clock
    room.opened(story="水管破了")
    with empty_store.open() as office:
        liu = StaffRow(
            username="liu", name="刘", role="clerk", place="window", password_hash="", created_at=utc_now()
        )
        office.session.add(liu)
        office.records.know_resident(NUMBER, name="王桂花", village="V01")
        office.messages.put("r1", NUMBER, "【牛田镇政务】一", kind="step")
        office.calls_out.put(CallOrder("c1", NUMBER, "step", "moved"), utc_now())
        row = CallbackRow(number=NUMBER, reason="asked", conversation="", state="open")
        row.due_at = row.created_at = utc_now()
        office.records.add(row)
        office.commit()
    return tmp_path


def run(folder: Path, words: str) -> Result:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_DATA_DIR": str(folder)}
    return CliRunner().invoke(cli, words.split(), env=clean)


def told(folder: Path, words: str) -> Any:
    done = run(folder, words)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def commands(group: str) -> Iterator[tuple[str, click.Command]]:
    found = cli.get_command(click.Context(cli), group)
    assert isinstance(found, click.Group)
    yield from found.commands.items()


@pytest.mark.parametrize("group", GROUPS)
def test_every_command_lists_shows_and_answers_in_json(group: str) -> None:
    named = dict(commands(group))
    assert "show" in named
    assert "list" in named or group == "duty"
    for name, command in named.items():
        options = {option for parameter in command.params for option in parameter.opts}
        assert "--json" in options or name in FILES, f"{group} {name}"
        assert command.help, f"{group} {name} says nothing of itself"


def test_help_is_there_for_every_command(folder: Path) -> None:
    for name in COMMANDS:
        assert run(folder, f"{name} --help").exit_code == 0
    for group in GROUPS:
        for name, _ in commands(group):
            assert "Usage: " in run(folder, f"{group} {name} --help").stdout


@pytest.mark.parametrize(
    ("words", "reason", "exit_code"),
    [
        ("appointments show 000000 --json", "", 1),
        ("appointments cancel 000000 --json", "unknown", 1),
        ("appointments move 000000 --to 2031-03-03T10:00 --json", "unknown", 1),
        ("appointments rate 000000 9 --json", "", 2),
        ("cases show 000000 --json", "no_case", 1),
        ("cases sign 000000 --as liu --json", "no_case", 1),
        ("grievances sign 000000 --as liu --json", "no_case", 1),
        ("grievances sign 000000 --json", "", 2),
        ("residents show 1 --json", "", 1),
        ("residents correct 13800001234 --json", "", 2),
        ("residents correct 13800001234 --village V99 --json", "", 2),
        ("residents prefer 13800001234 pigeon --json", "", 2),
        ("messages show 9 --json", "", 1),
        ("messages retry 9 --json", "unknown", 1),
        ("messages withdraw nine --json", "", 2),
        ("callbacks show 9 --json", "", 1),
        ("callbacks take 9 --as liu --json", "unknown", 1),
        ("callbacks done 1 --as liu --note x --json", "not_yours", 1),
        ("callbacks take 1 --as nobody --json", "not_staff", 1),
        ("duty swap 2026-11-25 王 李 --json", "not_on_the_roster", 1),
        ("outbound show 9 --json", "", 1),
        ("staff show nobody --json", "", 1),
        ("staff add liu --place moon --json", "", 2),
        ("feeds revoke 9 --json", "", 1),
        ("tokens revoke 9 --json", "", 1),
        ("nonsense --json", "", 2),
    ],
)
def test_a_refusal_is_json_too(folder: Path, words: str, reason: str, exit_code: int) -> None:
    done = run(folder, words)
    assert done.exit_code == exit_code, done.output
    assert "Error: " in done.stderr
    said = json.loads(done.stdout)
    assert said["error"]
    assert (said["reason"], said["exit_code"]) == (reason, exit_code)
    plain = run(folder, words.replace(" --json", ""))
    assert (plain.exit_code, plain.stdout) == (exit_code, "")
    assert "Error: " in plain.stderr


def test_settings_that_are_wrong_are_json_too(folder: Path) -> None:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_ASR": "ear"}
    done = CliRunner().invoke(cli, ["residents", "--json"], env=clean)
    assert done.exit_code == 1
    assert "HOTLINE_ASR" in json.loads(done.stdout)["error"]


def test_moves_answer_with_how_it_is_then(folder: Path) -> None:
    (case,) = told(folder, "grievances list --json")
    assert [one["code"] for one in told(folder, "cases list --json")] == [case["code"]]
    refused = json.loads(run(folder, f"cases urge {case['code']} --as liu --reason 急 --json").stdout)
    assert refused["reason"] == "not_yours"
    moved = told(folder, f"cases classify {case['code']} --urgency danger --as liu --json")
    assert (moved["move"], moved["urgency"], moved["version"]) == ("classify", "danger", case["version"] + 1)
    assert told(folder, "callbacks take 1 --as liu --json")["owner"] == "liu"
    assert told(folder, "callbacks show 1 --json")["steps"][0]["what"] == "taken"
    assert told(folder, "messages withdraw 1 --json")["state"] == "withdrawn"
    assert told(folder, "messages retry 1 --json")["state"] == "waiting"
    assert told(folder, "outbound show 1 --json")["number"] == "138****1234"
    assert told(folder, "outbound pause --json") == {"paused": True}


def test_a_resident_is_put_right_and_opts_out_and_in(folder: Path) -> None:
    assert told(folder, f"residents correct {NUMBER} --name 王桂华 --village V02 --json")["village_id"] == "V02"
    assert told(folder, f"residents opt-out {NUMBER} --json")["opted_out_by"] == "staff"
    assert told(folder, f"residents prefer +86{NUMBER} voice --json")["channel"] == "voice"
    shown = told(folder, f"residents show {NUMBER} --json")
    assert (shown["name"], shown["channel"]) == ("王桂华", "voice")
    assert told(folder, f"residents opt-in {NUMBER} --json")["opted_out_at"] is None
    assert [one["number"] for one in told(folder, "residents list --search 王 --json")] == [NUMBER]
    assert told(folder, "residents --village V07 --json") == []
    assert "王桂华" in run(folder, f"residents show {NUMBER}").stdout
