"""The process that works the queues, and the child process of it that a service keeps beside itself."""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.cron import CronScheduler

from hotline.config import Settings
from tasks import queues, schedule
from tasks.rehearsal import rehearse

logger = logging.getLogger(__name__)

RESTART_AFTER_S = 2.0
STOP_WITHIN_S = 20.0


def work(settings: Settings, *, burst: bool = False) -> None:
    """Works all queues until told to stop; with `burst`, until they are empty."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until RQ's own: what is opened below is closed
    logging.getLogger("rq").setLevel(logging.WARNING)  # it tells of every sweep
    rehearse(settings.database_url)
    gc.freeze()  # what is there by now is shared with every job: collecting in one would copy it
    with queues.redis_of(settings) as url, Redis.from_url(url) as connection, _clockwork(url):
        worker = Worker(
            list(queues.ALL),
            connection=connection,
            worker_ttl=45,  # these three: a killed worker is noticed within two minutes, by default after ten
            maintenance_interval=15,
            job_monitoring_interval=5,
        )
        queues.queue(url, queues.HOUSEHOLD).enqueue(
            schedule.came_up, job_timeout=60, ttl=600, result_ttl=0, failure_ttl=60
        )
        worker.work(burst=burst, logging_level="WARNING")


@contextmanager
def _clockwork(url: str) -> Iterator[None]:
    """RQ's cron beside the worker: every worker has one, and its jobs may be done twice."""
    over = threading.Event()
    thread = threading.Thread(target=_tick, args=(url, over), name="cron", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=10)


def _tick(url: str, over: threading.Event) -> None:
    with queues.connect(url) as connection:
        cron = CronScheduler(connection, logging_level=logging.WARNING)
        schedule.register(cron)
        while not over.is_set():
            try:
                cron.enqueue_jobs()
            except (RedisError, OSError):
                logger.exception("queue unreachable, regular work waits")
            over.wait(min(max(cron.calculate_sleep_interval(), 1.0), 5.0))


def leave_with_parent() -> None:
    """Ends this process as if asked to, once whoever holds the other end of its standard input is gone."""

    def watch() -> None:
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


class WorkerProcess:
    """A worker beside the service: started again if it dies, gone when the service is gone."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {**os.environ, **settings.as_environment()}
        self._over = threading.Event()
        self._child = self._start()
        self._keeper = threading.Thread(target=self._keep, name="worker-keeper", daemon=True)
        self._keeper.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    def alive(self) -> bool:
        return self._child.poll() is None

    def stop(self) -> None:
        """Lets it finish the job at hand, then ends it."""
        self._over.set()
        self._keeper.join(timeout=RESTART_AFTER_S + 1)
        if self.alive():
            self._child.terminate()
        try:
            self._child.wait(timeout=STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._let_go()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "hotline.cli", "worker", "--beside-service"]
        return subprocess.Popen(command, env=self._environment, stdin=subprocess.PIPE, start_new_session=True)

    def _keep(self) -> None:
        while not self._over.wait(RESTART_AFTER_S):
            if not self.alive():
                logger.error("worker died, starting another", extra={"exit_code": self._child.returncode})
                self._let_go()
                self._child = self._start()

    def _let_go(self) -> None:
        if self._child.stdin is not None:
            self._child.stdin.close()


def start_worker(settings: Settings) -> WorkerProcess:
    """A worker of these settings as a child process; `stop()` ends it."""
    return WorkerProcess(settings)
