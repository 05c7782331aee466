"""The API put together for this service: the only place where it meets the telephone's words and the queues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flask_openapi3.openapi import OpenAPI

from hotline.api.application import build_api
from hotline.api.parts import Parts
from hotline.bootstrap import Enqueue
from hotline.commands.cases import sounds
from hotline.commands.lists import place_name, time_name
from hotline.config import Settings
from hotline.domain.appointments import Appointment
from hotline.domain.catalogue import Town
from hotline.domain.town_document import calendar_of
from hotline.holidays import official
from hotline.serving import Behind, QueueState, Serving
from hotline.store.unit_of_work import Office, Store
from ivr.casework import Casework
from ivr.clerk import OfficeRules
from ivr.clerking.case_news import CaseNews
from ivr.clerking.counter import Counter
from ivr.clerking.staff_moves import StaffMoves
from ivr.clerking.telling import facts_of
from ivr.dialogue.steps import Prompt
from ivr.editions import Edition
from ivr.ledgerwork import Ledgerwork
from ivr.scripts.wording import words
from tasks.health import stand


def records_api(
    settings: Settings, store: Store, newest: Callable[[Office], Edition], enqueue: Enqueue
) -> OpenAPI:
    """The API over these records, to be mounted at /api."""
    return build_api(Parts(**vars(behind(settings, store, newest, enqueue))))


def behind(settings: Settings, store: Store, newest: Callable[[Office], Edition], enqueue: Enqueue) -> Behind:
    """What API and console stand on."""
    return Behind(
        store=store,
        serving=lambda office: serving_by(newest(office).rules),
        time_name=time_name,
        place_name=place_name,
        ledger=lambda office, town, now: ledgerwork(office, town, now, settings.proofs),
        enqueue=enqueue,
        queues=lambda: [QueueState(*queue) for queue in stand(settings)],
    )


def serving_by(rules: OfficeRules) -> Serving:
    """The town by its rules, and the telephone's own use cases on it."""
    return Serving(
        rules.town,
        rules.plan,
        rules.timetable,
        rules.is_working_day,
        appointment_moves=lambda office, by, now: StaffMoves(office, rules, by, now),
        case_moves=lambda office, now: Casework(rules.town, rules.is_working_day, office, now),
        counter=lambda office, by, now, request: Counter(office, rules, by, now, request),
        sounds=sounds,
        case_news=lambda office: CaseNews(rules.town, office),
    )


def ledgerwork(office: Office, town: Town, now: datetime, folder: Path) -> Ledgerwork:
    """What moves rows of the ledger, by the town's own calendar."""
    return Ledgerwork(town, calendar_of(town, official).works_on, office, now, folder)


def confirmation(booked: Appointment, town: Town) -> str:
    """The same text a caller gets who books by telephone."""
    return words(Prompt("sms.booked", facts_of(booked, town)))
