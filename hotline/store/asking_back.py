"""Every case is called back: whoever told it is asked whether it is solved; of what is not a person rings."""

from __future__ import annotations

import re
from datetime import datetime

from hotline.domain.callbacks import OPEN
from hotline.domain.calling import CallOrder
from hotline.domain.case_life import REVIEWED
from hotline.domain.case_moves import Moved
from hotline.domain.grievances import Grievance
from hotline.store.tables import CallbackRow
from hotline.store.unit_of_work import Office

NOT_SOLVED = "not_solved"
_REVIEW = re.compile(r"review:(\d{6})@(\d+)")


def about_review(case: Grievance) -> str:
    """What asking whether a case is solved is about: a result worked out anew is another one."""
    began = case.answer_from or case.created_at
    return f"review:{case.code}@{began.timestamp():.0f}"


def reviewed(office: Office, about: str) -> Grievance | None:
    """The case that is asked about, if its result still waits for an answer."""
    named = _REVIEW.fullmatch(about)
    case = office.grievances.by_code(named[1]) if named else None
    return case if case is not None and case.status == REVIEWED and about_review(case) == about else None


def ask_by_call(office: Office, case: Grievance, text: str, now: datetime) -> bool:
    """A call about the result, once for it; `text` is for the person who rings where the machine cannot get
    through. False where it is on record, or nobody can be rung."""
    if not case.reply_to:
        return False
    order = CallOrder(
        about_review(case), case.reply_to, "step", "solved", given={"text": text}, about=about_review(case)
    )
    return office.calls_out.put(order, now) is not None


def ring_back(office: Office, moved: Moved, due_at: datetime) -> None:
    """What was not solved: a person rings, by a clock, and hears why."""
    case = moved.after
    if not case.reply_to:
        return
    office.callbacks.add_once(
        CallbackRow(
            number=case.reply_to,
            reason=NOT_SOLVED,
            text=f"{case.code} {moved.event.reason}"[:500],
            conversation="",
            state=OPEN,
            due_at=due_at,
            created_at=moved.event.at,
            cause=f"reopen:{case.code}.{case.version}",
        )
    )
