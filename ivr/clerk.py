"""What a script's Do steps do: the use cases of the office, inside the turn's own transaction."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hotline.domain import appointments, grievances
from hotline.domain.calendar import TOWN_TIME, Place, Timetable, is_extended
from hotline.domain.catalogue import Town
from hotline.domain.errors import Refused
from hotline.store.tables import CallbackRow
from hotline.store.unit_of_work import Office
from ivr.clerking import hand_over
from ivr.contact import Contact
from ivr.dialogue.journal import Entry
from ivr.dialogue.steps import Do, Json, Prompt
from ivr.scripts.wording import label, words

CALL_BACK_WITHIN = timedelta(hours=8)
DANGER_TOPIC = "G16"


@dataclass(frozen=True)
class OfficeRules:
    """What the clerk goes by."""

    town: Town
    timetable: Timetable
    is_working_day: Callable[[date], bool]


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

    def service(self, given: Mapping[str, Json]) -> Json:
        """The facts a script needs of a service, as they are today."""
        service = self.rules.town.services[given["id"]]
        allowed = [("window", True), ("village", service.at_village), ("home", service.at_home)]
        return {
            "id": service.id,
            "spoken": service.spoken,
            "places": [place for place, possible in allowed if possible],
            "accept_only": not service.finishable,
            "papers": "、".join(paper.replace("/", "或") for paper in service.papers),
        }

    def free_times(self, given: Mapping[str, Json]) -> Json:
        """Free starts in town time, without zone."""
        times = appointments.free_times(
            self.office.appointments,
            Place(given["place"]),
            given["village"],
            now=self.now,
            timetable=self.rules.timetable,
        )
        return [at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M") for at in times]

    def is_extended(self, given: Mapping[str, Json]) -> Json:
        at = datetime.fromisoformat(given["at"]).replace(tzinfo=TOWN_TIME)
        return is_extended(at, self.rules.timetable, self.rules.is_working_day)

    def book(self, given: Mapping[str, Json]) -> Json:
        """Holds the place and writes the confirming text; {"refused": reason} if it is gone."""
        service = self.rules.town.services[given["service"]]
        wanted = appointments.Wanted(
            service.id,
            Place(given["place"]),
            datetime.fromisoformat(given["starts_at"]).replace(tzinfo=TOWN_TIME),
            given["name"],
            given["village"],
            self.contact.number,
            given["name_recording"],
        )
        try:
            appointments.check_place(service, wanted.place)
            booked = appointments.book(
                self.office.appointments,
                wanted,
                conversation=self.conversation,
                timetable=self.rules.timetable,
                draw_code=self._draw_code(),
            )
        except Refused as no:
            return {"refused": no.reason}
        self._know(given)
        facts = self.service({"id": service.id})
        self._text(
            f"booked:{booked.code}",
            "sms.booked",
            when=given["starts_at"],
            place=label(given["place"]),
            service=facts["spoken"],
            code=booked.code,
            papers=facts["papers"],
        )
        return {"code": booked.code}

    def log_grievance(self, given: Mapping[str, Json]) -> Json:
        """Opens the case and writes the confirming text."""
        urgency = grievances.urgency_of(given["topic"], danger=False)
        opened = self._accept({**given, "urgency": urgency})
        self._know(given)
        topic = self.rules.town.topics[opened.topic].spoken
        self._text(f"accepted:{opened.code}", "sms.grievance", topic=topic, code=opened.code)
        return {"code": opened.code, "urgency": urgency}

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

    def progress(self, _given: Mapping[str, Json]) -> Json:
        """The newest matter of the calling number."""
        number = self.contact.number
        cases = [g for g in self.office.grievances.all() if number and g.number == number]
        if cases:
            case = cases[-1]
            topic = self.rules.town.topics[case.topic].spoken
            return {
                "kind": "grievance",
                "code": case.code,
                "topic": topic,
                "status": label(f"status.{case.status}"),
            }
        booked = [a for a in self.office.appointments.all() if number and a.number == number]
        if not booked:
            return {"kind": ""}
        last = booked[-1]
        return {
            "kind": "appointment",
            "when": last.starts_at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M"),
            "place": str(last.place),
            "service": self.rules.town.services[last.service].spoken,
        }

    def _accept(self, given: Mapping[str, Json]) -> grievances.Grievance:
        told = grievances.Told(**{**given, "number": self.contact.number})
        return grievances.accept(
            self.office.grievances,
            told,
            conversation=self.conversation,
            now=self.now,
            draw_code=self._draw_code(),
        )

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

    def _text(self, reason: str, template: str, /, **values: Json) -> None:
        """Confirms by text where there is a number to send to."""
        if not self.contact.number:
            return
        row = self.office.messages.put(reason, self.contact.number, words(Prompt(template, values)))
        if row is not None:
            self.messages.append(row)

    def _draw_code(self) -> Callable[[], str]:
        drawn = random.Random(f"{self.conversation}/{self.place}")
        return lambda: f"{drawn.randrange(100_000, 1_000_000)}"


_ACTIONS: Mapping[str, Callable[[Clerk, Mapping[str, Json]], Json]] = {
    "caller": Clerk.caller,
    "service": Clerk.service,
    "free_times": Clerk.free_times,
    "is_extended": Clerk.is_extended,
    "book": Clerk.book,
    "log_grievance": Clerk.log_grievance,
    "raise_alarm": hand_over.raise_alarm,
    "ask_for_callback": hand_over.ask_for_callback,
    "hand_over": hand_over.hand_over,
    "next_person": hand_over.next_person,
    "city_line": hand_over.city_line,
    "text_city_line": hand_over.text_city_line,
    "progress": Clerk.progress,
}
