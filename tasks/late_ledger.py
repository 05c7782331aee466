"""Rows of the callback ledger that wait too long: each new one gets its owner, missed clocks are told, the owner
first, a working day later the supervisor; who could not be rung about what was mended is asked by text.

Everything is found in the database, so that a restart loses none; told once a clock and level, however often
it runs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from hotline.clock import utc_now
from hotline.domain.dispatch import supervision
from hotline.domain.errors import Refused
from hotline.domain.escalation import GRACE_DAYS
from hotline.domain.ledger.entries import SUPERVISOR, Entry, running
from hotline.domain.working_time import after_working_days
from hotline.rules import office_rules
from hotline.store.repositories.ledger import Alert
from hotline.store.unit_of_work import Office
from hotline.town import current_town
from ivr import ledger_telling as telling
from ivr.ledgerwork import Ledgerwork
from tasks.late_cases import Watchman
from tasks.workplace import workplace

log = logging.getLogger(__name__)

OWNER = "owner"
IN_VAIN = "in_vain"


def sweep_ledger() -> int:
    """The job: assigns, tells, asks; its messages leave with the next sweep of the outbox."""
    store = workplace().store
    with store.open() as office:
        town = current_town(office)
    watch = Watchman(store, town, office_rules(town).is_working_day, utc_now)
    return assign_new(watch) + len(escalate(watch)) + len(ask_by_text(watch))


def assign_new(watch: Watchman) -> int:
    """Every row nobody has an owner for yet gets one; how many."""
    assigned = 0
    with watch.store.open() as office:
        waiting = office.ledger.unassigned()
    for row in waiting:
        with watch.store.open() as office:
            try:
                _work(watch, office).assign(row)
            except Refused:  # somebody moved it in this instant
                continue
            office.commit()
        assigned += 1
    return assigned


def escalate(watch: Watchman) -> list[str]:
    """Alerts that are new, by their reasons. Each row has a transaction of its own."""
    now = watch.clock()
    with watch.store.open() as office:
        late = list(office.ledger.late(now))
    return [reason for entry in late for reason in _tell(watch, entry, list(_alerts(watch, entry, now)))]


def ask_by_text(watch: Watchman) -> list[str]:
    """Who was rung in vain is asked by text; then the supervisor is told to close it by hand."""
    now, new = watch.clock(), []
    with watch.store.open() as office:
        rectified = office.ledger.in_state("rectified")
        given_up = [entry for entry in rectified if telling.asked_in_vain(office, entry)]
    for entry in given_up:
        with watch.store.open() as office:
            telling.ask_by_text(office, entry, now)
            waits = telling.text_waits(office, entry, now)
            office.commit()
        if not waits:
            reason = f"ledger:{entry.id}:{IN_VAIN}:{SUPERVISOR}:{entry.version}"
            new += _tell(watch, entry, [Alert(reason, IN_VAIN, SUPERVISOR, _chief(watch)[0], now)])
    return new


def _alerts(watch: Watchman, entry: Entry, now: datetime) -> Iterator[Alert]:
    """What has no owner to tell, or is the supervisor's alone, goes to the supervisor at once."""
    nobody = not entry.owner or entry.confidential
    for what, due in running(entry):
        if now < due:
            continue
        if not nobody:
            yield _alert(entry, what, (OWNER, entry.owner), due)
        if nobody or now >= after_working_days(due, GRACE_DAYS, watch.is_working_day):
            yield _alert(entry, what, (SUPERVISOR, _chief(watch)[0]), due)


def _alert(entry: Entry, what: str, whom: tuple[str, str], due: datetime) -> Alert:
    return Alert(f"ledger:{entry.id}:{what}:{whom[0]}:{due:%Y%m%d%H%M}", what, whom[0], whom[1], due)


def _tell(watch: Watchman, entry: Entry, alerts: list[Alert]) -> list[str]:
    if not alerts:
        return []
    with watch.store.open() as office:
        work = _work(watch, office)
        new = [one for one in alerts if work.alert(entry, one, _phone(watch, entry, one))]
        office.commit()
    for one in new:
        log.warning("a row of the ledger is late", extra={"row": entry.id, "what": one.what, "level": one.level})
    return [one.reason for one in new]


def _phone(watch: Watchman, entry: Entry, alert: Alert) -> str:
    if alert.level == SUPERVISOR:
        return _chief(watch)[1]
    return telling.phone_of_owner(watch.town, entry.owner)


def _chief(watch: Watchman) -> tuple[str, str]:
    post = supervision(watch.town.officers)
    return (post.officer, post.phone) if post else ("", "")


def _work(watch: Watchman, office: Office) -> Ledgerwork:
    return Ledgerwork(watch.town, watch.is_working_day, office, watch.clock())
