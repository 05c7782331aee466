"""Whom a case tells: the resident of each step in the way they chose, the officer of what has come or is late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import MACHINE, MERGED, SUPERVISOR, TOLD
from hotline.domain.case_moves import Moved
from hotline.domain.catalogue import Town
from hotline.domain.dispatch import phone_of, supervision
from hotline.domain.escalation import Alert
from hotline.domain.grievances import FROM_CITY, LETTER, Grievance
from hotline.store.asking_back import about_review
from hotline.store.unit_of_work import Office
from hotline.store.ways import way_to
from ivr.dialogue.steps import Json, Prompt
from ivr.scripts.wording import label, words

LONGEST_TOLD = 200
"""Characters of an answer or a reason that a text holds."""
TEXTS = {
    "dispatch": "sms.case.dispatch",
    "sign": "sms.case.sign",
    "pause": "sms.case.pause",
    "resume": "sms.case.resume",
    "extend": "sms.case.extend",
    "review": "sms.case.review",
    "close": "sms.case.close",
    "reopen": "sms.case.reopen",
    "accept_anew": "sms.case.accept_anew",
    "refuse": "sms.case.refuse",
    "hand_over": "sms.case.hand_over",
    "merge": "sms.case.merge",
    "answer_at_once": "sms.case.answer_at_once",
}
"""What the resident is told of each move."""
BY_POST = (LETTER, FROM_CITY)
NOT_RUNG = frozenset({"dispatch", "resume", "reopen", "merge"})
"""Moves that are worth a text and not a ring: nothing is decided by them, and nothing wanted of the resident."""


@dataclass
class CaseTelling:
    """Writes to the outbox; what it wrote is in `messages`, to be sent after the commit."""

    town: Town
    office: Office
    messages: list[int] = field(default_factory=list)

    def accepted(self, case: Grievance) -> None:
        """The code, at once to who stands at the counter; what came by post can wait until the morning.

        Nobody is rung for it: it is said on the spot, and again in the first call there is cause for.
        """
        kind, number = "step" if case.source in BY_POST else "asked", case.number or case.reply_to
        if not number or way_to(self.office, number, kind).by == "voice":
            return
        told = Prompt("sms.grievance", {"topic": self._topic(case), "code": case.code})
        self.send(f"accepted:{case.code}", number, words(told), kind=kind, spoken=words(told, (".voice",)))

    def step(self, moved: Moved) -> None:
        """Tells the resident, and whoever told of the same fact, in the way each has chosen."""
        if moved.event.move not in TOLD:
            return
        case = moved.after
        told = (case,) if case.status == MERGED else self._tellers(case)
        for teller in told:
            if self._by_call(teller):
                if not _worth_a_ring(moved):
                    continue
                self._take_back_older_news(teller)
            asks = moved.event.move == "review" and teller.code == case.code
            facts = self._facts(teller, moved)
            text, spoken = (words(Prompt(TEXTS[moved.event.move], facts), also) for also in ((), (".voice",)))
            self.send(
                f"case:{teller.code}:{case.code}.{case.version}",
                teller.reply_to,
                text,
                channel=self._channel(teller) if _worth_a_ring(moved) else "sms",
                about=about_review(case) if asks else f"case:{teller.code}",
                spoken="" if asks else spoken,  # that call has a script of its own
            )

    def officer(self, moved: Moved) -> None:
        """Tells the officer a case has come to, where the list has a number for it; nothing of who told it."""
        case = moved.after
        if moved.event.move not in ("dispatch", "reassign"):
            return
        village, topic = self.town.villages.get(case.village), self.town.topics.get(case.topic)
        values: dict[str, Json] = {
            "code": case.code,
            "village": village.name if village else "",
            "topic": topic.spoken if topic else "",
            "time": f"{case.sign_by.astimezone(TOWN_TIME):%Y-%m-%dT%H:%M}",
        }
        text = words(Prompt("sms.officer.given", values))
        phone = phone_of(self.town.officers, case.unit, case.officer)
        self.send(f"given:{case.code}:{case.version}", phone, text, kind=_to_officer(case))

    def late(self, case: Grievance, alert: Alert, at: datetime) -> bool:
        """Writes down who is told of a clock that has run out, and a text where there is a number for it.

        False if they were told before.
        """
        post, name = supervision(self.town.officers), case.officer
        phone, text = phone_of(self.town.officers, case.unit, case.officer), "sms.officer.late"
        if alert.level == SUPERVISOR:
            name, phone = (post.officer, post.phone) if post else ("", "")
            text = "sms.supervisor.late"
        if not self.office.grievances.note_alert(case, alert, told=name, at=at):
            return False
        what = label(f"late.{alert.what}")
        values: dict[str, Json] = {"code": case.code, "what": what, "unit": case.unit, "officer": case.officer}
        self.send(alert.reason, phone, words(Prompt(text, values)), kind=_to_officer(case))
        return True

    def send(self, reason: str, number: str, text: str, *, kind: str = "step", **more: Any) -> None:
        """One row of the outbox for one reason, if there is a number; `kind` is what it is for."""
        row = self.office.messages.put(reason, number, text, kind=kind, **more) if number else None
        if row is not None:
            self.messages.append(row)

    def _by_call(self, teller: Grievance) -> bool:
        return bool(teller.reply_to) and (
            way_to(self.office, teller.reply_to, "step", self._channel(teller)).by == "voice"
        )

    def _take_back_older_news(self, teller: Grievance) -> None:
        """What has not been told yet is told with the newest, in one call."""
        about = f"case:{teller.code}"
        self.office.messages.withdraw(about, kind="step")
        self.office.calls_out.withdraw(about, kind="step")

    def _channel(self, teller: Grievance) -> str:
        """What was chosen with the case counts where nothing has been said of every matter."""
        known = self.office.contact_wishes.channel(teller.reply_to)
        return "voice" if teller.tell_by == "call" and not known else "either"

    def _tellers(self, case: Grievance) -> Iterator[Grievance]:
        """Whose case it is, and everybody whose case has joined it, also by way of another."""
        yield case
        for repeat in self.office.grievances.merged_into(case.code):
            yield from self._tellers(repeat)

    def _topic(self, teller: Grievance) -> str:
        """Phones are shared: a confidential matter is called by its code alone."""
        topic = self.town.topics.get(teller.topic)
        return topic.spoken if topic and not teller.confidential else ""

    def _facts(self, teller: Grievance, moved: Moved) -> dict[str, Json]:
        case = moved.after
        return {
            "code": teller.code,
            "topic": self._topic(teller),
            "unit": case.unit,
            "reason": moved.event.reason[:LONGEST_TOLD],
            "answer": case.answer[:LONGEST_TOLD],
            "by": f"{case.answer_by.astimezone(TOWN_TIME):%Y-%m-%d}" if case.answer_by else "any",
        }


def _worth_a_ring(moved: Moved) -> bool:
    """Whether something is decided or wanted: who has it until when (once), papers, more time, an answer, a no.

    What the resident has just said themselves (solved: the machine closes) is not told back to them.
    """
    move, case = moved.event.move, moved.after
    if move == "close":
        return moved.event.role != MACHINE
    if move == "sign":
        return case.dispatches <= 1
    return move not in NOT_RUNG


def _to_officer(case: Grievance) -> str:
    """What cannot wait leaves at any hour; an ordinary case in the morning."""
    return "step" if case.urgency == "normal" else "alert"
