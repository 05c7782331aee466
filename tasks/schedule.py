"""What happens by itself, and how often."""

from __future__ import annotations

import os

from rq.cron import CronScheduler

from hotline.config import Settings
from tasks.callbacks import sweep_callbacks
from tasks.late_recordings import fetch_recordings
from tasks.outbox import sweep_messages
from tasks.queues import HOUSEHOLD, OUTBOX, embedded, queue
from tasks.second_pass import second_pass
from tasks.workplace import workplace

SWEEP_EVERY_S = 30
LISTEN_AGAIN_EVERY_S = 60


def sweep() -> int:
    """The job: everything still waiting is enqueued again."""
    settings = Settings.from_environment(os.environ)
    own = embedded(settings)
    return sweep_messages(queue(own.url if own else settings.redis_url, OUTBOX), workplace().store)


def register(cron: CronScheduler) -> None:
    """A run that finds no worker free in time is dropped: the next one does the same."""
    cron.register(sweep, HOUSEHOLD, interval=SWEEP_EVERY_S, ttl=SWEEP_EVERY_S, result_ttl=0, job_timeout=60)
    every = LISTEN_AGAIN_EVERY_S
    cron.register(second_pass, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=300)
    cron.register(sweep_callbacks, HOUSEHOLD, interval=60, ttl=60, result_ttl=0, job_timeout=60)
    cron.register(fetch_recordings, HOUSEHOLD, interval=every, ttl=every, result_ttl=0, job_timeout=300)
