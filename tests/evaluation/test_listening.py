"""Pauses and interruptions: what the yardstick says of a few answers and sounds, with real ears."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr_models.end_of_speech import Patience
from asr_models.store import ModelStore
from asr_models.whisper_recogniser import WhisperRecogniser
from hotline.commands.evaluate import CORPORA
from ivr.evaluation import interruptions, pauses
from ivr.evaluation.corpus import CorpusError


@pytest.mark.parametrize("row", ["tune\twhen\t礼拜六", "tune\twhen\t礼拜六|", "tune\twhen"])
def test_an_answer_without_a_pause_is_an_error(tmp_path: Path, row: str) -> None:
    table = tmp_path / "pauses.tsv"
    table.write_text(f"split\tquestion\twords\n{row}\n", "utf8")
    with pytest.raises(CorpusError):
        pauses.read(table, "tune")


def test_every_answer_is_said_with_every_pause_and_by_every_voice() -> None:
    answers = pauses.read(CORPORA / "pauses.tsv", "test")
    every = pauses.broken(answers, "test")
    assert len(every) == len(answers) * len(pauses.PAUSES_S)
    assert {(one.voice, one.pause_s) for one in every} >= {("kokoro-f2", pause) for pause in pauses.PAUSES_S}
    assert not {parts for _, parts in answers} & {p for _, p in pauses.read(CORPORA / "pauses.tsv", "tune")}


@pytest.mark.audio
def test_who_stops_after_a_day_without_an_hour_is_waited_for() -> None:
    ears = WhisperRecogniser(ModelStore().path("whisper-base"))
    told = pauses.follow(pauses.Broken("when", ("礼拜六", "上午九点"), "kokoro-m1", 2.0))
    pauses.ended(told, ears, 1.0)
    told.known.update({at: (so_far, 0.4) for at, (so_far, _) in told.known.items()})  # however busy we are
    assert not pauses.ended(told, ears, 1.0).cut
    assert pauses.ended(told, ears, 1.0, knowing=False).cut


@pytest.mark.audio
def test_speech_stops_a_prompt_and_our_echo_does_not() -> None:
    sounds = [one for one in interruptions.sounds("tune") if one.kind in ("speech", "echo", "cough")]
    found = interruptions.measure(sounds, Patience(), lambda: None)
    assert found["speech"]["stopped"] > 0.8 * found["speech"]["n"]
    assert found["echo"]["stopped"] == found["cough"]["stopped"] == 0
