"""The planted truth: how each clerk serves, and what somebody served by them has to say of it.

A matter is served badly with its clerk's share. Who was served badly is dissatisfied in at least one dimension,
who was not in none: so the share of residents with a 差评 is the share that was planted, and the share in each
dimension follows from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from hotline.domain.surveys.campaign import RATINGS

T = TypeVar("T")
_SUFFERS: Mapping[tuple[str, ...], float] = {
    ("attitude",): 0.30,
    ("efficiency",): 0.25,
    ("attitude", "efficiency"): 0.20,
    ("attitude", "discipline"): 0.15,
    RATINGS: 0.10,
}
"""In which dimensions a bad service is felt, and how often."""
_GOOD = ((5, 0.55), (4, 0.35), (3, 0.10))
_BAD = ((2, 0.75), (1, 0.25))
_UNSOLVED, _UNSOLVED_BADLY = 0.02, 0.40
"""How often the matter was not really settled, after good service and after bad."""
REMARKS: Mapping[str, tuple[tuple[str, float], ...]] = {
    "good": (
        ("没有", 0.78),
        ("办得好，态度好，要表扬", 0.10),
        ("希望礼拜六也能开门", 0.07),
        ("建议多派一个人", 0.05),
    ),
    "bad": (
        ("没有", 0.40),
        ("态度不好，爱理不理", 0.25),
        ("等了半天，太慢了", 0.20),
        ("跑了三趟都没办好", 0.15),
    ),
}


@dataclass(frozen=True)
class Experience:
    """What somebody thinks of one matter, whether they are asked or not."""

    levels: Mapping[str, int]
    """By dimension, 5 best."""
    solved: bool
    remark: str

    @property
    def bad(self) -> bool:
        return any(level < 3 for level in self.levels.values())


@dataclass(frozen=True)
class Truth:
    """How clerks serve."""

    usual: float
    own: Mapping[str, float] = field(default_factory=dict)
    """Of those who are not as good as the others."""

    def share(self, clerk: str) -> float:
        """Of this clerk's matters that are served badly."""
        return self.own.get(clerk, self.usual)

    def satisfied(self, clerk: str, dimension: str) -> float:
        """The chance that somebody served by this clerk is satisfied in this dimension."""
        return 1 - self.share(clerk) * FELT[dimension]

    def experience(self, clerk: str, dice: Random) -> Experience:
        """One matter."""
        badly = dice.random() < self.share(clerk)
        hurt = drawn(dice, tuple(_SUFFERS.items())) if badly else ()
        levels = {name: drawn(dice, _BAD if name in hurt else _GOOD) for name in RATINGS}
        unsolved = dice.random() < (_UNSOLVED_BADLY if badly else _UNSOLVED)
        return Experience(levels, not unsolved, drawn(dice, REMARKS["bad" if badly else "good"]))


FELT = {name: sum(share for hurt, share in _SUFFERS.items() if name in hurt) for name in RATINGS}
"""How often a bad service is felt in each dimension."""


def drawn(dice: Random, weighed: tuple[tuple[T, float], ...]) -> T:
    """One of several, by their weights."""
    return dice.choices([one for one, _ in weighed], [weight for _, weight in weighed])[0]
