"""Answers are transcribed again: real audio, once each, and a broken file stops nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from asr_models.recogniser import SpeechError
from asr_models.second_pass import Transcribe, open_second_pass
from asr_models.store import ModelStore
from hotline.store.tables import TurnRow
from hotline.store.unit_of_work import Store
from ivr.exchange.callers.voices import CallerVoice
from ivr.voice import mulaw, wav
from tasks.second_pass import AFTER, AT_ONCE, transcribe_again
from tests.tasks.spoken import answered, talked

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(empty_store: Store) -> Store:
    talked(empty_store, NOW)
    return empty_store


def answer(store: Store, audio: str, at: datetime = NOW - AFTER) -> int:
    return answered(store, audio, at, "第一遍")


def careful(store: Store, turn: int) -> str | None:
    with store.open() as office:
        row = office.session.get(TurnRow, turn)
        assert row is not None
        return row.careful


def never() -> Transcribe:
    raise AssertionError("nothing is waiting, and still a model was opened")


@pytest.mark.audio
def test_a_finished_answer_gets_a_second_transcript_with_marks(store: Store, tmp_path: Path) -> None:
    said = CallerVoice("baker", ModelStore()).say("我叫王桂花，石桥村三组的。")
    wav.write_mulaw(tmp_path / "a.wav", mulaw.encode(said))
    turn = answer(store, "a.wav")
    model = open_second_pass(ModelStore().path("whisper-base"))
    assert transcribe_again(store, tmp_path, NOW, lambda: model) == 1
    text = careful(store, turn)
    assert text is not None
    assert text.startswith("我叫王")
    assert text[-1] in "。！"
    assert transcribe_again(store, tmp_path, NOW, never) == 0


def test_broken_audio_is_passed_over_and_the_rest_goes_on(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "b.wav").write_bytes(b"RIFF....")
    wav.write_mulaw(tmp_path / "c.wav", b"\xff" * 800)
    turns = [answer(store, name) for name in ("gone.wav", "b.wav", "c.wav")]
    assert transcribe_again(store, tmp_path, NOW, lambda: lambda _: "听清楚了。") == 3
    assert [careful(store, turn) for turn in turns] == ["", "", "听清楚了。"]
    assert sum("cannot be transcribed" in record.message for record in caplog.records) == 2


def test_what_was_just_said_typed_or_done_is_left_alone(store: Store, tmp_path: Path) -> None:
    answer(store, "a.wav", at=NOW - AFTER + timedelta(seconds=1))
    answer(store, "")
    assert transcribe_again(store, tmp_path, NOW, never) == 0


def test_only_so_many_at_once_and_the_rest_next_time(store: Store, tmp_path: Path) -> None:
    for _ in range(AT_ONCE + 3):
        answer(store, "gone.wav")
    assert transcribe_again(store, tmp_path, NOW, lambda: lambda _: "") == AT_ONCE
    assert transcribe_again(store, tmp_path, NOW, lambda: lambda _: "") == 3


def test_without_a_model_everything_waits(store: Store, tmp_path: Path) -> None:
    turn = answer(store, "a.wav")

    def missing() -> Transcribe:
        raise SpeechError("no model")

    assert transcribe_again(store, tmp_path, NOW, missing) == 0
    assert careful(store, turn) is None


def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="cannot be opened"):
        open_second_pass(tmp_path / "nothing")
