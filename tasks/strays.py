"""Entries of a queue that nobody will work any more: what a killed worker or a killed Redis leaves behind.

A message, and a call, has one entry at a time, so that it does not fill the queue; a stray one would bar it for
minutes.
"""

from __future__ import annotations

from datetime import UTC, timedelta

from rq import Queue
from rq.job import Job, JobStatus

from hotline.clock import Clock, utc_now

SILENT_FOR = timedelta(seconds=60)
"""A worker tells of the job at hand every few seconds; one not told of for so long has no worker."""


def drop_stray(queue: Queue, job_id: str, clock: Clock = utc_now) -> bool:
    """Takes an entry away if nothing will come of it; True if its place is free now. Raises RedisError."""
    job = queue.fetch_job(job_id)
    if job is not None and not _is_stray(queue, job, clock):
        return False
    if job is not None:
        job.delete()
    return True


def _is_stray(queue: Queue, job: Job, clock: Clock) -> bool:
    match job.get_status():
        case JobStatus.QUEUED:  # in its own words: a Redis that died may have forgotten the list
            return queue.get_job_position(job) is None
        case JobStatus.STARTED:
            told = job.last_heartbeat or job.started_at
            return told is None or clock() - told.replace(tzinfo=UTC) > SILENT_FOR
        case JobStatus.SCHEDULED | JobStatus.DEFERRED:
            return False
    return True
