"""Recordings of answers that were kept long enough are removed, but for those that something on record rests on.

What was said stays as it was written down. What tells a story, a name, a survey's answer or a row of the ledger
is kept as long as that is: a decision rests on it. Who wants it gone has it erased (`hotline residents erase`).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, union, update

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.tables import Table, TurnRow
from hotline.store.unit_of_work import Store
from tasks.workplace import workplace

log = logging.getLogger(__name__)

AT_ONCE = 200
HELD_BY = ("recording", "name_recording")
"""What columns are called in which a record names the recording it rests on."""


def keep_recordings() -> int:
    """The job: how many were removed; none where they are kept for good."""
    settings = Settings.from_environment(os.environ)
    if not settings.keep_recordings_days:
        return 0
    before = utc_now() - timedelta(days=settings.keep_recordings_days)
    return forget_recordings(workplace().store, settings.recordings, before)


def forget_recordings(store: Store, recordings: Path, before: datetime) -> int:
    """Removes what was said before then; how many.

    First the file and then its name: whatever is cut short between them, the next run finds the name and goes on.
    """
    done = 0
    while names := _old(store, before):
        for name in names:
            _remove(recordings, name)
        with store.open() as office:
            office.session.execute(update(TurnRow).where(TurnRow.audio.in_(names)).values(audio=""))
            office.commit()
        done += len(names)
    if done:
        log.info("recordings were removed after their time", extra={"recordings": done})
    return done


def _old(store: Store, before: datetime) -> Sequence[str]:
    """Some recordings from before then that nothing but the answer itself names."""
    columns = [column for table in Table.metadata.tables.values() for column in table.c if column.name in HELD_BY]
    held = union(*(select(column).where(column != "") for column in columns)).subquery()
    turn = TurnRow
    late = select(turn.audio).where(turn.audio.notin_(select(held.c[0]))).group_by(turn.audio)
    # the last answer of a recording counts, should several have come of it
    every = select(turn.audio).where(turn.audio != "", turn.at >= before)
    late = late.where(turn.audio != "", turn.at < before, turn.audio.notin_(every))
    with store.reading() as office:
        return office.session.scalars(late.limit(AT_ONCE)).all()


def _remove(recordings: Path, name: str) -> None:
    """No name leads out of the folder."""
    folder = recordings.resolve()
    path = (folder / name).resolve()
    if path.is_relative_to(folder):
        path.unlink(missing_ok=True)
