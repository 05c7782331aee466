"""A case that staff open from a call in which the machine missed it: as if the caller had been understood."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime

from hotline.domain import grievances
from hotline.domain.case_kinds import kind_of
from hotline.domain.case_life import HANDED_OVER, THE_MACHINE, Actor
from hotline.domain.dispatch import named_in
from hotline.domain.grievances import COMPLAINT, REPORT, Grievance, Told
from hotline.store.unit_of_work import Office
from ivr.casework import Casework
from ivr.clerk import OfficeRules
from ivr.dialogue.steps import Json, Prompt
from ivr.scripts.wording import words


@dataclass
class FromCall:
    """Opens cases in one transaction; whoever opened it commits and sends `messages`."""

    rules: OfficeRules
    office: Office
    now: datetime
    messages: list[int] = field(default_factory=list)

    def open(self, told: Told, conversation: str, actor: Actor) -> Grievance:
        """Opens it, sends it to its unit, and tells the resident the code."""
        town = self.rules.town
        kind = kind_of(town.kinds, told.topic, told.story)
        opened = grievances.accept(
            self.office.grievances,
            replace(told, kind=kind, urgency=grievances.urgency_of(told.topic, danger=False)),
            conversation=conversation,
            now=self.now,
            draw_code=lambda: f"{100_000 + secrets.randbelow(900_000)}",
            is_working_day=self.rules.is_working_day,
            accused=named_in(told.story, town.officers) if kind in (COMPLAINT, REPORT) else (),
            by=actor,
        )
        work = Casework(town, self.rules.is_working_day, self.office, self.now)
        sent = work.opened(opened, THE_MACHINE)
        self.messages.extend(work.messages)
        if sent.status != HANDED_OVER:  # of that another text tells
            self.confirm(sent)
        return sent

    def confirm(self, case: Grievance) -> None:
        """The text of what is on record; once for each version of a case."""
        if not case.reply_to:
            return
        topic = "" if case.confidential else self.rules.town.topics[case.topic].spoken
        values: dict[str, Json] = {"topic": topic, "code": case.code}
        text, spoken = (words(Prompt("sms.grievance", values), variants) for variants in ((), (".voice",)))
        reason = f"accepted:{case.code}" + (f":{case.version}" if case.version > 1 else "")
        put = self.office.messages.put
        row = put(reason, case.reply_to, text, spoken="" if spoken == text else spoken)
        self.messages.extend([row] if row is not None else [])
