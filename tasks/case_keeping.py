"""What cases do by themselves: those that are over are archived, those reviewed and not answered are rung about.

Found in the database, a transaction for each case: whatever dies, the next run does it, and none is done twice.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime, timedelta

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.case_life import OVER, REVIEWED, THE_MACHINE
from hotline.domain.errors import Refused
from hotline.rules import office_rules
from hotline.store.unit_of_work import Office
from hotline.town import current_town
from ivr.casework import Casework
from tasks.late_cases import Watchman
from tasks.workplace import workplace

log = logging.getLogger(__name__)

ANSWERED_WITHIN = timedelta(days=1)
"""So long after its result was texted somebody may answer by text before they are rung."""
MOST_AT_ONCE = 1000


def keep_cases() -> int:
    """The job: how many cases were archived or are to be rung about."""
    settings, store = Settings.from_environment(os.environ), workplace().store
    with store.open() as office:
        town = current_town(office)
    watch = Watchman(store, town, office_rules(town).is_working_day, utc_now)
    return archive(watch, timedelta(days=settings.archive_after_days)) + ring_about_reviewed(watch)


def archive(watch: Watchman, after: timedelta) -> int:
    """归档: what has been over for so long; how many."""
    return _each(watch, OVER, watch.clock() - after, _archived)


def ring_about_reviewed(watch: Watchman) -> int:
    """回访: whoever has not said whether it is solved is asked by a call; how many are new."""
    until = watch.clock() - ANSWERED_WITHIN
    return _each(watch, (REVIEWED,), until, lambda work, code: work.ask_by_call(code))


def _archived(work: Casework, code: str) -> bool:
    work.make(code, "archive", THE_MACHINE, {})
    return True


def _each(watch: Watchman, states: tuple[str, ...], until: datetime, do: Callable[[Casework, str], bool]) -> int:
    with watch.store.open() as office:
        codes = office.grievances.standing_since(states, until, MOST_AT_ONCE)
    return sum(_one(watch, code, do) for code in codes)


def _one(watch: Watchman, code: str, do: Callable[[Casework, str], bool]) -> bool:
    with watch.store.open() as office:
        try:
            done = do(_work(watch, office), code)
        except Refused:  # somebody moved it in this instant
            log.info("a case moved meanwhile")
            return False
        office.commit()
    return done


def _work(watch: Watchman, office: Office) -> Casework:
    return Casework(watch.town, watch.is_working_day, office, watch.clock())
