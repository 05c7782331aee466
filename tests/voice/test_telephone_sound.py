"""G.711, WAV files and the telephone band."""

from __future__ import annotations

import struct
import wave
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.voice import mulaw, telephone, wav
from ivr.voice.mulaw import RATE, Samples


def tone(hertz: float, seconds: float = 0.5, rate: int = RATE, loudness: float = 0.3) -> Samples:
    at = np.arange(round(seconds * rate), dtype=np.float64) / rate
    return (loudness * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def rms_db(samples: Samples) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(samples**2)) + 1e-12))


@pytest.mark.parametrize(
    ("code", "value"),
    [(0xFF, 0), (0x7F, 0), (0x80, 32124), (0x00, -32124), (0xFE, 8), (0x7E, -8), (0xF0, 120), (0xEF, 132)],
)
def test_codes_have_the_values_of_the_standard(code: int, value: int) -> None:
    assert mulaw.decode(bytes([code]))[0] == value


def test_every_code_survives_a_round_trip_and_only_minus_zero_becomes_zero() -> None:
    codes = bytes(range(256))
    assert mulaw.encode(mulaw.decode(codes)) == codes.replace(b"\x7f", b"\xff")


@given(st.integers(-32768, 32767))
def test_a_sample_comes_back_within_half_a_step(value: int) -> None:
    back = int(mulaw.decode(mulaw.encode(np.array([value], np.int16)))[0])
    assert abs(back - value) <= max(8, abs(value) / 32 + 4) or abs(value) > 32124


def test_an_odd_last_byte_is_left_out() -> None:
    assert mulaw.from_pcm_bytes(b"\x01\x00\x02").tolist() == [1]


def test_what_is_too_loud_is_limited_and_does_not_wrap() -> None:
    assert mulaw.to_pcm(np.array([2.0, -2.0], np.float32)).tolist() == [32767, -32767]


def test_resampling_keeps_a_tone_and_drops_what_the_telephone_cannot_carry() -> None:
    assert abs(rms_db(mulaw.resample(tone(1000, rate=24000), 24000)) - rms_db(tone(1000))) < 0.3
    assert rms_db(mulaw.resample(tone(5000, rate=24000), 24000)[400:-400]) < -60


def test_the_band_is_three_hundred_to_three_thousand_four_hundred() -> None:
    for hertz in (400, 1000, 3000):
        assert abs(rms_db(telephone.band_limit(tone(hertz))) - rms_db(tone(hertz))) < 1
    for hertz in (50, 100, 150, 3800):
        assert rms_db(telephone.band_limit(tone(hertz))[500:-500]) < rms_db(tone(hertz)) - 20


@pytest.mark.parametrize("loudness", [0.001, 0.05, 1.0])
def test_speech_leaves_at_one_level_without_clipping(loudness: float) -> None:
    spoken = np.concatenate([tone(500, 0.4, loudness=loudness), np.zeros(4000, np.float32)] * 2)
    level = telephone.level(spoken)
    assert abs(20 * np.log10(telephone.speech_rms(level)) - telephone.LEVEL_DBFS) < 0.5
    assert np.abs(level).max() < 1


def test_a_sudden_peak_is_rounded_not_clipped() -> None:
    spoken = tone(500)
    spoken[2000] = 20.0
    assert np.abs(telephone.level(spoken)).max() <= telephone.PEAK


def test_silence_is_cut_off_both_ends() -> None:
    quiet = np.zeros(RATE, np.float32)
    assert len(telephone.trim(np.concatenate([quiet, tone(500, 0.5), quiet]))) <= 0.57 * RATE
    assert telephone.trim(quiet).size == 0
    assert telephone.for_telephone(np.zeros(0, np.float32), 24000).size == 0


def riff(form: bytes, data: bytes, *, more: bytes = b"") -> bytes:
    body = b"WAVE" + more + b"fmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def form(tag: int, bits: int, *, rate: int = RATE, channels: int = 1) -> bytes:
    width = bits // 8 * channels
    return struct.pack("<HHIIHH", tag, channels, rate, rate * width, width, bits)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    sound = bytes(range(256)) + b"\x01"
    wav.write_mulaw(tmp_path / "a.wav", sound)
    samples, rate = wav.read(tmp_path / "a.wav")
    assert rate == RATE
    assert mulaw.encode(mulaw.to_pcm(samples * np.float32(32768 / 32767))) == sound.replace(b"\x7f", b"\xff")


def test_a_pcm_file_opens_in_the_standard_library() -> None:
    pcm = np.arange(-500, 500, dtype=np.int16)
    with wave.open(BytesIO(wav.pcm_wav(pcm, 16000))) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (16000, 2, 1)
        assert file.readframes(2000) == mulaw.pcm_bytes(pcm)


@pytest.mark.parametrize(
    ("tag", "bits", "data"),
    [
        (1, 8, bytes([0x80, 0xC0])),
        (1, 16, struct.pack("<2h", 0, 16384)),
        (1, 24, b"\0\0\0" + b"\x00\x00\x40"),
        (1, 32, struct.pack("<2i", 0, 1 << 30)),
        (3, 32, struct.pack("<2f", 0.0, 0.5)),
        (7, 8, mulaw.encode(np.array([0, 16384], np.int16))),
        (6, 8, bytes([0xD5, 0xA5])),
    ],
)
def test_formats_of_recorders_are_understood(tag: int, bits: int, data: bytes) -> None:
    samples, rate = wav.parse(riff(form(tag, bits, rate=44100), data, more=b"LIST\x03\0\0\0abc\0"))
    assert rate == 44100
    assert samples.tolist() == pytest.approx([0.0, 0.5], abs=0.02)


def test_two_channels_become_one() -> None:
    samples, _ = wav.parse(riff(form(1, 16, channels=2), struct.pack("<5h", 100, 300, -100, -300, 7)))
    assert (samples * 32768).round().tolist() == [200, -200]


def test_an_extensible_format_is_what_it_says_it_is() -> None:
    extensible = struct.pack("<HHIIHHHHI", 0xFFFE, 1, RATE, RATE * 2, 2, 16, 22, 16, 4)
    samples, _ = wav.parse(riff(extensible + struct.pack("<H", 1) + bytes(14), struct.pack("<h", 16384)))
    assert samples.tolist() == [0.5]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF\0\0\0\0WAVE",
        b"ID3" + bytes(100),
        riff(form(1, 16), b""),
        riff(form(1, 16), b"\0"),
        riff(form(1, 16)[:10], b"\0\0"),
        riff(form(1, 16, rate=7), b"\0\0"),
        riff(form(1, 16, channels=0), b"\0\0"),
        riff(form(1, 12), b"\0\0"),
        riff(form(85, 0), b"mp3"),
        riff(form(3, 32), struct.pack("<f", float("nan"))),
        riff(form(1, 16), bytes(100))[:40],
    ],
)
def test_a_damaged_file_is_a_clear_error(data: bytes) -> None:
    with pytest.raises(wav.DamagedWav):
        wav.parse(data)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        samples, _ = wav.parse(riff(form(1, 16), b"")[:12] + data)
    except wav.DamagedWav:
        return
    assert samples.size


def test_a_file_cut_short_plays_as_far_as_it_goes() -> None:
    whole = wav.pcm_wav(np.full(1000, 1000, np.int16))
    assert wav.parse(whole[:1045])[0].size == 500


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(wav.DamagedWav, match=r"gone\.wav"):
        wav.read(tmp_path / "gone.wav")
