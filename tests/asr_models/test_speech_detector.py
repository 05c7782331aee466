"""The speech detector on a telephone line: callers are heard, machines and weather are not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from asr_models.end_of_speech import EndOfSpeech, Happened, Patience
from asr_models.recogniser import SpeechError
from asr_models.speech_detector import SpeechDetector
from tests.asr_models.speech import noise, said, tone

pytestmark = pytest.mark.audio


def followed(pcm: bytes, patience: Patience | None = None) -> list[tuple[Happened, float]]:
    detector, ending = SpeechDetector(), EndOfSpeech(patience)
    events = []
    for start in range(0, len(pcm) - 319, 320):
        frame = pcm[start : start + 320]
        if happened := ending.hear(frame, speech=detector.feed(frame)):
            events.append((happened, (start + 320) / 16_000))
    return events


@pytest.mark.parametrize(("text", "voice"), [("对", "baker"), ("没得了", "elder-m1"), ("石桥村的", "elder-f1")])
@pytest.mark.parametrize("snr_db", [30.0, 10.0])
def test_a_caller_is_heard_from_begin_to_end(text: str, voice: str, snr_db: float) -> None:
    events = followed(said(text, voice, snr_db=snr_db, before_s=1, after_s=2.2))
    assert events[0][0] is Happened.STARTED
    assert 1.0 <= events[0][1] <= 2.0
    assert events[-1][0] is Happened.ENDED


@pytest.mark.parametrize("sound", [noise(5), noise(5, 4000), tone(450, 5), tone(50, 5), bytes(80_000)])
def test_noise_and_tones_are_not_callers(sound: bytes) -> None:
    assert followed(sound, Patience(no_input_s=60)) == []


def test_pieces_of_any_size_give_the_same_answer() -> None:
    pcm = said("老年证")
    whole, pieces = SpeechDetector(), SpeechDetector()
    last = 0.0
    for start in range(0, len(pcm), 333):
        last = pieces.feed(pcm[start : start + 333])
    assert last == pytest.approx(whole.feed(pcm), abs=1e-5)
    assert whole.feed(b"") == pytest.approx(last, abs=1e-5)


def test_a_call_costs_less_than_three_percent_of_a_core() -> None:
    detector, pcm = SpeechDetector(), noise(4)
    began = time.thread_time()
    for start in range(0, len(pcm), 320):
        detector.feed(pcm[start : start + 320])
    assert (time.thread_time() - began) / 4 < 0.03


def test_a_folder_without_a_network_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "silero_vad.onnx").write_bytes(b"no network")
    with pytest.raises(SpeechError, match="cannot be loaded"):
        SpeechDetector(tmp_path)
