"""One transaction: everything of a turn is in it, or nothing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from hotline.clock import Clock, utc_now
from hotline.store.audit import seal_at_commit
from hotline.store.leaving import Announce, nobody, taken
from hotline.store.liveness import ask_the_silent
from hotline.store.repositories import (
    Appointments,
    Callbacks,
    CallsOut,
    Catalogue,
    ContactWishes,
    Conversations,
    DutyBook,
    Grievances,
    HelperCases,
    Ledger,
    Messages,
    Records,
    ReplyTemplates,
    Reports,
    Rings,
    Surveys,
    Waiting,
)
from hotline.store.reviews import Reviews
from hotline.store.tables import LookRow
from hotline.store.transcripts import Transcripts

READS = "hotline_reads"
"""Execution option of a connection that is only read through."""
BUSY_S = 30
"""How long a SQLite writer waits for the one before it."""


class Office:
    """The records of the office within one transaction; `commit` keeps, leaving without it drops."""

    def __init__(self, session: Session, announce: Announce = nobody, clock: Clock = utc_now) -> None:
        self.session = session
        self.clock = clock
        self._announce = announce
        self.conversations = Conversations(session)
        self.appointments = Appointments(session, clock)
        self.waiting = Waiting(session, clock)
        self.helper_cases = HelperCases(session)
        self.grievances = Grievances(session, clock)
        self.messages = Messages(session, clock)
        self.calls_out = CallsOut(session)
        self.contact_wishes = ContactWishes(session)
        self.records = Records(session, clock)
        self.catalogue = Catalogue(session)
        self.transcripts = Transcripts(session, clock)
        self.reviews = Reviews(session)
        self.duty = DutyBook(session, clock)
        self.callbacks = Callbacks(session)
        self.rings = Rings(session)
        self.ledger = Ledger(session)
        self.reports = Reports(session)
        self.surveys = Surveys(session)
        self.replies = ReplyTemplates(session)

    def note(self, look: LookRow) -> None:
        """Somebody looked at something, or did it: kept with everything else."""
        self.session.add(look)

    def commit(self) -> None:
        """Keeps everything, then has what is due now leave."""
        self.session.commit()
        left = taken(self.session)
        if left.messages or left.calls:
            self._announce(left)


class Reading(Office):
    """The records as they stood at one moment. Nothing is written but who looked at them."""

    def __init__(self, session: Session, store: Store) -> None:
        super().__init__(session, clock=store.clock)
        self._store = store
        self._looks: list[LookRow] = []

    def note(self, look: LookRow) -> None:
        """Kept at `commit`, in a transaction that holds nobody up for longer than it takes."""
        self._looks.append(look)

    def commit(self) -> None:
        """Lets go of the records; what was read stays readable, what was looked at is on record.

        Raises RuntimeError where something was changed: it would be lost.
        """
        if self.session.new or self.session.dirty or self.session.deleted:
            raise RuntimeError("something was changed by who only looks: use Store.open")
        self.session.close()
        looks, self._looks = self._looks, []
        if looks:
            with self._store.open() as office:
                office.session.add_all(looks)
                office.commit()


class Store:
    """The database. `with store.open() as office: …; office.commit()`."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        seal_at_commit(self._sessions)
        self._readers = sessionmaker(self.engine.execution_options(**{READS: True}), expire_on_commit=False)
        self.announce: Announce = nobody
        """Told after each commit of what is to leave at once."""
        self.clock: Clock = utc_now
        """What rows are dated by; another one where time is played."""

    @contextmanager
    def open(self) -> Iterator[Office]:
        """A transaction that is rolled back unless committed."""
        with self._sessions() as session:
            yield Office(session, self.announce, self.clock)

    @contextmanager
    def reading(self) -> Iterator[Office]:
        """The records for who only looks: on SQLite beside a writer, where `open` waits for all of them.

        Anything written through it raises sqlalchemy.exc.OperationalError there.
        """
        with self._readers() as session:
            yield Reading(session, self)

    def close(self) -> None:
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """An engine whose transactions see a steady picture and whose SQLite writers queue instead of failing."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, pool_size=10, max_overflow=20, hide_parameters=True)
        ask_the_silent(engine)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_S}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late to queue writers
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")  # a confirmed booking survives the power cut
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _queue(connection: Any) -> None:
        reads = connection.get_execution_options().get(READS, False)
        if connection.info.get(READS, False) != reads:
            connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
            connection.info[READS] = reads
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Readers beside a writer. SQLite does not wait its turn for this switch, so we do: once in a file's life."""
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return
