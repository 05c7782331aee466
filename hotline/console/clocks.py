"""The clock of a case, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.console.languages import translated as _
from hotline.console.times import length, to_minute
from hotline.domain.case_life import ACCEPTED, ANSWERED, DISPATCHED, RETURNED, UNDER_WAY
from hotline.domain.grievances import Grievance

SOON_TO_SIGN = timedelta(hours=2)
SOON_TO_ANSWER = timedelta(days=1)


@dataclass(frozen=True)
class CaseClock:
    """What is owed next, in words, and how pressing it is."""

    says: str
    tone: str
    """late, soon or empty: the class it is shown with."""
    due: str
    """The moment itself; empty where nothing is owed."""


def case_clock(case: Grievance, now: datetime) -> CaseClock:
    """The clock of a case that runs out first."""
    if case.status not in UNDER_WAY:
        says = _("等审核") if case.status == ANSWERED else ""
        return CaseClock(says, "", "")
    if case.paused_at is not None:
        return CaseClock(_("等材料，已等 %(time)s", time=length(now - case.paused_at)), "", "")
    if case.status in (ACCEPTED, DISPATCHED, RETURNED):
        return _running(case.sign_by, now, SOON_TO_SIGN, signing=True)
    if case.answer_by is None:
        return CaseClock("", "", "")
    return _running(case.answer_by, now, SOON_TO_ANSWER, signing=False)


def _running(due: datetime, now: datetime, soon: timedelta, *, signing: bool) -> CaseClock:
    left = due - now
    time = length(abs(left))
    if left <= timedelta(0):
        says = _("签收超时 %(time)s", time=time) if signing else _("答复超时 %(time)s", time=time)
        return CaseClock(says, "late", to_minute(due))
    says = _("还有 %(time)s签收", time=time) if signing else _("还有 %(time)s答复", time=time)
    return CaseClock(says, "soon" if left <= soon else "", to_minute(due))
