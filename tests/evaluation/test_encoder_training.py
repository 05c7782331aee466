"""The encoder is tuned: a made-up one of one layer learns to bear noise; the real one is copied faithfully."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from asr_models import tuned_encoder
from asr_models.second_ear import SecondEar
from asr_models.sound_units import UNITS
from asr_models.store import ModelStore
from asr_models.whisper_model import WhisperModel
from ivr.evaluation import encoder_network as network
from ivr.evaluation.ear_lessons import Spoken, keep_spoken, kept_spoken
from ivr.evaluation.ear_training import keep
from ivr.evaluation.encoder_lessons import batch, pair, spectrum
from ivr.evaluation.encoder_training import Plan, Progress, train
from ivr.voice.mulaw import Pcm

WIDTH = 64


def tone(hertz: float, seconds: float = 1.0) -> Pcm:
    at = np.arange(round(seconds * 8000)) / 8000
    return (6000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def made_up() -> network.Weights:
    """An encoder of one layer that mixes what it hears."""
    dice = np.random.default_rng(2)

    def even(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return (dice.normal(size=shape) / np.prod(shape[1:]) ** 0.5).astype(np.float32)

    layer = "layer_0/"
    shapes = {
        "conv1": (WIDTH, 80, 3),
        "conv2": (WIDTH, WIDTH, 3),
        layer + "self_attention/linear_0": (3 * WIDTH, WIDTH),
        layer + "self_attention/linear_1": (WIDTH, WIDTH),
        layer + "ffn/linear_0": (2 * WIDTH, WIDTH),
        layer + "ffn/linear_1": (WIDTH, 2 * WIDTH),
    }
    weights: network.Weights = {name + "/weight": even(*shape) for name, shape in shapes.items()}
    weights |= {name + "/bias": np.zeros(shape[0], np.float32) for name, shape in shapes.items()}
    for norm in (layer + "self_attention/layer_norm", layer + "ffn/layer_norm", "layer_norm"):
        weights |= {norm + "/gamma": np.ones(WIDTH, np.float32), norm + "/beta": np.zeros(WIDTH, np.float32)}
    return weights | {"position_encodings/encodings": even(1500, WIDTH) * 0.1}


def an_ear() -> network.Weights:
    dice = np.random.default_rng(4)
    weights = {"in": dice.normal(size=(2 * WIDTH, 16)), "out": dice.normal(size=(16, len(UNITS)))}
    weights |= {"in_bias": np.zeros(16), "out_bias": np.zeros(len(UNITS))}
    for block in range(4):
        weights |= {f"near{block}": np.full((5, 16), 0.1), f"mix{block}": dice.normal(size=(16, 16)) * 0.1}
        weights |= {f"mix_bias{block}": np.zeros(16), f"gain{block}": np.ones(16)}
    weights |= {"mean": np.zeros(2 * WIDTH), "spread": np.ones(2 * WIDTH)}
    return {name: value.astype(np.float32) for name, value in weights.items()}


def test_changes_that_change_nothing_leave_what_is_heard_as_it_was() -> None:
    came = made_up()
    mel, there = np.random.default_rng(1).normal(size=(1, 80, 40)).astype(np.float32), np.ones((1, 20), np.float32)
    changed = network.with_changes(came, network.unchanged(came, seed=1))
    assert np.allclose(network.encode(came, mel, there), network.encode(changed, mel, there))


def test_what_is_padded_behind_a_sentence_is_not_heard() -> None:
    came, dice = made_up(), np.random.default_rng(1)
    mel = dice.normal(size=(1, 80, 80)).astype(np.float32)
    there = np.r_[np.ones(20), np.zeros(20)].astype(np.float32)[None]
    other = mel.copy()
    other[:, :, 44:] = dice.normal(size=(1, 80, 36))  # two frames are the reach of the convolutions
    one, two = (np.asarray(network.encode(came, several, there)) for several in (mel, other))
    assert np.allclose(one[:, :20], two[:, :20], atol=1e-4)


def test_a_pair_is_the_same_moments_of_both_lines_padded_alike() -> None:
    dice = random.Random(5)
    pairs = [pair(Spoken(tone(400, seconds), (1, 2)), dice) for seconds in (0.5, 1.0)]
    made = batch(pairs)
    assert made.quiet.shape == made.noisy.shape == (2, 80, 400)
    assert made.there.shape == (2, 200)
    assert made.there[0].sum() < made.there[1].sum()
    assert not np.array_equal(made.quiet, made.noisy)
    assert made.known.sum() == 4


def test_noise_does_less_to_a_tuned_encoder(tmp_path: Path) -> None:
    came, told = made_up(), list[Progress]()
    ear = tmp_path / "ear.npz"
    keep(an_ear(), ear)
    spoken = [Spoken(tone(hertz), (1 + place, 2)) for place, hertz in enumerate((300, 500, 900, 1500))]
    changes, weights = train(spoken, came, Plan(batches=60, rate=4e-3, seed=1, ear=ear), told.append)
    assert told[-1].unlike < 0.8 * told[0].unlike
    assert told[-1].nats < told[0].nats
    assert set(changes) == set(network.unchanged(came, seed=1))
    assert set(weights) == set(an_ear())


def test_sentences_come_back_as_they_were_kept(tmp_path: Path) -> None:
    several = [Spoken(tone(300, seconds), (1, 2, 3)[:number]) for number, seconds in ((1, 0.2), (3, 0.5))]
    keep_spoken(tmp_path / "1.npz", several)
    found = list(kept_spoken(tmp_path))
    assert [one.sounds for one in found] == [one.sounds for one in several]
    assert all(np.array_equal(one.pcm, other.pcm) for one, other in zip(found, several, strict=True))


@pytest.mark.audio
def test_the_copy_of_the_encoder_hears_what_the_model_in_use_hears() -> None:
    folder = ModelStore().path("whisper-base")
    pcm = tone(440, 2.0).tobytes()
    with_tuning = network.with_changes(network.as_it_came(folder / "model.bin"), dict(tuned_encoder.changes()))
    encoded = WhisperModel(folder).encode(pcm)
    mel = spectrum(pcm + bytes(24000))  # 1.5 s more: the model in use hears 3 s of silence behind
    frames = encoded.features.shape[1]
    there = np.ones((1, mel.shape[1] // 2), np.float32)
    copy = np.asarray(network.encode(with_tuning, mel[None], there))[:, :frames]
    assert np.corrcoef(copy.ravel(), encoded.features[:, : copy.shape[1]].ravel())[0, 1] > 0.98
    assert SecondEar().frames(copy.astype(np.float32), encoded.audio_s).shape[1] == len(UNITS)
