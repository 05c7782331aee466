"""The yardstick measures what it says: splits stay apart, lines are repeatable, intervals are Wilson's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from asr_models.phonetics import fold, syllables
from hotline.commands.evaluate import CORPORA
from ivr.evaluation.callers import VOICES, tellings
from ivr.evaluation.corpus import SPLITS, CorpusError, read
from ivr.evaluation.figures import Share, calibration_error, reliability
from ivr.evaluation.line import CLEAN, HARD, Line, through
from ivr.evaluation.report import written
from ivr.evaluation.slots import Judged, by_slot, is_right, latency, summary
from tests.town import TOWN

SLOTS = CORPORA / "slots.yaml"


def _tone(seconds: float) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    at = np.arange(round(seconds * 8000)) / 8000
    return (6000 * np.sin(2 * np.pi * 500 * at)).astype(np.int16)


def test_no_utterance_and_no_voice_of_the_test_split_was_met_before() -> None:
    texts = {
        split: {s.text for samples in read(SLOTS, split, TOWN, 1).values() for s in samples} for split in SPLITS
    }
    spoken_alone = {s.spoken for s in TOWN.services.values()}
    assert not (texts["test"] & texts["tune"]) - spoken_alone
    assert not (texts["test"] & texts["train"]) - spoken_alone - {v.name for v in TOWN.villages.values()}
    assert not set(VOICES["test"]) & {*VOICES["tune"], *VOICES["train"]}


def test_a_seed_gives_the_same_corpus_and_another_one_another() -> None:
    first, again, other = (read(SLOTS, "test", TOWN, seed) for seed in (1, 1, 2))
    assert first == again
    assert [s.text for s in first["names"]] != [s.text for s in other["names"]]


@pytest.mark.parametrize("split", SPLITS)
def test_every_slot_has_something_to_say_in_every_split(split: str) -> None:
    for slot, samples in read(SLOTS, split, TOWN, 1).items():
        assert samples, slot
        assert tellings(samples, split, 3)[0].voice in VOICES[split]


@pytest.mark.parametrize(
    "text", ["[", "- a", "services: {group: closed}", "x: {group: a, question: b, values: no}"]
)
def test_a_corpus_that_cannot_be_read_is_one_clear_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "slots.yaml").write_text(text, "utf8")
    with pytest.raises(CorpusError):
        read(tmp_path / "slots.yaml", "test", TOWN, 1)


def test_a_line_is_the_same_for_the_same_seed_and_loses_what_it_says() -> None:
    said = _tone(4.0)
    assert through(said, HARD, 3) == through(said, HARD, 3) != through(said, HARD, 4)
    heard = np.frombuffer(through(said, Line("lossy", 40, loss=0.2, burst=3), 1), np.int16).reshape(-1, 160)
    lost = np.mean([not frame.any() for frame in heard])
    assert 0.08 < lost < 0.35


def test_noise_is_as_loud_as_asked_for() -> None:
    said = _tone(2.0)
    heard = np.frombuffer(through(said, CLEAN, 5), np.int16).astype(float)
    room = np.sqrt(np.mean(heard[:1500] ** 2))
    assert 20 * np.log10(6000 / np.sqrt(2) / room) == pytest.approx(20, abs=2)


def test_intervals_are_wilsons() -> None:
    low, high = Share(9, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.596, 0.982)
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(5, 5).interval[1] == 1.0


def test_a_confidence_that_means_what_it_says_has_no_calibration_error() -> None:
    honest = [(0.75, True)] * 3 + [(0.75, False)]
    assert calibration_error(honest) == pytest.approx(0)
    assert calibration_error([(0.95, False)] * 4) == pytest.approx(0.95)
    assert reliability(honest) == [(0.75, 0.75, 4)]
    assert calibration_error([]) == 0


def test_judging_looks_at_the_wanted_slot_and_at_nothing_taken_from_nothing() -> None:
    samples = read(SLOTS, "test", TOWN, 1)
    village = tellings(samples["villages"], "test", 1)[0]
    assert is_right(village, {"value": village.sample.wanted["value"], "name": "王"})
    assert not is_right(village, {"value": "V99"})
    nothing = tellings(samples["none_of_these"], "test", 1)[0]
    assert is_right(nothing, {})
    assert not is_right(nothing, {"value": "1"})


def test_the_report_names_every_slot_and_every_failure() -> None:
    samples = read(SLOTS, "test", TOWN, 1)
    told = [tellings(samples[slot], "test", 1)[0] for slot in ("villages", "yes_no")]
    judged = [Judged(one, "听到", {"value": "x"}, 0.9, right=False, silent=False, ms=100.0) for one in told]
    figures: dict[str, Any] = {
        "split": "test",
        "seed": 1,
        "clean": summary(judged),
        "by_slot": {"clean": by_slot(judged)},
        "latency_ms": latency(judged),
    }
    text = written(figures, judged)
    assert figures["clean"]["accepted_wrong"] == 0.5, "a village is read back, an answer to a read-back is not"
    assert all(one.sample.text in text for one in told)
    assert "| clean | villages | 0.0% | 1 |" in text


def test_names_are_told_by_their_sound() -> None:
    assert [fold(s) for s in syllables("张伟")] == [fold(s) for s in syllables("章威")]
