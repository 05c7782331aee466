"""What a script's Do steps do: the use cases of the office, inside the turn's own transaction."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from hotline.domain import grievances
from hotline.domain.calendar import TOWN_TIME, Timetable, is_extended
from hotline.domain.calling import CallingRules
from hotline.domain.case_life import HANDED_OVER
from hotline.domain.catalogue import Town
from hotline.domain.rosters import Rota
from hotline.domain.slots import Plan
from hotline.domain.usual_rota import UsualRota
from hotline.domain.visits import Travel
from hotline.store.tables import CallbackRow
from hotline.store.unit_of_work import Office
from ivr.clerking import appointments as booking
from ivr.clerking import cases, hand_over, ledger, outgoing, ratings, rung_for, surveys, waiting, wishes
from ivr.contact import Contact
from ivr.dialogue.journal import Entry
from ivr.dialogue.steps import Do, Json

CALL_BACK_WITHIN = timedelta(hours=8)
DANGER_TOPIC = "G16"


@dataclass(frozen=True)
class OfficeRules:
    """What the clerk goes by."""

    town: Town
    timetable: Timetable
    is_working_day: Callable[[date], bool]
    rota: Rota | None = None
    """None: at every desk as many people as it has seats, at the timetable's hours."""
    travel: Travel = field(default_factory=Travel)
    cars: tuple[str, ...] = ("1",)
    calling: CallingRules = field(default_factory=CallingRules)
    """When somebody may be rung: a place is offered by call only then."""

    @cached_property
    def plan(self) -> Plan:
        """What places are made of."""
        rota = self.rota or UsualRota(self.timetable, tuple(self.town.villages))
        return Plan(rota, self.travel, self.cars, self.timetable.horizon_days, self.timetable.notice)


@dataclass
class Clerk:
    """Serves one turn of one conversation. Texts it writes go to the outbox and leave after the commit."""

    rules: OfficeRules
    office: Office
    contact: Contact
    conversation: str
    now: datetime
    place: int
    """How long the journal is: with the conversation it seeds the codes, so a turn tried out
    beforehand and the turn itself draw the same one."""
    messages: list[int] = field(default_factory=list)
    told: Sequence[Entry] = ()
    """The whole conversation, with what was just heard."""
    duty_number: str = ""
    """Who takes calls where the office keeps no roster."""

    def perform(self, do: Do) -> Json:
        """Does one step. Raises KeyError for an action the office does not know."""
        return _ACTIONS[do.action](self, do.given)

    def caller(self, _given: Mapping[str, Json]) -> Json:
        return {"withheld": not self.contact.number}

    def is_extended(self, given: Mapping[str, Json]) -> Json:
        at = datetime.fromisoformat(given["at"]).replace(tzinfo=TOWN_TIME)
        return is_extended(at, self.rules.timetable, self.rules.is_working_day)

    def log_grievance(self, given: Mapping[str, Json]) -> Json:
        """Opens the case and writes the confirming text."""
        urgency = grievances.urgency_of(given["topic"], danger=False)
        opened = self._accept({**given, "urgency": urgency})
        self._know(given)
        city = opened.status == HANDED_OVER
        if not city:  # of that another text tells
            telling = cases.casework(self).telling
            telling.accepted(opened)
            self.messages.extend(telling.messages)
        return {"code": opened.code, "urgency": urgency, "city": city}

    def raise_alarm(self, given: Mapping[str, Json]) -> Json:
        """A case and a call-back that is due now, before anyone has answered."""
        told = {"topic": DANGER_TOPIC, "village": "", "group": "", "where": "", "name": "", "callback_number": ""}
        opened = self._accept(
            {
                **told,
                "story": given["text"],
                "recording": given["recording"],
                "name_recording": "",
                "urgency": "danger",
            }
        )
        self._ask_back("danger", given["text"], given["recording"], timedelta(0))
        return {"code": opened.code}

    def _accept(self, given: Mapping[str, Json]) -> grievances.Grievance:
        return cases.accept(self, given)

    def _ask_back(self, reason: str, text: str, recording: str, within: timedelta) -> None:
        self.office.records.add(
            CallbackRow(
                number=self.contact.number,
                reason=reason,
                recording=recording,
                text=text,
                conversation=self.conversation,
                due_at=self.now + within,
                created_at=self.now,
                state="open",
            )
        )

    def _know(self, given: Mapping[str, Json]) -> None:
        if self.contact.number:
            self.office.records.know_resident(self.contact.number, name=given["name"], village=given["village"])

    def draw_code(self) -> Callable[[], str]:
        """Draws the same codes for the same turn, tried out or taken."""
        drawn = random.Random(f"{self.conversation}/{self.place}")
        return lambda: f"{drawn.randrange(100_000, 1_000_000)}"


_ACTIONS: Mapping[str, Callable[[Clerk, Mapping[str, Json]], Json]] = {
    "caller": Clerk.caller,
    "service": booking.service,
    "free_times": booking.free_times,
    "is_extended": Clerk.is_extended,
    "book": booking.book,
    "coming": booking.coming,
    "by_code": booking.by_code,
    "change": booking.change,
    "cancel": booking.cancel,
    "join_waiting": waiting.join,
    "offered": waiting.offered,
    "accept": waiting.accept,
    "decline": waiting.decline,
    "log_grievance": Clerk.log_grievance,
    "raise_alarm": hand_over.raise_alarm,
    "ask_for_callback": hand_over.ask_for_callback,
    "hand_over": hand_over.hand_over,
    "next_person": hand_over.next_person,
    "city_line": hand_over.city_line,
    "text_city_line": hand_over.text_city_line,
    "hand_to_city": cases.hand_to_city,
    "progress": cases.progress,
    "settle_case": cases.settle_case,
    "call_facts": outgoing.call_facts,
    "rung_for": rung_for.rung_for,
    "recheck_facts": ledger.recheck_facts,
    "settle_row": ledger.settle_row,
    "give_place_back": outgoing.give_place_back,
    "opt_out": outgoing.opt_out,
    "to_rate": ratings.to_rate,
    "rate_helper": ratings.rate_helper,
    "reach": wishes.reach,
    "tell_by": wishes.tell_by,
    "text_to": wishes.text_to,
    "survey_facts": surveys.survey_facts,
    "survey_answer": surveys.survey_answer,
    "survey_decline": surveys.survey_decline,
    "survey_put_off": surveys.survey_put_off,
    "survey_break_off": surveys.survey_break_off,
    "survey_unheard": surveys.survey_unheard,
    "survey_done": surveys.survey_done,
    "rateable": surveys.rateable,
    "rate": surveys.rate,
    "rated": surveys.rated,
}
