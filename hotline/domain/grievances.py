"""Grievances (诉求): what is wrong, where, for whom, and by when it is signed for and answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hotline.domain.case_life import THE_MACHINE, Actor, Standing
from hotline.domain.codes import free_code
from hotline.domain.errors import Refused
from hotline.domain.working_time import IsWorkingDay, after_working_days

CONSULT, HELP, COMPLAINT, REPORT, SUGGESTION, PRAISE = (
    "consult",
    "help",
    "complaint",
    "report",
    "suggestion",
    "praise",
)
KINDS = (CONSULT, HELP, COMPLAINT, REPORT, SUGGESTION, PRAISE)
"""咨询 / 求助 / 投诉 / 举报 / 建议 / 表扬."""
ON_THE_SPOT, PROMISED, TO_COMPLETE, SENT_BACK, BY_AGENT = (
    "on_the_spot",
    "promised",
    "to_complete",
    "sent_back",
    "by_agent",
)
CLASSES = (ON_THE_SPOT, PROMISED, TO_COMPLETE, SENT_BACK, BY_AGENT)
"""即办件 / 承诺件 / 补办件 / 退回件 / 代办件."""

SIGN_WITHIN = {"danger": timedelta(minutes=15), "urgent": timedelta(minutes=30)}
"""Local practice: danger 15 min, water and power 30 min, also on non-working days."""
SIGN_WITHIN_DAYS = 1
"""Anything else, in working days."""
ANSWER_WITHIN_DAYS = {CONSULT: 1, HELP: 5, SUGGESTION: 5, COMPLAINT: 5, REPORT: 5, PRAISE: 5}
"""Local practice, in working days."""

URGENT_TOPICS = frozenset({"G1", "G2"})
STAFF_TOPIC = "G15"
"""Complaints about staff."""
URGENCIES = ("danger", "urgent", "normal")
WAYS = ("sms", "call")
"""How a resident may be told."""


@dataclass(frozen=True)
class Told:
    """What a resident told and confirmed."""

    topic: str
    story: str
    village: str
    group: str
    where: str
    name: str
    number: str
    """Who rang."""
    callback_number: str
    """Where to ring back."""
    urgency: str = "normal"
    recording: str = ""
    name_recording: str = ""
    kind: str = HELP
    tell_by: str = "sms"


@dataclass(frozen=True)
class Grievance:
    id: int
    code: str
    topic: str
    story: str
    village: str
    group: str
    where: str
    name: str
    number: str
    callback_number: str
    urgency: str
    status: str
    sign_by: datetime
    recording: str
    conversation: str
    created_at: datetime
    name_recording: str = ""
    kind: str = HELP
    case_class: str = PROMISED
    tell_by: str = "sms"
    confidential: bool = False
    accused: tuple[str, ...] = ()
    """Names or user names of staff it is about."""
    unit: str = ""
    officer: str = ""
    deputy: str = ""
    taken_by: str = ""
    """The user who signed for it, and owns it from then on (首接负责制)."""
    dispatches: int = 0
    dispatched_at: datetime | None = None
    answer_by: datetime | None = None
    """None for cases from before the clocks."""
    answer_from: datetime | None = None
    granted_days: int = 0
    """Working days by which pauses and the extension have put off the answer."""
    extended_days: int = 0
    paused_at: datetime | None = None
    supervised: bool = False
    """督办."""
    main: str = ""
    """The code of the case it was merged into."""
    tellers: int = 1
    """How many residents have told of it."""
    answer: str = ""
    version: int = 0

    @property
    def holders(self) -> tuple[str, ...]:
        """Who holds it: whoever signed for it; before that the officer and the deputy."""
        return (self.taken_by,) if self.taken_by else tuple(name for name in (self.officer, self.deputy) if name)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody at work on it."""
        return tuple(name for name in (self.officer, self.deputy, self.taken_by) if name)

    @property
    def standing(self) -> Standing:
        return Standing(self.status, self.confidential, self.holders, self.accused)

    @property
    def reply_to(self) -> str:
        """The number the teller is reached at; empty if none is known."""
        return self.callback_number or self.number


class Casebook(Protocol):
    """Where grievances are kept."""

    def add(
        self,
        told: Told,
        *,
        code: str,
        sign_by: datetime,
        conversation: str,
        answer_by: datetime | None = None,
        answer_from: datetime | None = None,
        accused: Sequence[str] = (),
        by: Actor = THE_MACHINE,
    ) -> Grievance: ...

    def code_in_use(self, code: str) -> bool: ...


def urgency_of(topic: str, *, danger: bool) -> str:
    """danger, urgent (water, power) or normal."""
    if danger:
        return "danger"
    return "urgent" if topic in URGENT_TOPICS else "normal"


def sign_by(urgency: str, since: datetime, is_working_day: IsWorkingDay) -> datetime:
    """When somebody must have signed for it."""
    if urgency in SIGN_WITHIN:
        return since + SIGN_WITHIN[urgency]
    return after_working_days(since, SIGN_WITHIN_DAYS, is_working_day)


def answer_by(case: Grievance, is_working_day: IsWorkingDay) -> datetime | None:
    """When the answer is owed: by the kind of case, later by what was granted."""
    if case.answer_from is None:
        return None
    return after_working_days(case.answer_from, ANSWER_WITHIN_DAYS[case.kind] + case.granted_days, is_working_day)


def accept(
    casebook: Casebook,
    told: Told,
    *,
    conversation: str,
    now: datetime,
    draw_code: Callable[[], str],
    is_working_day: IsWorkingDay,
    accused: Sequence[str] = (),
    by: Actor = THE_MACHINE,
) -> Grievance:
    """Opens a case (受理) with its code and its clocks; `by` stands in the first row of its history."""
    if told.kind not in KINDS or told.urgency not in URGENCIES or told.tell_by not in WAYS:
        raise Refused("bad_case")
    return casebook.add(
        told,
        code=free_code(casebook.code_in_use, draw_code),
        sign_by=sign_by(told.urgency, now, is_working_day),
        answer_by=after_working_days(now, ANSWER_WITHIN_DAYS[told.kind], is_working_day),
        answer_from=now,
        conversation=conversation,
        accused=accused,
        by=by,
    )
