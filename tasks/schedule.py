"""What happens by itself, and how often."""

from __future__ import annotations

import os

from rq.cron import CronScheduler

from hotline.config import Settings
from tasks.late_cases import sweep_cases
from tasks.outbox import sweep_messages
from tasks.queues import HOUSEHOLD, OUTBOX, embedded, queue
from tasks.second_pass import second_pass
from tasks.waiting import offer_places
from tasks.workplace import workplace

SWEEP_EVERY_S = 30
LISTEN_AGAIN_EVERY_S = 60
OFFER_EVERY_S = 30
CASES_EVERY_S = 60


def sweep() -> int:
    """The job: everything still waiting is enqueued again."""
    settings = Settings.from_environment(os.environ)
    own = embedded(settings)
    return sweep_messages(queue(own.url if own else settings.redis_url, OUTBOX), workplace().store)


def register(cron: CronScheduler) -> None:
    """A run that finds no worker free in time is dropped: the next one does the same."""
    cron.register(sweep, HOUSEHOLD, interval=SWEEP_EVERY_S, ttl=SWEEP_EVERY_S, result_ttl=0, job_timeout=60)
    cron.register(sweep_cases, HOUSEHOLD, interval=CASES_EVERY_S, ttl=CASES_EVERY_S, result_ttl=0, job_timeout=120)
    every = LISTEN_AGAIN_EVERY_S
    cron.register(offer_places, HOUSEHOLD, interval=OFFER_EVERY_S, ttl=OFFER_EVERY_S, result_ttl=0, job_timeout=60)
    cron.register(second_pass, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=300)
