"""The weekly draw: seeded, stratified, reproducible, explained; every candidate's chance is known and positive.

Each clerk's residents are a stratum; how many calls each gets grows with the square root of how many they
served (Bankier 1988), so that a clerk with few is judged too. Within a stratum residents stand in order of
place and service and are taken at even steps from a random start (systematic sampling, Madow 1949), which
spreads the calls over places and services without making more strata than there are calls.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hotline.domain.surveys.frame import Frame, Served, strata

POWER = 0.5


@dataclass(frozen=True)
class Drawn:
    """Somebody to be rung, with the chance they had."""

    served: Served
    stratum: str
    chance: float
    """Inclusion probability of this telephone, 0 < chance ≤ 1."""
    weight: float
    """How many of the week's matters this answer stands for: matters of the telephone over the chance."""


@dataclass(frozen=True)
class Draw:
    """The outcome; the same frame, seed and size always give the same one."""

    seed: str
    size: int
    drawn: tuple[Drawn, ...]
    shares: dict[str, float]
    """Calls meant for each stratum; need not be whole."""
    chances: dict[str, float]
    """Of every candidate, drawn or not."""


def rank_by(seed: str) -> Callable[[str], float]:
    """A number in [0, 1) for every id that only the seed decides, whatever order records come in."""

    def rank(name: str) -> float:
        digest = hashlib.sha256(f"{seed}\x1f{name}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64

    return rank


def draw(frame: Frame, size: int, seed: str) -> Draw:
    """Draws `size` telephones, all of them where there are not more."""
    found = strata(frame.candidates)
    shares = allocate({name: len(people) for name, people in found.items()}, size)
    rank = rank_by(seed)
    chances: dict[str, float] = {}
    drawn: list[Drawn] = []
    carried = rank("start")
    for name, people in found.items():
        chance = shares[name] / len(people)
        chances |= {one.id: chance for one in people}
        taken, carried = _even_steps(_turned(people, rank(f"turn {name}")), chance, carried)
        drawn += [Drawn(one, name, chance, frame.matters[one.id] / chance) for one in taken]
    in_turn = tuple(sorted(drawn, key=lambda one: rank(one.served.id)))
    return Draw(seed, size, in_turn, shares, chances)


def allocate(sizes: Mapping[str, int], size: int) -> dict[str, float]:
    """Calls for each stratum, in proportion to the root of its size, never more than it has."""
    shares = dict.fromkeys(sizes, 0.0)
    open_to_more = {name: n**POWER for name, n in sizes.items() if n}
    left = float(min(size, sum(sizes.values())))
    while open_to_more and left > 1e-12:
        total = sum(open_to_more.values())
        full = [name for name, root in open_to_more.items() if left * root / total >= sizes[name]]
        if not full:
            return shares | {name: left * root / total for name, root in open_to_more.items()}
        for name in full:
            shares[name] = float(sizes[name])
            left -= sizes[name]
            del open_to_more[name]
    return shares


def _turned(people: Sequence[Served], by: float) -> list[Served]:
    """The circle of people begun somewhere else: no pair that stands together is barred for ever."""
    start = int(by * len(people))
    return [*people[start:], *people[:start]]


def _even_steps(people: Sequence[Served], chance: float, carried: float) -> tuple[list[Served], float]:
    """Those on whom the running sum of chances passes a whole number; and the sum, for the next stratum."""
    taken = []
    for place, one in enumerate(people, start=1):
        now = carried + chance * place
        if math.floor(now + 1e-9) > math.floor(carried + chance * (place - 1) + 1e-9):
            taken.append(one)
    return taken, carried + chance * len(people)
