"""Synthetic callers' voices, and the lines they ring on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from ivr.exchange.callers.sounds import phonemes
from ivr.exchange.callers.voices import NAMES, CallerVoice, Habits
from ivr.exchange.line import FRAME, Line
from ivr.exchange.noises import KINDS, noise
from ivr.voice import mulaw
from ivr.voice.mulaw import RATE, Pcm
from ivr.voice.pronounce import Pronouncer
from ivr.voice.telephone import speech_rms


@pytest.fixture(scope="module")
def pronouncer() -> Pronouncer:
    return Pronouncer()


def test_an_unknown_voice_is_refused_with_the_names_there_are(models: ModelStore) -> None:
    with pytest.raises(SpeechError, match="kokoro-f1"):
        CallerVoice("nobody", models)


def test_a_caller_without_a_model_names_the_remedy(tmp_path: Path) -> None:
    for name in ("kokoro-f1", "baker"):
        with pytest.raises(SpeechError, match="models fetch"):
            CallerVoice(name, ModelStore(tmp_path), tmp_path).say("您好")


@pytest.mark.audio
def test_a_caller_speaks_once_and_is_remembered(models: ModelStore, tmp_path: Path) -> None:
    said = CallerVoice("elder-m1", models, tmp_path).say("九点。")
    assert said.dtype == np.int16
    assert 0.4 < len(said) / RATE < 3
    assert abs(20 * np.log10(speech_rms(mulaw.to_samples(said))) + 20) < 1
    again = CallerVoice("elder-m1", ModelStore(tmp_path / "none"), tmp_path).say("九点。")
    assert (again == said).all()


@pytest.mark.audio
def test_habits_and_speed_change_what_is_heard(models: ModelStore, cache: Path) -> None:
    voice = CallerVoice("baker", models, cache)
    plain = voice.say("礼拜六，行不行？")
    assert len(voice.say("礼拜六，行不行？", 0.6)) > 1.1 * len(plain)
    assert len(voice.say("礼拜六，行不行？", habits=Habits(pause_s=1.0))) == len(plain) + round(0.6 * RATE)
    assert len(voice.say("礼拜六，行不行？", habits=Habits(hesitant=True))) > len(plain) + RATE // 2


def test_nothing_to_say_is_no_sound(models: ModelStore, tmp_path: Path) -> None:
    assert CallerVoice("baker", models, tmp_path).say("，。").size == 0


def test_names_are_stable() -> None:
    assert {"kokoro-f1", "kokoro-f2", "kokoro-f3", "kokoro-f4", "kokoro-m1", "baker"} <= set(NAMES)


def test_local_speech_folds_sounds(pronouncer: Pronouncer) -> None:
    def same(first: str, second: str) -> bool:
        return phonemes(first, pronouncer, local=True) == phonemes(second, pronouncer, local=True)

    assert same("四十", "四席") is False
    assert same("是", "四")
    assert same("兰", "南")
    assert same("花", "发")
    assert same("京", "金")
    assert same("证", "镇")
    assert phonemes("是", pronouncer) != phonemes("四", pronouncer)


def test_erhua_and_foreign_letters_have_sounds(pronouncer: Pronouncer) -> None:
    assert phonemes("一点儿", pronouncer).endswith("ɻ")
    assert phonemes("😀", pronouncer) == ""


def speech(seconds: float = 2.0) -> Pcm:
    at = np.arange(round(seconds * RATE)) / RATE
    bursts = np.sin(2 * np.pi * 500 * at) * (np.sin(2 * np.pi * 3 * at) > 0)
    return (3277 * np.sqrt(2) * bursts).astype(np.int16)


def power_db(pcm: Pcm) -> float:
    return float(10 * np.log10(np.mean(mulaw.to_samples(pcm) ** 2) + 1e-12))


def test_a_clean_line_is_only_the_telephone_itself() -> None:
    heard = Line().spoil(speech())
    assert heard.size == speech().size
    assert power_db(heard - speech()) < power_db(speech()) - 15


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("snr_db", [20.0, 5.0])
def test_noise_is_as_loud_as_asked(kind: str, snr_db: float) -> None:
    clean, noisy = Line().spoil(speech(8)), Line(snr_db, noise=kind).spoil(speech(8))
    added = power_db((noisy.astype(np.int32) - clean).clip(-32768, 32767).astype(np.int16))
    spoken = 20 * np.log10(speech_rms(mulaw.to_samples(clean)))
    assert abs(spoken - added - snr_db) < 2


@pytest.mark.parametrize(("percent", "burst"), [(1, 1), (5, 2), (20, 4)])
def test_frames_are_lost_in_the_share_asked_for(percent: float, burst: int) -> None:
    line = Line(loss_percent=percent, burst=burst, seed=3)
    lost = sum(line.room(b"\xff" * FRAME) is None for _ in range(20_000)) / 200
    assert abs(lost - percent) < max(0.6, percent * 0.15)


def test_lost_frames_are_concealed_and_fade() -> None:
    steady = np.full(RATE * 4, 8000, np.int16) * np.tile([1, -1], RATE * 2).astype(np.int16)
    heard = Line(loss_percent=60, burst=8, seed=1).spoil(steady)
    levels = np.abs(heard[FRAME:].reshape(-1, FRAME)).mean(axis=1)
    assert levels.min() == 0
    assert heard.size == steady.size


def test_one_seed_is_one_line() -> None:
    def heard(seed: int) -> tuple[bytes, list[bytes | None]]:
        line = Line(10, 10, seed=seed)
        return line.spoil(speech()).tobytes(), [line.room(b"\xff" * FRAME) for _ in range(100)]

    assert heard(1) == heard(1)
    assert heard(1) != heard(2)


def test_a_quiet_talker_is_quieter() -> None:
    assert power_db(Line(level_db=-12).spoil(speech())) == pytest.approx(
        power_db(Line().spoil(speech())) - 12, abs=0.5
    )


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in (
        {"loss_percent": 100},
        {"loss_percent": -1},
        {"burst": 0, "loss_percent": 1},
        {"noise": "music"},
    ):
        with pytest.raises(ValueError, match=r"loss|noise"):
            Line(**wrong)  # type: ignore[arg-type]


def test_an_empty_or_short_recording_passes() -> None:
    assert Line(10, 50).spoil(np.zeros(0, np.int16)).size == 0
    assert Line(10, 50).spoil(np.zeros(7, np.int16)).size == 7


def test_noise_cannot_be_changed_by_a_line_that_uses_it() -> None:
    with pytest.raises(ValueError, match="read-only"):
        noise("babble", 0)[0] = 1
