"""`hotline messages` and `hotline outbound`: what is on record, and what a person does about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hotline.cli import cli
from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.calling import CallOrder
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade

NUMBER = "13800001234"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)}).database_url
    upgrade(url)
    store = Store(url)
    with store.open() as office:
        office.messages.put("r1", NUMBER, "【牛田镇政务】一", kind="step")
        office.messages.put("r2", NUMBER, "【牛田镇政务】二", kind="asked")
        office.calls_out.put(CallOrder("c1", NUMBER, "step", "moved"), utc_now())
        office.contact_wishes.opt_out("13900005678", "sms", utc_now())
        office.commit()
    yield store
    store.close()


def run(folder: Path, *words: str) -> Result:
    return CliRunner(env={"HOTLINE_DATA_DIR": str(folder)}).invoke(cli, list(words))


def listed(folder: Path, *words: str) -> list[dict[str, object]]:
    done = run(folder, *words, "--json")
    assert done.exit_code == 0, done.output
    found: list[dict[str, object]] = json.loads(done.output)
    return found


def test_messages_are_listed_masked_and_shown_whole(store: Store, tmp_path: Path) -> None:
    rows = listed(tmp_path, "messages")
    assert [(row["id"], row["number"], row["state"]) for row in rows] == [
        (2, "138****1234", "waiting"),
        (1, "138****1234", "waiting"),
    ]
    assert listed(tmp_path, "messages", "--state", "failed") == []
    assert "【牛田镇政务】一" in run(tmp_path, "messages", "show", "1").output
    assert run(tmp_path, "messages").exit_code == 0


def test_a_message_is_withdrawn_while_it_waits_and_sent_again_only_if_it_did_not_arrive(
    store: Store, tmp_path: Path
) -> None:
    assert run(tmp_path, "messages", "withdraw", "1").exit_code == 0
    assert "only what waits" in run(tmp_path, "messages", "withdraw", "1").output
    assert "message 3 waits" in run(tmp_path, "messages", "retry", "1").output
    assert "before" in run(tmp_path, "messages", "retry", "1").output
    with store.open() as office:
        row = office.messages.locked(2)
        assert row is not None
        row.state = "delivered"
        office.commit()
    assert "nothing to send again" in run(tmp_path, "messages", "retry", "2").output
    assert "there is no message 99" in run(tmp_path, "messages", "show", "99").output


def test_opt_outs_and_preferences(store: Store, tmp_path: Path) -> None:
    assert [row["number"] for row in listed(tmp_path, "messages", "opt-outs")] == ["13900005678"]
    assert run(tmp_path, "messages", "prefer", NUMBER, "voice").exit_code == 0
    with store.open() as office:
        assert office.contact_wishes.channel(NUMBER) == "voice"


def test_calls_are_listed_paused_and_resumed(store: Store, tmp_path: Path) -> None:
    [row] = listed(tmp_path, "outbound")
    assert (row["number"], row["state"], row["script"]) == ("138****1234", "waiting", "moved")
    run(tmp_path, "outbound", "pause")
    assert "paused" in run(tmp_path, "outbound").output
    run(tmp_path, "outbound", "resume")
    with store.open() as office:
        assert not office.calls_out.gate().paused
