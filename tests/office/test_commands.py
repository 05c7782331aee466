"""The command line: lists as others read them, people let in, everything checked, errors in one line."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result

from hotline.cli import cli
from hotline.config import KNOWN
from hotline.domain.appointments import Wanted
from hotline.domain.calendar import Place
from hotline.domain.grievances import Told
from hotline.store.tables import CallRow, ConversationRow, StaffRow, TurnRow
from hotline.store.unit_of_work import Store

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.fixture
def store(empty_store: Store) -> Store:
    return empty_store


def run(tmp_path: Path, *words: str, stdin: str | None = None, **env: str) -> Result:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_DATA_DIR": str(tmp_path)} | env
    return CliRunner().invoke(cli, words, input=stdin, env=clean)


def listed(tmp_path: Path, *words: str) -> list[dict[str, Any]]:
    done = run(tmp_path, *words, "--json")
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def keep_records(store: Store) -> None:
    with store.open() as office:
        office.conversations.add(
            ConversationRow(
                id="c1", number="13812341234", script="welcome", version=1, surface="voice", state="done",
                opened_at=NOW, touched_at=NOW,
            )
        )  # fmt: skip
        office.records.add(
            CallRow(
                sid="CA1", number="13812341234", direction="inbound", status="completed", surface="voice",
                conversation="c1", started_at=NOW, ended_at=NOW, seconds=75,
            )
        )  # fmt: skip
        office.records.add(
            TurnRow(
                conversation="c1", call="CA1", surface="voice", turn=1, key="service", asked="您要办什么事？",
                heard="医保[笑]", alternatives=[["医保", 0.9]], confidence=0.9, understood={"value": "1"},
                audio="", timings_ms={"recognise": 400}, at=NOW,
            )
        )  # fmt: skip
        at = datetime(2026, 11, 28, 1, tzinfo=UTC)
        wanted = Wanted("1", Place.VILLAGE, at, "王桂花", "V01", "13812341234")
        office.appointments.add(wanted, code="307294", seat=0, conversation="c1")
        told = Told("G1", "水管没水", "V02", "三组", "祠堂边", "李四", "1390000", "1390000", "urgent")
        office.grievances.add(told, code="118822", sign_by=NOW, conversation="c2")
        office.records.know_resident("13812341234", name="王桂花", village="V01")
        office.commit()


def test_an_appointment_is_listed_with_its_names_in_clear(store: Store, tmp_path: Path) -> None:
    keep_records(store)
    raw = run(tmp_path, "appointments", "--json").stdout
    assert "王桂花" in raw
    (one,) = listed(tmp_path, "appointments")
    assert one.pop("created_at").endswith("+08:00")
    assert one == {
        "code": "307294",
        "service": "城乡居民基本医疗保险参保缴费",
        "service_spoken": "城乡居民基本医疗保险参保缴费",
        "service_id": "1",
        "starts_at": "2026-11-28T09:00:00+08:00",
        "when": "十一月二十八号礼拜六上午九点",
        "place": "village",
        "place_name": "青山村便民服务站",
        "name": "王桂花",
        "village": "青山村",
        "village_id": "V01",
        "number": "13812341234",
        "status": "booked",
        "conversation": "c1",
    }


def test_a_grievance_is_listed_with_its_topic_and_village(store: Store, tmp_path: Path) -> None:
    keep_records(store)
    (one,) = listed(tmp_path, "grievances")
    assert (one["topic"], one["village"], one["group"], one["where"]) == ("农饮水", "竹林村", "三组", "祠堂边")
    assert (one["story"], one["urgency"], one["sign_by"]) == ("水管没水", "urgent", "2026-11-24T09:30:00+08:00")


def test_calls_are_listed_with_their_outcome_and_turns_where_wanted(store: Store, tmp_path: Path) -> None:
    keep_records(store)
    (one,) = listed(tmp_path, "calls")
    assert (one["sid"], one["outcome"], one["seconds"], one["turns"]) == ("CA1", "done", 75, 1)
    (one,) = listed(tmp_path, "calls", "--turns")
    assert (one["turns"][0]["heard"], one["turns"][0]["understood"]) == ("医保[笑]", {"value": "1"})


def test_residents_are_listed(store: Store, tmp_path: Path) -> None:
    keep_records(store)
    (one,) = listed(tmp_path, "residents")
    assert (one["number"], one["name"], one["village"]) == ("13812341234", "王桂花", "青山村")


@pytest.mark.parametrize("command", ["appointments", "grievances", "calls", "residents"])
def test_an_empty_office_has_empty_lists(tmp_path: Path, command: str) -> None:
    assert listed(tmp_path, command) == []
    assert "nothing on record" in run(tmp_path, command).output


@pytest.mark.parametrize("words", [["appointments"], ["grievances"], ["calls", "--turns"], ["residents"]])
def test_without_json_it_is_a_table(store: Store, tmp_path: Path, words: list[str]) -> None:
    keep_records(store)
    done = run(tmp_path, *words, COLUMNS="200")
    assert done.exit_code == 0
    assert "┃" in done.output


def test_a_clerk_is_added_with_a_password_and_given_another(store: Store, tmp_path: Path) -> None:
    for password in ("a good long one", "another long one"):
        words = ("staff", "add", "liu", "--role", "supervisor", "--name", "刘干事", "--password-stdin")
        assert run(tmp_path, *words, stdin=password + "\n").exit_code == 0
        with store.open() as office:
            row = office.session.get(StaffRow, "liu")
            assert row is not None
            assert PasswordHasher().verify(row.password_hash, password)
            assert (row.role, row.name) == ("supervisor", "刘干事")


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        (["liu"], "short\n"),
        (["../liu"], "a good long one\n"),
        (["刘"], "a good long one\n"),
        (["liu", "--role", "king"], ""),
    ],
)
def test_a_bad_name_role_or_password_is_refused(tmp_path: Path, words: list[str], stdin: str) -> None:
    done = run(tmp_path, "staff", "add", *words, "--password-stdin", stdin=stdin)
    assert done.exit_code != 0


def hotline(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in KNOWN} | env
    command = [sys.executable, "-m", "hotline.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_wrong_settings_are_one_line_each_and_exit_code_one() -> None:
    done = hotline("calls", HOTLINE_ASR="x", HOTLINE_REDIS_URL="y")
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert [line.split()[1] for line in lines] == ["HOTLINE_REDIS_URL", "HOTLINE_ASR"]


def test_a_database_that_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as held:  # bound and not listening: refused at once
        held.bind(("127.0.0.1", 0))
        url = f"postgresql://nobody:hush@127.0.0.1:{held.getsockname()[1]}/x"
        done = hotline("calls", "--json", HOTLINE_DATABASE_URL=url, HOTLINE_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.startswith("hotline: the database cannot be used: ")
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr


def test_help_names_every_command_and_comes_at_once() -> None:
    began = time.process_time()
    done = hotline("--help")
    assert time.process_time() - began < 1
    for command in ("serve", "demo", "doctor", "appointments", "worker", "staff"):
        assert command in done.stdout
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, hotline.cli; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"sqlalchemy", "flask", "rq", "twilio", "numpy", "rich"} & set(loaded)
