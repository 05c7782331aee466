"""Recordings that could not be had during the call are fetched again, so that they get a transcript too."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.unit_of_work import Store
from ivr.listening import AudioShelf
from ivr.recorded_words import fetched
from tasks.workplace import workplace

GIVE_UP_AFTER = timedelta(days=2)
AT_ONCE = 20

Fetch = Callable[[str], bytes | None]
"""PCM16 at 8 kHz of an address, or None while it cannot be had."""


def fetch_recordings() -> int:
    """The job: what still lies at the carrier."""
    settings = Settings.from_environment(os.environ)
    account = (settings.account_sid, settings.auth_token)
    shelf = AudioShelf(settings.recordings)
    return fetch_late(workplace().store, shelf, utc_now(), lambda a: fetched(a, settings.api_base_url, account))


def fetch_late(store: Store, shelf: AudioShelf, now: datetime, fetch: Fetch) -> int:
    """Fetches what can be had now; how many. Done twice, nothing changes."""
    with store.open() as office:
        waiting = [(row.id, row.audio) for row in office.transcripts.left_at_carrier(now - GIVE_UP_AFTER, AT_ONCE)]
    had = 0
    for turn, address in waiting:
        pcm = fetch(address)
        if pcm is None:
            continue
        name = shelf.keep(pcm, now)
        with store.open() as office:
            office.transcripts.fetched(turn, name)
            office.commit()
        had += 1
    return had
