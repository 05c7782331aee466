"""What is late, who is told first, and when the supervisor steps in (督办)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.domain.case_life import ACCEPTED, DISPATCHED, RETURNED, SUPERVISOR, UNDER_WAY
from hotline.domain.grievances import SIGN_WITHIN, Grievance
from hotline.domain.working_time import IsWorkingDay, after_working_days

OFFICER = "officer"
UNSIGNED, UNANSWERED, WAITING = "unsigned", "unanswered", "waiting"
WAITS_DAYS = 10
"""Working days a case may wait for papers before somebody asks after them."""
GRACE_DAYS = 1
"""Working days from the officer's alert to the supervisor's."""


@dataclass(frozen=True)
class Alert:
    """Somebody is to be told that a clock has run out; the same clock gives the same `reason`."""

    code: str
    what: str
    """unsigned, unanswered or waiting (for papers)"""
    level: str
    """officer or supervisor; the latter is 督办"""
    due: datetime

    @property
    def reason(self) -> str:
        """Unique to this clock of this case: told once, however often the sweep runs."""
        return f"late:{self.code}:{self.what}:{self.level}:{self.due:%Y%m%d%H%M}"


def alerts(case: Grievance, now: datetime, is_working_day: IsWorkingDay) -> list[Alert]:
    """Everything about the case that is late now. What has no officer to tell goes to the supervisor at once."""
    found = []
    for what, due in _clocks(case, is_working_day):
        if now < due:
            continue
        nobody = case.confidential or not case.officer
        if not nobody:
            found.append(Alert(case.code, what, OFFICER, due))
        if nobody or now >= _then(case, what, due, is_working_day):
            found.append(Alert(case.code, what, SUPERVISOR, due))
    return found


def _clocks(case: Grievance, is_working_day: IsWorkingDay) -> Iterator[tuple[str, datetime]]:
    if case.status in (ACCEPTED, DISPATCHED, RETURNED):
        yield UNSIGNED, case.sign_by
    if case.status not in UNDER_WAY:
        return
    if case.paused_at is not None:
        yield WAITING, after_working_days(case.paused_at, WAITS_DAYS, is_working_day)
    elif case.answer_by is not None:
        yield UNANSWERED, case.answer_by


def _then(case: Grievance, what: str, due: datetime, is_working_day: IsWorkingDay) -> datetime:
    """When the supervisor is told: as long again where minutes count, else a working day later."""
    if what == UNSIGNED and case.urgency in SIGN_WITHIN:
        return due + SIGN_WITHIN[case.urgency]
    return after_working_days(due, GRACE_DAYS, is_working_day)


def earliest_wait(now: datetime) -> datetime:
    """A pause begun later than this cannot have lasted too long: what a database query can go by."""
    return now - timedelta(days=WAITS_DAYS)
