"""`hotline models`, as an operator meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from asr_models.manifest import read_manifest
from asr_models.store import ModelStore
from hotline.commands.models import models


def run(*arguments: str) -> Result:
    return CliRunner().invoke(models, arguments)


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_the_list_is_an_array_with_one_object_a_model(empty_cache: Path) -> None:
    result = run("list", "--json")
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert set(rows) == set(read_manifest().models)
    assert not any(row["installed"] for row in rows.values())
    assert rows["vosk-cn"]["pinned"] is False
    assert not (empty_cache / "hotline").exists(), "looking makes nothing"


def test_the_list_tells_licences(empty_cache: Path) -> None:
    assert "non-commercial" in run("list").stdout


def test_verify_of_an_empty_cache_says_what_to_run_and_fails(empty_cache: Path) -> None:
    result = run("verify")
    assert result.exit_code == 1
    assert "whisper-base: is not installed: run `hotline models fetch whisper-base`" in result.stdout
    assert "vosk-cn-small" not in result.stdout, "nobody asked for it"


def test_verify_of_a_sound_model_is_quiet(tmp_path: Path) -> None:
    result = run("verify", "silero-vad", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == [{"name": "silero-vad", "problems": []}]


@pytest.mark.parametrize("command", ["fetch", "verify"])
def test_an_unknown_name_is_one_line_and_exit_code_one(command: str) -> None:
    result = run(command, "../../etc/passwd")
    assert result.exit_code == 1
    assert "known are" in result.output
    assert "Traceback" not in result.output


def test_fetching_what_is_there_does_nothing() -> None:
    result = run("fetch", "silero-vad")
    assert result.exit_code == 0
    assert str(ModelStore().path("silero-vad")) in result.stderr
