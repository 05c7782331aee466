"""A queue whose jobs are done at once and in order, where RQ would have a worker do them a moment later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class QueueAtOnce:
    """Takes what the sweeps and the office enqueue; one entry a job id, as RQ keeps it."""

    _waiting: dict[str, tuple[str, int]] = field(default_factory=dict)

    def enqueue(self, job: str, row: int, *, job_id: str, **_options: Any) -> None:
        self._waiting[job_id] = (job, row)

    def take(self) -> list[tuple[str, int]]:
        """Everything that waits, the first first; it no longer waits."""
        jobs = list(self._waiting.values())
        self._waiting.clear()
        return jobs
