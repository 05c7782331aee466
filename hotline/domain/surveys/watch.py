"""Is a clerk's service worse than the others', or was it chance? A sum that grows with bad answers (Page 1954).

Every answer moves a clerk's sum by the log-likelihood ratio of bad service against usual service; it never falls
below zero. Where it passes the limit the supervisor is told; a person looks before anything is said of anyone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Watch:
    """What is looked for, and how sure one wants to be; `hotline simulate` prints what these give."""

    usual: float = 0.02
    """Share of bad answers a good clerk gets all the same."""
    bad: float = 0.25
    limit: float = 7.5
    """In nats: higher means fewer false alarms and a later right one. With eight answers a clerk a week, 7.5 finds
    one of nine whose service is bad within four weeks in 90 % of 4,000 simulated quarters, and accuses one of
    the other eight in 3 % (with ten answers 96 % and 4 %, with six 79 % and 3 %); 7 accuses in 7 %."""

    def step(self, *, is_bad: bool) -> float:
        if is_bad:
            return math.log(self.bad / self.usual)
        return math.log((1 - self.bad) / (1 - self.usual))

    def run(self, answers: Iterable[bool], start: float = 0.0) -> tuple[float, bool]:
        """The sum after these answers (True: a bad one), and whether it passed the limit on the way."""
        now, alarmed = start, False
        for is_bad in answers:
            now = max(0.0, now + self.step(is_bad=is_bad))
            alarmed = alarmed or now >= self.limit
        return now, alarmed


def limits(share: float, n: float) -> tuple[float, float]:
    """Three standard errors about the long-run share: a p-chart's limits for `n` answers (Shewhart 1931)."""
    if n <= 0:
        return 0.0, 1.0
    spread = 3 * math.sqrt(share * (1 - share) / n)
    return max(0.0, share - spread), min(1.0, share + spread)
