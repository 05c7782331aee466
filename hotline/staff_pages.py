"""The console put together for this service: where it meets the telephone's words and the queues."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from hotline.bootstrap import Enqueue
from hotline.commands.lists import place_name, time_name
from hotline.config import Settings
from hotline.console.application import console
from hotline.console.parts import Parts
from hotline.records_api import confirmation, ledgerwork, serving_by
from hotline.serving import QueueState
from hotline.store.unit_of_work import Office, Store
from ivr.editions import Edition
from tasks.health import stand


def staff_pages(
    settings: Settings, store: Store, newest: Callable[[Office], Edition], enqueue: Enqueue
) -> Blueprint:
    """The staff's pages over these records."""
    return console(console_parts(settings, store, newest, enqueue))


def console_parts(
    settings: Settings, store: Store, newest: Callable[[Office], Edition], enqueue: Enqueue
) -> Parts:
    """What the pages stand on."""
    return Parts(
        store=store,
        settings=settings,
        serving=lambda office: serving_by(newest(office).rules),
        time_name=time_name,
        place_name=place_name,
        confirmation=confirmation,
        ledger=lambda office, town, now: ledgerwork(office, town, now, settings.proofs),
        enqueue=enqueue,
        queues=lambda: [QueueState(*queue) for queue in stand(settings)],
    )
