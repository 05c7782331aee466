"""Times as staff say them: how old something is, how long there is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import ACCEPTED, ANSWERED, DISPATCHED, RETURNED, UNDER_WAY
from hotline.domain.grievances import Grievance
from hotline.words import word

SOON_TO_SIGN = timedelta(hours=2)
SOON_TO_ANSWER = timedelta(days=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


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
        says = gettext("等审核") if case.status == ANSWERED else ""
        return CaseClock(says, "", "")
    if case.paused_at is not None:
        return CaseClock(gettext("等材料，已等%(time)s", time=length(now - case.paused_at)), "", "")
    if case.status in (ACCEPTED, DISPATCHED, RETURNED):
        return _running(case.sign_by, now, SOON_TO_SIGN, signing=True)
    if case.answer_by is None:
        return CaseClock("", "", "")
    return _running(case.answer_by, now, SOON_TO_ANSWER, signing=False)


def _running(due: datetime, now: datetime, soon: timedelta, *, signing: bool) -> CaseClock:
    left = due - now
    time = length(abs(left))
    if left <= timedelta(0):
        says = gettext("签收超时%(time)s", time=time) if signing else gettext("答复超时%(time)s", time=time)
        return CaseClock(says, "late", local(due))
    says = gettext("还有%(time)s签收", time=time) if signing else gettext("还有%(time)s答复", time=time)
    return CaseClock(says, "soon" if left <= soon else "", local(due))


def length(span: timedelta) -> str:
    """A stretch of time by its largest part: 20分钟, 3小时, 2天."""
    if span < HOUR:
        return str(gettext("%(n)s分钟", n=max(1, span // timedelta(minutes=1))))
    if span < DAY:
        return str(gettext("%(n)s小时", n=span // HOUR))
    return str(gettext("%(n)s天", n=span // DAY))


def local(at: datetime) -> str:
    """2026-11-24 09:30 in town time."""
    return at.astimezone(TOWN_TIME).strftime("%Y-%m-%d %H:%M")


def short(at: datetime) -> str:
    """11月24日 09:30."""
    there = at.astimezone(TOWN_TIME)
    return f"{there.month}月{there.day}日 {there:%H:%M}"


def weekday(at: datetime) -> str:
    return str(gettext(word("weekday", str(at.astimezone(TOWN_TIME).isoweekday()))))
