"""Waiting for what another process writes down."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from hotline.store.unit_of_work import Office, Store

T = TypeVar("T")


def came(records: Store, look: Callable[[Office], T | None], within_s: float = 90) -> T:
    """What `look` finds in the records, once it is there."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with records.open() as office:
            found = look(office)
        if found:
            return found
        time.sleep(0.2)  # another process writes it
    raise AssertionError("it was never written down")
