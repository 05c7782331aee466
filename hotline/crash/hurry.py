"""What still waits after the quiet is done by the worker's own jobs, with their clock moved on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import or_, select

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.contact_rules import read_contact_rules
from hotline.domain.calling import ASKING
from hotline.domain.remedies import BACK_OFF
from hotline.rules import office_rules
from hotline.store.tables import CallOutRow, MessageRow
from hotline.store.unit_of_work import Office, Store
from hotline.town import current_town
from ivr.clerking.waiting import sweep
from tasks.missed import plan_callbacks
from tasks.outbound import dial
from tasks.outbox import DEAD_AFTER, deliver
from tasks.reminders import plan_reminders
from tasks.workplace import Workplace, carrier_of

UNSETTLED = ("waiting", "sending")


def unsettled(store: Store) -> bool:
    """Whether a text or the first attempt at a call has not left yet."""
    with store.open() as office:
        return bool(_texts(office) or _calls(office))


def hurry(store: Store, settings: Settings) -> int:
    """Does what is left, where a claim must grow old first; how many texts and calls needed it."""
    here = Workplace(store, carrier_of(settings), read_contact_rules(settings.data_dir))
    with store.open() as office:
        town = current_town(office)
    plan_reminders(store, town, here.rules)
    plan_callbacks(store, here.rules)
    sweep(store, replace(office_rules(town), calling=here.rules.calling), utc_now())
    now, touched = utc_now(), set[str]()
    for step in (DEAD_AFTER, *BACK_OFF):
        now += step + timedelta(seconds=1)
        with store.open() as office:
            texts = _texts(office)
        for text in texts:
            touched.add(f"text {text}")
            deliver(store, here.carrier, text, partial(_stopped_at, now), rules=here.rules)
        with store.open() as office:
            calls = _calls(office)
        for call in calls:
            touched.add(f"call {call}")
            now += timedelta(seconds=1)  # the gate lets one through a second
            dial(here, call, partial(_stopped_at, now), lambda _seconds: None)
    return len(touched)


def _texts(office: Office) -> list[int]:
    return list(office.session.scalars(select(MessageRow.id).where(MessageRow.state.in_(UNSETTLED))))


def _calls(office: Office) -> list[int]:
    """First attempts: a second one is tomorrow's."""
    row = CallOutRow
    left = or_(row.state == ASKING, (row.state == "waiting") & (row.attempt == 1))
    return list(office.session.scalars(select(row.id).where(left)))


def _stopped_at(now: datetime) -> datetime:
    return now
