"""The town's machine in the crash test: real processes that are killed, and started again as an init would."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from redis.exceptions import RedisError
from rq import Worker

from hotline.crash import processes
from hotline.crash.postgres import Postgres
from tasks.embedded_redis import EmbeddedRedis
from tasks.queues import connect

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.05
HEALTHY_WITHIN_S = 300.0
"""Generous: the machine may be busy with other things. Passing it is a failure of the run, not a finding."""


class NotRecovered(Exception):
    """The machine did not come up again; the message is the end of what the service printed."""


@dataclass
class Machine:
    """Service with worker, Redis, database: `start` and `keep` bring up what is down."""

    folder: Path
    port: int
    environment: Mapping[str, str]
    postgres: Postgres | None = None
    starts: list[float] = field(default_factory=list)
    """Seconds each start of the service took until it was well again."""
    _service: subprocess.Popen[bytes] | None = None
    _over: bool = False

    @property
    def printed(self) -> Path:
        return self.folder / "service.log"

    async def start(self) -> None:
        """Brings everything up and waits until the service is well. Raises NotRecovered."""
        if self.postgres is not None:
            await asyncio.to_thread(self.postgres.start)
        await self.healthy()

    async def keep(self) -> None:
        """Starts again whatever has died, until cancelled. Redis and the worker are the service's own care."""
        while True:
            await self._look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self) -> None:
        if self.postgres is not None and self.postgres.pid is None:
            try:
                await asyncio.to_thread(self.postgres.start)
            except subprocess.CalledProcessError:  # its last processes are still dying: next time
                return
        if not self._over and (self._service is None or self._service.poll() is not None):
            self._launch()

    async def healthy(self, *, working: bool = False) -> None:
        """Waits until the service answers, and its worker is at work if asked for. Raises NotRecovered."""
        began = time.monotonic()
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            while not (await self._well(client) and (not working or await asyncio.to_thread(self.at_work))):
                if time.monotonic() - began > HEALTHY_WITHIN_S:
                    raise NotRecovered(self.printed.read_text("utf8", errors="replace")[-3000:])
                await self._look()
                await asyncio.sleep(LOOK_EVERY_S)
        if (took := time.monotonic() - began) > LOOK_EVERY_S:
            self.starts.append(took)

    async def _well(self, client: httpx.AsyncClient) -> bool:
        try:
            answer = await client.get(f"http://127.0.0.1:{self.port}/healthz")
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    def _launch(self) -> None:
        with self.printed.open("ab") as printed:
            self._service = subprocess.Popen(
                [sys.executable, "-m", "hotline.cli", "serve", "--port", str(self.port), "--quiet"],
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
                start_new_session=True,
            )

    # -- who runs now ---------------------------------------------------------------------------------

    def service(self) -> list[int]:
        """The serving process, if it runs."""
        running = self._service is not None and self._service.poll() is None
        return [self._service.pid] if self._service is not None and running else []

    def workers(self) -> list[int]:
        """The worker beside the service and the process of the job it is at."""
        below = [pid for service in self.service() for pid in processes.children(service)]
        return [member for pid in below if "worker" in processes.command(pid) for member in processes.family(pid)]

    def at_work(self) -> bool:
        """Whether the worker beside the service has reported for work."""
        running = self.workers()
        try:
            with connect(self._redis().url) as connection:
                return any(worker.pid in running for worker in Worker.all(connection=connection))
        except (RedisError, OSError):
            return False

    def redis(self) -> list[int]:
        pid = processes.listener(self._redis().url.removeprefix("unix://"))
        return [pid] if pid else []

    def database(self) -> list[int]:
        """Every process of the database server; with SQLite, everybody who has the file open."""
        if self.postgres is None:
            return [*self.workers(), *self.service()]
        return processes.family(self.postgres.pid) if self.postgres.pid else []

    def _redis(self) -> EmbeddedRedis:
        return EmbeddedRedis(self.folder / "redis")

    # -- its end --------------------------------------------------------------------------------------

    def halt(self) -> None:
        """Stops service and worker as one stops a service; they may be started again by `keep` only."""
        self._over = True
        if self._service is not None and self._service.poll() is None:
            workers = self.workers()
            self._service.terminate()
            try:
                self._service.wait(60)
            except subprocess.TimeoutExpired:
                processes.kill(*workers, self._service.pid)
                self._service.wait()

    def close(self) -> None:
        """Nothing of it is left running."""
        self.halt()
        leftover = self._redis()
        if leftover.alive():
            leftover.start()
            leftover.stop()
            processes.kill(*self.redis())
        if self.postgres is not None:
            self.postgres.stop()


def environment(folder: Path, **own: str) -> dict[str, str]:
    """This process's environment with settings of its own: no ears, nothing of the town's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE_", "TWILIO_"))}
    return kept | {"HOTLINE_DATA_DIR": str(folder), "HOTLINE_ASR": "none"} | own
