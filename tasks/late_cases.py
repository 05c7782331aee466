"""Cases of which a clock has run out: the officer is told, then the supervisor (督办). Found in the database,
so that a restart loses none; told once a clock and level, however often this runs."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from hotline.clock import Clock, utc_now
from hotline.domain.case_life import OVER, SUPERVISOR, THE_MACHINE
from hotline.domain.case_moves import Act, urge
from hotline.domain.catalogue import Town
from hotline.domain.errors import Refused
from hotline.domain.escalation import Alert, alerts
from hotline.domain.grievances import Grievance
from hotline.domain.working_time import IsWorkingDay
from hotline.rules import office_rules
from hotline.store.unit_of_work import Store
from hotline.town import current_town
from ivr.casework import Casework
from tasks.workplace import workplace

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watchman:
    """What the sweep goes by."""

    store: Store
    town: Town
    is_working_day: IsWorkingDay
    clock: Clock


def sweep_cases() -> int:
    """The job: tells of everything late now; its messages leave with the next sweep of the outbox."""
    store = workplace().store
    with store.open() as office:
        town = current_town(office)
    return len(escalate(Watchman(store, town, office_rules(town).is_working_day, utc_now)))


def escalate(watch: Watchman) -> list[str]:
    """Alerts that are new, by their reasons. Each case has a transaction of its own."""
    told: list[str] = []
    after, now = 0, watch.clock()
    while True:
        with watch.store.open() as office:
            late = office.grievances.late(now, after=after)
        if not late:
            return told
        for case in late:
            told += _one(watch, case.code, now)
        after = late[-1].id


def _one(watch: Watchman, code: str, now: datetime) -> list[str]:
    with watch.store.open() as office:
        case = office.grievances.by_code(code)
        if case is None or case.status in OVER:
            return []
        work = Casework(watch.town, watch.is_working_day, office, now)
        new = [one for one in alerts(case, now, watch.is_working_day) if work.alert(case, one)]
        if not new:
            return []
        try:
            _urge(work, case, new)
        except Refused:  # somebody moved it in this instant: the next sweep looks again
            log.info("a late case moved meanwhile", extra={"case": case.id})
            return []
        office.commit()
    for one in new:
        log.warning("a case is late", extra={"case": case.id, "what": one.what, "level": one.level})
    return [one.reason for one in new]


def _urge(work: Casework, case: Grievance, new: list[Alert]) -> None:
    """Once a case is late at the supervisor's level it is under supervision."""
    late = [one.what for one in new if one.level == SUPERVISOR]
    if late and not case.supervised:
        act = Act(THE_MACHINE, work.now, work.is_working_day, f"late: {', '.join(late)}")
        work.office.grievances.keep(urge(case, act))
