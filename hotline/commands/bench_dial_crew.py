"""Who rings in `hotline bench dial`: the steps of the campaign and its diallers, in a process of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from hotline.commands.bench_survey import BEGINS, WEEK
from hotline.config import Settings
from hotline.domain.calling import CallingRules, ContactRules
from hotline.domain.surveys.campaign import SurveyRules
from hotline.store.survey_steps import Work
from hotline.store.tables import CallOutRow
from hotline.store.unit_of_work import Store
from tasks.outbound import dial
from tasks.surveys import go_on
from tasks.workplace import Workplace, carrier_of

AT_ONCE = 200
RULES = ContactRules(replace(CallingRules(), apart=timedelta(0)))


def plan_all(store: Store) -> int:
    """Chooses everybody's first hour, as the steps of a campaign do; nobody is rung. How many they were."""
    work, planned = Work(SurveyRules(calls_at_once=0), RULES.calling, lambda _: ""), 0
    with _running(store):
        while moved := go_on(store, work, lambda _step: None, _Clock(), breath=0):
            planned += moved
    return planned


def dialler(env: Mapping[str, str], calls: int, threads: int) -> dict[str, Any]:
    """Takes the campaign's steps and rings, as a worker does, until so many calls are over."""
    settings = Settings.from_environment(env)
    store, clock = Store(settings.database_url), _Clock()
    here = Workplace(store, carrier_of(settings), RULES)
    work = Work(SurveyRules(calls_at_once=AT_ONCE), RULES.calling, lambda _: "")
    done, in_vain, began, worked = 0, 0, time.perf_counter(), time.process_time()
    at_it: set[Future[None]] = set()
    with ThreadPoolExecutor(threads) as pool, _running(store):
        while done < calls and in_vain < 2:  # twice nobody, with all settled: nobody is left in this hour
            batch: list[int] = []
            moved = go_on(store, work, lambda step, into=batch: into.extend(step.calls), clock, breath=0)  # type: ignore[misc]
            at_it |= {pool.submit(dial, here, call, clock) for call in batch}
            done += len(batch)
            in_vain = 0 if moved else in_vain + 1
            at_it = _nearly_done(at_it)  # the next step is taken while the last calls of this one leave
            if not batch:
                _until_settled(store)
        _nearly_done(at_it, left=0)
        _until_settled(store)
        seconds, core_s = time.perf_counter() - began, time.process_time() - worked
    store.close()
    return {"calls": done, "seconds": seconds, "core_s": core_s}


def _nearly_done(at_it: set[Future[None]], left: int = AT_ONCE // 4) -> set[Future[None]]:
    """Waits until so few calls are left to make, and says which. Raises what a call has raised."""
    while len(at_it) > left:
        made, at_it = wait(at_it, return_when=FIRST_COMPLETED)
        for one in made:
            one.result()
    return at_it


@contextmanager
def _running(store: Store) -> Iterator[None]:
    """The campaign goes on meanwhile, and for the diallers only."""
    for state in ("running", "paused"):
        with store.open() as office:
            row = office.surveys.of_week(WEEK)
            if row is not None:
                row.state = state
            office.commit()
        if state == "running":
            yield


def _until_settled(store: Store) -> None:
    """Until the exchange has told how the calls under way ended. Raises TimeoutError."""
    give_up = time.monotonic() + 60
    query = select(func.count()).where(CallOutRow.state.in_(("waiting", "asking", "placed", "answered")))
    while time.monotonic() < give_up:
        with store.reading() as office:  # not in the way of who tells it
            if not office.session.scalar(query.where(CallOutRow.due_at <= BEGINS + timedelta(hours=1))):
                return
        time.sleep(0.02)
    raise TimeoutError("calls do not end: see the service's log")


class _Clock:
    """Stands in the middle of the calling hours: it is night where this is measured."""

    def __call__(self) -> datetime:
        return BEGINS
