"""What a resident is told of an appointment: one text for each move, through the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotline.domain.appointments import Appointment
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Service, Town
from hotline.store.unit_of_work import Office
from ivr.dialogue.steps import Json, Prompt
from ivr.scripts.wording import label, words


@dataclass(frozen=True)
class Told:
    """What a text is about where it is not the appointment itself, and until when it is of use."""

    about: str = ""
    until: datetime | None = None


AS_IT_STANDS = Told()


def tell(
    office: Office,
    town: Town,
    appointment: Appointment,
    template: str,
    /,
    *,
    told: Told = AS_IT_STANDS,
    **more: Json,
) -> int | None:
    """The outbox row of the text, once for each version of an appointment; None where no number is known."""
    if not appointment.texts_go_to:
        return None
    kind = template.removeprefix("sms.")
    reason = f"{kind}:{appointment.code}" + ("" if kind == "booked" else f":{appointment.version}")
    sentence = Prompt(template, {**facts_of(appointment, town), **more})
    body, spoken = words(sentence), words(sentence, (".voice",))
    return office.messages.put(
        reason,
        appointment.texts_go_to,
        body,
        kind="offer" if kind == "offer" else "asked",
        spoken="" if spoken == body else spoken,
        about=told.about,
        expires_at=told.until,
    )


def facts_of(appointment: Appointment, town: Town) -> dict[str, Json]:
    """An appointment as sentences take it: times in town time, without zone."""
    service = town.services.get(appointment.service)
    return {
        "code": appointment.code,
        "when": written(appointment),
        "place": label(str(appointment.place)),
        "service": service.spoken if service else appointment.service,
        "papers": papers_of(service) if service else "",
    }


def written(appointment: Appointment) -> str:
    return appointment.starts_at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M")


def papers_of(service: Service) -> str:
    return "、".join(paper.replace("/", "或") for paper in service.papers)
