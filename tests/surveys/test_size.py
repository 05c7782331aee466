"""How many are drawn by themselves: for the town's interval, and for about eight answers about each clerk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.cli import cli
from hotline.contact_rules import BrokenRules, read_survey_rules
from hotline.domain.surveys.campaign import SurveyRules
from hotline.domain.surveys.size import size_of
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from tests.surveys.hall import WEEK, serve

RULES = SurveyRules()


def test_nine_clerks_are_told_apart_with_eight_answers_each() -> None:
    size = size_of(RULES, {f"C{n}": 60 for n in range(9)})
    assert size.telephones == size.for_clerks == 103
    assert size.telephones * RULES.response / size.clerks == pytest.approx(8, abs=0.1)
    assert size.for_interval < 60


def test_a_single_clerk_needs_no_more_than_the_interval_does() -> None:
    size = size_of(RULES, {"C1": 500})
    assert (size.telephones, size.for_clerks) == (size.for_interval, 12)


@pytest.mark.parametrize(
    ("served", "drawn"),
    [({}, 0), ({"C1": 3}, 3), ({"C1": 3, "C2": 4, "": 2}, 9), ({f"C{n}": 2 for n in range(40)}, 80)],
)
def test_never_more_than_there_are_and_of_few_everybody(served: dict[str, int], drawn: int) -> None:
    assert size_of(RULES, served).telephones == drawn


def test_without_the_watch_the_interval_alone_decides() -> None:
    size = size_of(replace(RULES, answers_a_clerk=0), {f"C{n}": 60 for n in range(9)})
    assert size.telephones == size.for_interval


def test_a_wider_interval_asks_for_fewer() -> None:
    clerks = {"C1": 400, "C2": 400}
    wide, narrow = (size_of(replace(RULES, half_width=half), clerks).for_interval for half in (0.2, 0.05))
    assert wide < narrow


def test_the_file_says_how_many_answers_a_clerk(tmp_path: Path) -> None:
    (tmp_path / "contact.toml").write_text("[survey]\nanswers_a_clerk = 4\n", "utf8")
    assert read_survey_rules(tmp_path).answers_a_clerk == 4
    (tmp_path / "contact.toml").write_text("[survey]\nanswers_a_clerk = -1\n", "utf8")
    with pytest.raises(BrokenRules):
        read_survey_rules(tmp_path)


def test_explain_says_what_each_reason_came_to(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/hotline.sqlite"
    upgrade(url)
    store = Store(url)
    serve(store, 300, clerks=9)
    store.close()
    own = {"HOTLINE_DATA_DIR": str(tmp_path), "HOTLINE_DATABASE_URL": url}
    told = CliRunner().invoke(cli, ["survey", "draw", "--week", WEEK, "--explain", "--dry-run"], env=own)
    assert told.exit_code == 0, told.output
    assert "103 for 8 answers about each of 9 clerks" in told.output
    assert "103 drawn" in told.output
