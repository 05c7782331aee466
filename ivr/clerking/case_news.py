"""What a resident is told when somebody in the office has put their case right."""

from __future__ import annotations

from dataclasses import dataclass, field

from hotline.domain.catalogue import Town
from hotline.domain.grievances import Grievance
from hotline.store.unit_of_work import Office
from ivr.dialogue.steps import Json, Prompt
from ivr.scripts.wording import words


@dataclass
class CaseNews:
    """Within one transaction; whoever opened it commits and sends `messages`."""

    town: Town
    office: Office
    messages: list[int] = field(default_factory=list)

    def confirm(self, case: Grievance) -> None:
        """What is on record, under its code; once for each version, nothing where no number is known."""
        if not case.reply_to:
            return
        topic = "" if case.confidential else self.town.topics[case.topic].spoken
        values: dict[str, Json] = {"topic": topic, "code": case.code}
        text, spoken = (words(Prompt("sms.grievance", values), variants) for variants in ((), (".voice",)))
        reason = f"accepted:{case.code}" + (f":{case.version}" if case.version > 1 else "")
        row = self.office.messages.put(reason, case.reply_to, text, spoken="" if spoken == text else spoken)
        self.messages.extend([row] if row is not None else [])
