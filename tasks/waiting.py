"""Places that became free are offered to those who wait, and passed on when nobody took them in time."""

from __future__ import annotations

from dataclasses import replace

from hotline.clock import utc_now
from hotline.rules import office_rules
from hotline.town import current_town
from ivr.clerking.waiting import sweep
from tasks.workplace import workplace


def offer_places() -> int:
    """The job: how many were told of a place, by texts that leave with the commit. Twice finds nothing to do."""
    store = workplace().store
    with store.open() as office:
        if not office.waiting.all():
            return 0
        town = current_town(office)
    messages = sweep(store, replace(office_rules(town), calling=workplace().rules.calling), utc_now())
    return len(messages)
