"""WAV files as they come from recorders and go to staff: PCM of 8 to 32 bits, float, µ-law and A-law."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asr_models.recogniser import SpeechError
from ivr.voice import mulaw
from ivr.voice.mulaw import Pcm, Samples

PCM, FLOAT, ALAW, MULAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
MAX_BYTES = 64 << 20
"""More than half an hour of anything: the rest is not read."""


class DamagedWav(SpeechError):
    """A file that is not a WAV this system can play; the message says what is wrong with it."""


@dataclass(frozen=True)
class _Format:
    tag: int
    channels: int
    rate: int
    bits: int


def read(path: Path) -> tuple[Samples, int]:
    """The sound of a WAV file and its rate, channels mixed to one. Raises DamagedWav."""
    try:
        with path.open("rb") as file:
            return parse(file.read(MAX_BYTES))
    except OSError as wrong:
        raise DamagedWav(f"{path.name}: {wrong.strerror}") from wrong
    except DamagedWav as wrong:
        raise DamagedWav(f"{path.name}: {wrong}") from wrong


def parse(data: bytes) -> tuple[Samples, int]:
    """The sound of a WAV file's bytes and its rate. A file cut short gives what is there. Raises DamagedWav."""
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise DamagedWav("not a WAV file")
    chunks = _chunks(data)
    if b"fmt " not in chunks or b"data" not in chunks:
        raise DamagedWav("no format or no sound in it")
    form = _format(chunks[b"fmt "])
    samples = _samples(chunks[b"data"], form)
    if not samples.size:
        raise DamagedWav("no sound in it")
    if not np.isfinite(samples).all():
        raise DamagedWav("samples that are not numbers")
    whole = samples[: samples.size - samples.size % form.channels]
    return whole.reshape(-1, form.channels).mean(axis=1, dtype=np.float32), form.rate


def write_mulaw(path: Path, sound: bytes) -> None:
    """Keeps telephone sound as a WAV any player opens."""
    path.write_bytes(mulaw_wav(sound))


def mulaw_wav(sound: bytes) -> bytes:
    """A µ-law WAV file (format tag 7, with the `fact` chunk the format asks for)."""
    form = struct.pack("<HHIIHHH", MULAW, 1, mulaw.RATE, mulaw.RATE, 1, 8, 0)
    return _riff([(b"fmt ", form), (b"fact", struct.pack("<I", len(sound))), (b"data", sound)])


def pcm_wav(pcm: Pcm, rate: int = mulaw.RATE) -> bytes:
    """A 16-bit mono PCM WAV file."""
    form = struct.pack("<HHIIHH", PCM, 1, rate, rate * 2, 2, 16)
    return _riff([(b"fmt ", form), (b"data", mulaw.pcm_bytes(pcm))])


def _riff(chunks: list[tuple[bytes, bytes]]) -> bytes:
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1) for name, data in chunks)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def _chunks(data: bytes) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        found.setdefault(name, data[at + 8 : at + 8 + size])
        at += 8 + size + (size & 1)
    return found


def _format(chunk: bytes) -> _Format:
    if len(chunk) < 16:
        raise DamagedWav("format cut short")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if tag == EXTENSIBLE and len(chunk) >= 26:
        (tag,) = struct.unpack_from("<H", chunk, 24)
    if not 1 <= channels <= 8 or not 4000 <= rate <= 192_000:
        raise DamagedWav(f"{channels} channels at {rate} Hz")
    return _Format(tag, channels, rate, bits)


def _samples(data: bytes, form: _Format) -> Samples:
    width = form.bits // 8
    data = data[: len(data) - len(data) % width] if width else data
    match form.tag, form.bits:
        case (1, 8):
            return (np.frombuffer(data, np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)
        case (1, 16):
            return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768)
        case (1, 24):
            triples = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int32)
            value = triples[:, 0] << 8 | triples[:, 1] << 16 | triples[:, 2] << 24
            return (value / 2147483648).astype(np.float32)
        case (1, 32):
            return (np.frombuffer(data, "<i4") / 2147483648).astype(np.float32)
        case (3, 32):
            return np.frombuffer(data, "<f4").astype(np.float32)
        case (6, 8):
            return mulaw.to_samples(_ALAW[np.frombuffer(data, np.uint8)])
        case (7, 8):
            return mulaw.to_samples(mulaw.decode(data))
    raise DamagedWav(f"format {form.tag} with {form.bits} bits is not one this system plays")


def _alaw() -> Pcm:
    """The 256 values of ITU-T G.711 A-law, the law of Chinese exchanges, on the 16-bit scale."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    exponent, mantissa = (code >> 4) & 7, (code & 15) << 4
    size = np.where(exponent == 0, mantissa + 8, (mantissa + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.int16)


_ALAW = _alaw()
