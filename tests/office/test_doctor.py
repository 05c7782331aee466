"""`hotline doctor` finds what is wrong and says how to mend it."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hotline.cli import cli
from hotline.config import KNOWN
from tests.carriers.far_side import ACCOUNT, far_side
from tests.servers import free_port


def doctor(tmp_path: Path, port: int, **env: str) -> tuple[int, dict[str, dict[str, Any]]]:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_DATA_DIR": str(tmp_path)} | env
    done = CliRunner().invoke(cli, ["doctor", "--json", "--port", str(port)], env=clean)
    return done.exit_code, {finding["check"]: finding for finding in json.loads(done.stdout)}


@pytest.mark.audio
def test_a_machine_that_is_set_up_is_well(tmp_path: Path) -> None:
    code, found = doctor(tmp_path, free_port())
    assert [finding for finding in found.values() if not finding["ok"]] == []
    assert code == 0
    for check in (
        "HOTLINE_ASR",
        "database",
        "redis",
        "port",
        "clock",
        "model whisper-base",
        "recogniser",
        "voice",
    ):
        assert check in found


def test_wrong_settings_are_each_a_finding(tmp_path: Path) -> None:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_ASR": "ear", "HOTLINE_CARRIER": "pigeon"}
    done = CliRunner().invoke(cli, ["doctor"], env=clean)
    assert done.exit_code == 1
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["✗ settings", "✗ settings"]


@pytest.mark.audio
def test_what_is_wrong_is_named_with_its_remedy_and_no_secret(tmp_path: Path) -> None:
    with socket.socket() as holder, far_side() as far:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        code, found = doctor(
            tmp_path,
            holder.getsockname()[1],
            XDG_CACHE_HOME=str(tmp_path / "no-models"),
            HOTLINE_CARRIER="twilio",
            HOTLINE_PUBLIC_URL="http://127.0.0.1:9",
            HOTLINE_NUMBER="+867378812345",
            TWILIO_ACCOUNT_SID=ACCOUNT[0],
            TWILIO_AUTH_TOKEN="not-the-token",
            TWILIO_API_BASE_URL=far.url,
            HOTLINE_REDIS_URL=f"redis://:hush@127.0.0.1:{free_port()}",
            HOTLINE_DATABASE_URL=f"postgresql://u:hush@127.0.0.1:{free_port()}/x",
        )
    assert code == 1
    ill = {check for check, finding in found.items() if not finding["ok"]}
    assert ill >= {"database", "redis", "port", "public URL", "carrier account", "recogniser", "voice"}
    assert "hotline models fetch" in found["recogniser"]["mend"]
    told = json.dumps(found)
    assert "hush" not in told
    assert "not-the-token" not in told
