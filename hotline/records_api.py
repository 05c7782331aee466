"""The API put together for this service: the only place where it meets the telephone's words and the queues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_openapi3.openapi import OpenAPI

from hotline.api.application import build_api
from hotline.api.parts import Parts, QueueState
from hotline.bootstrap import Enqueue
from hotline.commands.lists import place_name, time_name
from hotline.config import Settings
from hotline.domain.appointments import Appointment
from hotline.domain.calendar import TOWN_TIME, Timetable
from hotline.domain.catalogue import Town
from hotline.store.unit_of_work import Store
from ivr.dialogue.steps import Prompt
from ivr.scripts.wording import label, words
from tasks.health import stand


def records_api(settings: Settings, store: Store, town: Town, enqueue: Enqueue) -> OpenAPI:
    """The API over these records, to be mounted at /api."""
    return build_api(
        Parts(
            store=store,
            town=town,
            timetable=Timetable(),
            time_name=time_name,
            place_name=place_name,
            confirmation=Confirmation(town),
            enqueue=enqueue,
            queues=lambda: [QueueState(*queue) for queue in stand(settings)],
        )
    )


@dataclass(frozen=True)
class Confirmation:
    """The same text a caller gets who books by telephone."""

    town: Town

    def __call__(self, booked: Appointment) -> str:
        service = self.town.services[booked.service]
        values = {
            "when": _plain(booked.starts_at),
            "place": label(str(booked.place)),
            "service": service.spoken,
            "code": booked.code,
            "papers": "、".join(paper.replace("/", "或") for paper in service.papers),
        }
        return words(Prompt("sms.booked", values))


def _plain(at: datetime) -> str:
    """A time as prompts take it: the town's, without zone."""
    return at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M")
