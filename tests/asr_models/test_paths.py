"""Ways through frames: checked against counting every way there is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, product

import numpy as np
import pytest

from asr_models.paths import Entry, Frames, PhraseLoop, fit

UNITS = 4
ENTRIES = (Entry("a", (1,), -1.0), Entry("b", (2,), -1.0), Entry("ca", (3, 1), -0.5), Entry("aa", (1, 1), -1.2))


def frames_of(seed: int, length: int, evenness: float = 0.5) -> Frames:
    dice = np.random.default_rng(seed)
    return np.log(dice.dirichlet(np.full(UNITS, evenness), length) + 1e-6).astype(np.float32)


def ways(frames: Frames, sentence: tuple[int, ...]) -> Iterator[float]:
    """The log-probability of each way of saying the sentence in these frames."""
    for way in product(range(UNITS), repeat=len(frames)):
        if tuple(unit for unit, _ in groupby(way) if unit) == sentence:
            yield float(sum(frames[frame, unit] for frame, unit in enumerate(way)))


@pytest.mark.parametrize("sentence", [(), (1,), (1, 2), (1, 1), (1, 2, 3), (2, 2, 1)])
def test_a_sentence_is_summed_over_every_way_to_say_it(sentence: tuple[int, ...]) -> None:
    frames = frames_of(1, 6)
    every = np.logaddexp.reduce(list(ways(frames, sentence)))
    assert fit(frames, [sentence])[0] == pytest.approx(every, abs=1e-3)


def test_sentences_of_unlike_length_do_not_disturb_each_other() -> None:
    frames = frames_of(2, 8)
    several = [(1,), (1, 2, 3, 1), (), (2, 2)]
    assert fit(frames, several) == pytest.approx([fit(frames, [one])[0] for one in several])


def test_a_sentence_longer_than_the_sound_fits_not_at_all() -> None:
    assert fit(frames_of(3, 3), [(1, 2, 3, 1, 2)])[0] < -1e6


def best_by_counting(frames: Frames) -> tuple[float, list[str]]:
    best = (float(frames[:, 0].sum()), list[str]())
    for number in range(1, 4):
        for entries in product(ENTRIES, repeat=number):
            units = tuple(unit for entry in entries for unit in entry.units)
            score = max(ways(frames, units), default=-np.inf) + sum(entry.cost for entry in entries)
            best = max(best, (score, [entry.text for entry in entries]))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_the_loop_finds_the_best_of_all_ways(seed: int) -> None:
    frames = frames_of(seed, 5, 0.3)
    texts, score = PhraseLoop(ENTRIES).best(frames)
    wanted = best_by_counting(frames)
    assert score == pytest.approx(wanted[0], abs=1e-3)
    assert texts == wanted[1]


def test_silence_is_no_phrase() -> None:
    frames = np.log(np.full((6, UNITS), 0.01, np.float32))
    frames[:, 0] = np.log(0.97)
    assert PhraseLoop(ENTRIES).best(frames)[0] == []


@pytest.mark.parametrize("entries", [(), (Entry("?", (), -1.0),)])
def test_a_loop_of_nothing_is_refused(entries: tuple[Entry, ...]) -> None:
    with pytest.raises(ValueError, match="entries with units"):
        PhraseLoop(entries)
