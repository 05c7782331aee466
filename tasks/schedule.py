"""What happens by itself, and how often."""

from __future__ import annotations

import os

from rq import Queue
from rq.cron import CronScheduler

from hotline.config import Settings
from hotline.town import current_town
from tasks.callbacks import sweep_callbacks
from tasks.case_keeping import keep_cases
from tasks.late_cases import sweep_cases
from tasks.late_ledger import sweep_ledger
from tasks.late_recordings import fetch_recordings
from tasks.missed import plan_callbacks
from tasks.outbound import ask_after_all, sweep_calls
from tasks.outbox import sweep_messages
from tasks.queues import CALLS, HOUSEHOLD, OUTBOX, embedded, queue
from tasks.reminders import plan_reminders, withdraw_stale
from tasks.retention import keep_recordings
from tasks.second_pass import second_pass
from tasks.surveys import weekly_callback
from tasks.unreached import hand_to_people
from tasks.waiting import offer_places
from tasks.workplace import workplace

SWEEP_EVERY_S = 30
CALLS_EVERY_S = 10
PLAN_EVERY_S = 60
LISTEN_AGAIN_EVERY_S = 60
OFFER_EVERY_S = 30
CASES_EVERY_S = 60
KEEP_EVERY_S = 600


def sweep() -> int:
    """The job: everything still waiting is enqueued again."""
    return sweep_messages(_queue(OUTBOX), workplace().store)


def ring_due() -> int:
    """The job: every call that is due is enqueued."""
    return sweep_calls(_queue(CALLS), workplace().store)


def came_up() -> int:
    """The job of a worker that starts: calls that were under way are asked after."""
    return ask_after_all(_queue(CALLS), workplace().store)


def plan() -> int:
    """The job: reminders and calls back are written down, and taken back where they are no longer true."""
    here, settings = workplace(), Settings.from_environment(os.environ)
    withdraw_stale(here.store)
    hand_to_people(here.store, here.rules)
    with here.store.open() as office:
        town = current_town(office, settings.learnt)
    return plan_reminders(here.store, town, here.rules) + plan_callbacks(here.store, here.rules)


def _queue(name: str) -> Queue:
    settings = Settings.from_environment(os.environ)
    own = embedded(settings)
    return queue(own.url if own else settings.redis_url, name)


def register(cron: CronScheduler) -> None:
    """A run that finds no worker free in time is dropped: the next one does the same."""
    cron.register(sweep, HOUSEHOLD, interval=SWEEP_EVERY_S, ttl=SWEEP_EVERY_S, result_ttl=0, job_timeout=60)
    cron.register(sweep_cases, HOUSEHOLD, interval=CASES_EVERY_S, ttl=CASES_EVERY_S, result_ttl=0, job_timeout=120)
    cron.register(
        sweep_ledger, HOUSEHOLD, interval=CASES_EVERY_S, ttl=CASES_EVERY_S, result_ttl=0, job_timeout=120
    )
    every = KEEP_EVERY_S
    cron.register(keep_cases, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=300)
    cron.register(keep_recordings, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=300)
    every = CALLS_EVERY_S
    cron.register(ring_due, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=60)
    every = PLAN_EVERY_S
    cron.register(plan, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=120)
    every = LISTEN_AGAIN_EVERY_S
    cron.register(offer_places, HOUSEHOLD, interval=OFFER_EVERY_S, ttl=OFFER_EVERY_S, result_ttl=0, job_timeout=60)
    cron.register(second_pass, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=300)
    every = CALLS_EVERY_S
    cron.register(weekly_callback, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=120)
    cron.register(sweep_callbacks, HOUSEHOLD, interval=60, ttl=60, result_ttl=0, job_timeout=60)
    cron.register(fetch_recordings, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=300)
