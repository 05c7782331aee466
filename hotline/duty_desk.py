"""What staff do with the duty roster, in the caller's transaction."""

from __future__ import annotations

from hotline.domain.duty import IsWorkingDay, Swap
from hotline.store.unit_of_work import Office


def change_places(office: Office, swap: Swap, is_working_day: IsWorkingDay) -> None:
    """Keeps a swap. Refused as `DutyRoster.swapped` says, also where somebody swapped in the same instant."""
    office.duty.roster().swapped(swap, is_working_day)
    office.duty.add_swap(swap)
