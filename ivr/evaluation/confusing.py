"""Which sound is taken for which: what was said laid beside what was heard, syllable by syllable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from asr_models.confusions import Confusion, between
from asr_models.phonetics import Syllables, distance, parts

_LEFT_OUT = 0.9
_UNLIKE = 0.8
"""Share of its syllables by which a reading may differ and still be laid beside what was said."""


def confused(said: Syllables, heard: Syllables) -> Counter[Confusion]:
    """Counts of the syllables that lie beside each other; none where hardly anything is alike."""
    cost, pairs = aligned(said, heard)
    if not said or cost > _UNLIKE * len(said):
        return Counter()
    return between((parts(one), parts(other)) for one, other in pairs)


def aligned(said: Syllables, heard: Syllables) -> tuple[float, list[tuple[str, str]]]:
    """The cheapest way to lay one beside the other: its cost, and the pairs, last first; gaps are left out."""
    table = [[_LEFT_OUT * column for column in range(len(heard) + 1)]]
    for row, one in enumerate(said, 1):
        table.append([_LEFT_OUT * row])
        for column, other in enumerate(heard, 1):
            beside = table[row - 1][column - 1] + distance(one, other)
            gap = min(table[row - 1][column], table[row][column - 1]) + _LEFT_OUT
            table[row].append(min(beside, gap))
    return table[-1][-1], list(_way_back(table, said, heard))


def _way_back(table: list[list[float]], said: Syllables, heard: Syllables) -> Iterator[tuple[str, str]]:
    row, column = len(said), len(heard)
    while row and column:
        here = table[row][column]
        if here == table[row - 1][column - 1] + distance(said[row - 1], heard[column - 1]):
            row, column = row - 1, column - 1
            yield said[row], heard[column]
        elif here == table[row - 1][column] + _LEFT_OUT:
            row -= 1
        else:
            column -= 1
