"""What was said laid beside what was heard."""

from __future__ import annotations

from asr_models.phonetics import syllables
from ivr.evaluation.confusing import aligned, confused


def test_what_was_left_out_or_put_in_is_taken_for_nothing() -> None:
    _, pairs = aligned(syllables("我要办医保"), syllables("我那要半医"))
    assert pairs[::-1] == [("wo", "wo"), ("yao", "yao"), ("ban", "ban"), ("yi", "yi")]


def test_each_syllable_counts_by_its_initial_and_its_final() -> None:
    counts = confused(syllables("石桥村"), syllables("是挑村"))
    assert counts["initial", "q", "t"] == 1
    assert counts["final", "iao", "iao"] == 1
    assert counts["initial", "c", "c"] == 1


def test_a_sentence_that_is_nothing_like_it_teaches_nothing() -> None:
    assert not confused(syllables("石桥村"), syllables("打发你去"))
