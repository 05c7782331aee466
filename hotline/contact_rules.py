"""The town's own hours for texts and calls, read from `contact.toml` in its data folder, over the defaults.

[texts]
quiet = ["21:00", "08:00"]
[calls]
hours = [["08:30", "11:30"], ["15:00", "17:30"], ["18:30", "20:00"]]
seconds_apart = 1
[calls.attempts]
reminder = 2
[survey]
attempts = 3
calls_at_once = 2
days_for_a_text = 3
weekday = 0
half_width = 0.1
answers_a_clerk = 8
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from hotline.domain import callbacks
from hotline.domain.calendar import Hours, Timetable
from hotline.domain.calling import ATTEMPTS, CallingRules, ContactRules
from hotline.domain.courtesy import QuietHours
from hotline.domain.surveys.campaign import SurveyRules
from hotline.holidays import is_working_day
from hotline.trouble import Trouble

FILE = "contact.toml"


class BrokenRules(Trouble):
    """The file is there and cannot be used; the message says what is wrong."""


def read_contact_rules(folder: Path) -> ContactRules:
    """The rules of a data folder; the defaults where it has no such file. Raises BrokenRules."""
    path = folder / FILE
    if not path.exists():
        return ContactRules(_calling({}))
    try:
        return contact_rules_in(path.read_text("utf8"))
    except (OSError, ValueError, TypeError) as wrong:
        raise BrokenRules([f"{path}: {wrong}"]) from wrong


def contact_rules_in(text: str) -> ContactRules:
    """The rules of such a file. ValueError or TypeError for what is none."""
    given = tomllib.loads(text)
    _only(given, {"texts", "calls", "survey"})
    return ContactRules(_calling(given.get("calls", {})), _quiet(given.get("texts", {})))


def _person_by(now: datetime) -> datetime:
    """Two hours of office time on, by the official calendar."""
    return callbacks.due_at("", now, Timetable(), is_working_day)


def read_survey_rules(folder: Path) -> SurveyRules:
    """The rules of the weekly callback; the defaults where the folder has none. Raises BrokenRules."""
    path = folder / FILE
    if not path.exists():
        return SurveyRules()
    try:
        return _survey(tomllib.loads(path.read_text("utf8")).get("survey", {}))
    except (OSError, ValueError, TypeError) as wrong:
        raise BrokenRules([f"{path}: {wrong}"]) from wrong


def _survey(given: dict[str, Any]) -> SurveyRules:
    known = {"attempts", "calls_at_once", "days_for_a_text", "weekday", "half_width", "expected", "response"}
    _only(given, known | {"answers_a_clerk"})
    wait = timedelta(days=float(given.get("days_for_a_text", 3)))
    rules = SurveyRules(text_wait=wait, **{key: given[key] for key in given if key != "days_for_a_text"})
    shares = (rules.half_width, rules.expected, rules.response)
    if not (1 <= rules.attempts <= 10 and 1 <= rules.calls_at_once <= 1000 and 0 <= rules.weekday <= 6):
        raise ValueError("survey: attempts 1 to 10, calls_at_once 1 to 1000, weekday 0 (Monday) to 6")
    if not all(0 < share <= 1 for share in shares) or rules.half_width >= 1 or wait <= timedelta(0):
        raise ValueError("survey: half_width, expected and response are shares, days_for_a_text more than 0")
    if not 0 <= rules.answers_a_clerk <= 1000:
        raise ValueError("survey: answers_a_clerk 0 to 1000")
    return rules


def _quiet(given: dict[str, Any]) -> QuietHours:
    _only(given, {"quiet"})
    if "quiet" not in given:
        return QuietHours()
    begin, end = given["quiet"]
    return QuietHours(time.fromisoformat(begin), time.fromisoformat(end))


def _calling(given: dict[str, Any]) -> CallingRules:
    _only(given, {"hours", "seconds_apart", "attempts"})
    rules = CallingRules(person_by=_person_by)
    if "hours" in given:
        stretches = [Hours(time.fromisoformat(first), time.fromisoformat(last)) for first, last in given["hours"]]
        if not stretches or any(hours.first >= hours.last for hours in stretches):
            raise ValueError("hours: each stretch begins before it ends, and there is at least one")
        rules = replace(rules, hours=tuple(stretches))
    attempts = given.get("attempts", {})
    _only(attempts, set(ATTEMPTS) - {"survey"})  # [survey] has its own
    if any(not isinstance(n, int) or not 1 <= n <= 10 for n in attempts.values()):
        raise ValueError("attempts: 1 to 10")
    apart = timedelta(seconds=float(given.get("seconds_apart", rules.apart.total_seconds())))
    return replace(rules, attempts=ATTEMPTS | attempts, apart=apart)


def _only(given: dict[str, Any], known: set[str]) -> None:
    if strange := set(given) - known:
        raise ValueError(f"{', '.join(sorted(strange))}: known are {', '.join(sorted(known))}")
