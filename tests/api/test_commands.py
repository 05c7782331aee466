"""Tokens from the command line, the document, and whose desk and village somebody is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.checkup import examine
from hotline.cli import cli
from hotline.config import KNOWN, Settings
from hotline.domain.rights import Colleague
from hotline.store.tables import StaffRow
from hotline.store.tokens import PREFIX, Tokens
from hotline.store.unit_of_work import Store
from tests.api.conftest import NOW

GOOD = "a good long one\n"


def run(folder: Path, *words: str, stdin: str | None = None, **env: str) -> Result:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_DATA_DIR": str(folder)} | env
    return CliRunner().invoke(cli, words, input=stdin, env=clean)


@pytest.fixture
def office(empty_store: Store) -> Store:
    with empty_store.open() as office:
        person = StaffRow(
            username="liu", name="刘", role="clerk", place="window", password_hash="x", created_at=NOW
        )
        office.session.add(person)
        office.commit()
    return empty_store


def test_a_token_is_printed_once_and_opens_the_door(office: Store, tmp_path: Path) -> None:
    done = run(tmp_path, "tokens", "add", "liu", "--name", "墙上的表 [bold]", "--expires", "30")
    assert done.exit_code == 0, done.output
    token = done.stdout.strip()
    assert token.startswith(PREFIX)
    assert len(token) == len(PREFIX) + 43
    with office.open() as records:
        holder = Tokens(records.session).holder(token, NOW)
    assert holder
    assert holder.colleague == Colleague("liu", "clerk", "window", "", "刘")
    listed = run(tmp_path, "tokens", "--json")
    (one,) = json.loads(listed.stdout)
    assert (one["username"], one["name"], one["state"]) == ("liu", "墙上的表 [bold]", "good")
    assert one["expires_at"][:10] > one["created_at"][:10]
    assert token not in listed.stdout
    assert "[bold]" in run(tmp_path, "tokens", COLUMNS="200").stdout


def test_a_revoked_token_is_listed_as_such(office: Store, tmp_path: Path) -> None:
    run(tmp_path, "tokens", "add", "liu", "--name", "x")
    done = run(tmp_path, "tokens", "revoke", "1")
    assert done.stdout == "token 1 of liu (x) is revoked\n"
    (one,) = json.loads(run(tmp_path, "tokens", "--json").stdout)
    assert one["state"] == "revoked"
    assert run(tmp_path, "tokens", "revoke", "1").exit_code == 0, "twice is no mistake"


@pytest.mark.parametrize(
    "words",
    [
        ["add", "nobody", "--name", "x"],
        ["add", "liu"],
        ["add", "liu", "--name", " "],
        ["add", "liu", "--name", "x" * 81],
        ["add", "liu", "--name", "a\nb"],
        ["add", "liu", "--name", "x", "--expires", "0"],
        ["revoke", "7"],
        ["revoke", "x"],
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(office: Store, tmp_path: Path, words: list[str]) -> None:
    done = run(tmp_path, "tokens", *words)
    assert done.exit_code != 0
    assert "Error: " in done.output
    assert json.loads(run(tmp_path, "tokens", "--json").stdout) == []


def test_without_tokens_it_says_how_to_make_one(tmp_path: Path) -> None:
    assert "hotline tokens add" in run(tmp_path, "tokens").stdout


def test_the_document_is_printed_without_a_database(tmp_path: Path) -> None:
    done = run(tmp_path, "api", "schema")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["openapi"] == "3.1.0"
    assert not Path(Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)}).database_url[10:]).exists()


def test_somebody_is_given_a_desk_or_a_village_and_keeps_it(office: Store, tmp_path: Path) -> None:
    steps = (
        (("--place", "village:V03"), ("village:V03", "")),
        (("--role", "village", "--village", "V02"), ("village:V03", "V02")),
        (("--role", "village", "--place", ""), ("", "V02")),
    )
    for words, wanted in steps:
        done = run(tmp_path, "staff", "add", "liu", *words, "--password-stdin", stdin="a good long one\n")
        assert done.exit_code == 0, done.output
        with office.open() as records:
            row = records.session.get(StaffRow, "liu")
            assert row
            assert (row.place, row.village) == wanted


def test_what_is_not_given_again_stays_as_it_was(office: Store, tmp_path: Path) -> None:
    run(tmp_path, "staff", "add", "zhou", "--role", "supervisor", "--name", "周", "--password-stdin", stdin=GOOD)
    with office.open() as records:
        before = dict(vars(records.session.get(StaffRow, "zhou")))
    done = run(tmp_path, "staff", "add", "zhou", "--place", "home", "--json")
    assert done.exit_code == 0, done.output
    (told,) = json.loads(done.stdout)
    assert (told["role"], told["name"], told["place"], told["missing"]) == ("supervisor", "周", "home", "")
    again = run(tmp_path, "staff", "add", "zhou", "--password-stdin", stdin="another long one\n")
    assert again.exit_code == 0, again.output
    with office.open() as records:
        row = records.session.get(StaffRow, "zhou")
        assert row
        assert (row.role, row.name, row.place) == ("supervisor", "周", "home")
        assert row.password_hash != before["password_hash"]


def test_who_has_no_desk_yet_is_told_of_everywhere(office: Store, tmp_path: Path) -> None:
    added = run(tmp_path, "staff", "add", "xin", "--password-stdin", stdin=GOOD)
    assert (added.exit_code, added.stdout) == (0, "xin (clerk) may log in now\n")
    command = "hotline staff add xin --place window"
    assert command in added.stderr
    listed = {one["username"]: one for one in json.loads(run(tmp_path, "staff", "list", "--json").stdout)}
    assert (listed["liu"]["missing"], command in listed["xin"]["missing"]) == ("", True)
    assert command in run(tmp_path, "staff", "show", "xin", "--json").stdout
    found = {one.check: one for one in examine(Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)}), 0)}
    assert command in found["staff"].mend
    run(tmp_path, "staff", "add", "xin", "--place", "window")
    assert json.loads(run(tmp_path, "staff", "show", "xin", "--json").stdout)[0]["missing"] == ""


@pytest.mark.parametrize("words", [["--place", "moon"], ["--place", "village:V99"], ["--village", "青山村"]])
def test_a_desk_or_village_the_town_has_not_is_refused(office: Store, tmp_path: Path, words: list[str]) -> None:
    done = run(tmp_path, "staff", "add", "liu", *words, "--password-stdin", stdin="a good long one\n")
    assert done.exit_code == 2
