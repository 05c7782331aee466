"""What somebody who works here still needs before they see anything, and the command that gives it."""

from __future__ import annotations

from hotline.domain.errors import Refused
from hotline.domain.rights import Colleague, sight_of
from hotline.store.tables import StaffRow

MISSING = {
    "no_place": "a desk: hotline staff add {0} --place window (or window:2, home, village:V03)",
    "no_village": "a village: hotline staff add {0} --village V03",
    "no_role": "a role: hotline staff add {0} --role clerk",
}


def missing(row: StaffRow) -> str:
    """What they lack, a colon, and how they get it; empty if nothing."""
    try:
        sight_of(Colleague(row.username, row.role, row.place, row.village, row.name))
    except Refused as no:
        return MISSING[no.reason].format(row.username)
    return ""
