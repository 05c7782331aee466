"""How often each sound is taken for which: counts, and what they make of costs that were set by hand.

The counts shipped (`data/confusions.tsv`) come from `hotline fit sounds`, on the train split; a town adds its own
from what its staff put right (`hotline learn --apply`). A pair that was never counted keeps the cost set by hand;
the more is counted, the more the counts say.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import resources

Confusion = tuple[str, str, str]
"""Kind (initial, final), the sound that was said, the one that was heard; the same where it was heard right."""
Costs = Mapping[tuple[str, str], float]
COLUMNS = ("kind", "said", "heard", "times")
_PRIOR = 40.0
"""Hearings of a sound that the hand-set costs are worth."""
_NATS = 6.0
"""How much less likely than the sound itself something is that has nothing in common with it."""
_NOTHING = "-"
"""How no initial is written in the table."""

_of_the_town: Counter[Confusion] = Counter()


def counted() -> Counter[Confusion]:
    """Everything counted so far."""
    shipped = resources.files("asr_models").joinpath("data", "confusions.tsv").read_text("utf8")
    return read(shipped) + _of_the_town


def of_the_town(counts: Mapping[Confusion, int]) -> None:
    """Takes a town's own counts along, in place of those it had."""
    _of_the_town.clear()
    _of_the_town.update(counts)


def read(text: str) -> Counter[Confusion]:
    """The table. Raises ValueError naming the line."""
    found: Counter[Confusion] = Counter()
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line and line[0] != "#"]
    for number, line in lines[1:]:
        cells = line.split("\t")
        if len(cells) != len(COLUMNS) or not cells[3].isdecimal():
            raise ValueError(f"line {number}: {', '.join(COLUMNS)} are wanted, the last one a number")
        kind, said, heard = (cell.replace(_NOTHING, "") for cell in cells[:3])
        found[kind, said, heard] += int(cells[3])
    return found


def as_text(counts: Mapping[Confusion, int], note: str) -> str:
    """The same table, as it is written."""
    rows = [
        "\t".join((kind, said or _NOTHING, heard or _NOTHING, str(times)))
        for (kind, said, heard), times in sorted(counts.items())
    ]
    return f"# {note}\n" + "\n".join(["\t".join(COLUMNS), *rows]) + "\n"


def costs(counts: Mapping[Confusion, int], kind: str, sounds: Sequence[str], by_hand: Hand) -> Costs:
    """0..1 for each two sounds, the same both ways: what is more often confused costs less."""
    chances = {said: _chances(counts, (kind, said), sounds, by_hand) for said in sounds}
    return {
        (a, b): 0.0 if a == b else min(1.0, (_behind(chances[a], a, b) + _behind(chances[b], b, a)) / 2)
        for a in sounds
        for b in sounds
    }


def _chances(
    counts: Mapping[Confusion, int], said: tuple[str, str], sounds: Sequence[str], by_hand: Hand
) -> dict[str, float]:
    """How likely each sound is to be heard for one, what was set by hand counting for `_PRIOR` hearings."""
    likely = {heard: math.exp(-_NATS * by_hand(said[1], heard)) for heard in sounds}
    every = sum(likely.values())
    heard_of = {heard: counts.get((*said, heard), 0) for heard in sounds}
    total = sum(heard_of.values()) + _PRIOR
    return {heard: (heard_of[heard] + _PRIOR * likely[heard] / every) / total for heard in sounds}


def _behind(chances: Mapping[str, float], said: str, heard: str) -> float:
    return max(0.0, math.log(chances[said]) - math.log(chances[heard])) / _NATS


def between(pairs: Iterable[tuple[Part, Part]]) -> Counter[Confusion]:
    """Counts of (said, heard) syllables, each an initial and a final."""
    found: Counter[Confusion] = Counter()
    for (said_initial, said_final), (heard_initial, heard_final) in pairs:
        found["initial", said_initial, heard_initial] += 1
        found["final", said_final, heard_final] += 1
    return found


Hand = Callable[[str, str], float]
Part = tuple[str, str]
