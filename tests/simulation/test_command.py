"""`hotline simulate` prints what was found, says which mode it was, and never writes into an office's records."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from hotline.commands.simulate import simulate
from hotline.trouble import Trouble

QUICK = ["--weeks", "3", "--residents", "300", "--drawn", "30", "--figures-only"]


def test_the_judged_figures_are_in_the_json() -> None:
    done = CliRunner().invoke(simulate, [*QUICK, "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["mode"] == "figures-only"
    assert {"coverage", "weeks_to_find_bad_clerk", "false_alarms_per_quarter"} <= told.keys()
    assert "reached" not in told


def test_figures_only_is_said_in_the_table() -> None:
    done = CliRunner().invoke(simulate, [*QUICK, "--bad-clerk", "none"])
    assert done.exit_code == 0, done.output
    assert "FIGURES ONLY" in done.stdout
    assert "nobody planted bad" in done.stdout


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "hotline.sqlite").write_text("an office's records")
    done = CliRunner().invoke(simulate, ["--weeks", "1", "--residents", "20", "--data", str(tmp_path)])
    assert isinstance(done.exception, Trouble)
    assert (tmp_path / "hotline.sqlite").read_text() == "an office's records"
