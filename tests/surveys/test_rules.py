"""The town's own rules for the weekly callback are taken as written, or refused with what is wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hotline.contact_rules import BrokenRules, read_contact_rules, read_survey_rules
from hotline.domain.surveys.campaign import SurveyRules


def written(folder: Path, text: str) -> Path:
    (folder / "contact.toml").write_text(text, "utf8")
    return folder


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_survey_rules(tmp_path) == SurveyRules()


def test_what_is_written_counts(tmp_path: Path) -> None:
    folder = written(tmp_path, "[survey]\ncalls_at_once = 4\ndays_for_a_text = 2\nhalf_width = 0.05\n")
    rules = read_survey_rules(folder)
    assert (rules.calls_at_once, rules.text_wait, rules.half_width) == (4, timedelta(days=2), 0.05)


@pytest.mark.parametrize("line", ["attempts = 0", "weekday = 7", "half_width = 1.5", "response = 0", "colour = 1",
                                  'attempts = "x"', "days_for_a_text = 0", "calls_at_once = 5000"])  # fmt: skip
def test_what_makes_no_sense_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(BrokenRules, match=r"contact\.toml"):
        read_survey_rules(written(tmp_path, f"[survey]\n{line}\n"))


def test_the_gate_plans_no_second_attempt_of_a_survey(tmp_path: Path) -> None:
    with pytest.raises(BrokenRules, match="survey"):
        read_contact_rules(written(tmp_path, "[calls.attempts]\nsurvey = 3\n"))
