"""Where the weights lie in a CTranslate2 model file, so that some can be changed as it is loaded.

The layout is that of `ctranslate2.specs.model_spec`, binary version 6.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FLOAT16 = 4
"""The file's number for the type that weights of this size come in."""
_FORMAT = 6


@dataclass(frozen=True)
class Variable:
    """One array: `header` is the place behind its name, `start` and `end` those of its numbers."""

    name: str
    shape: tuple[int, ...]
    kind: int
    header: int
    start: int
    end: int

    def values(self, model: bytes) -> npt.NDArray[np.float16]:
        """Raises ValueError for numbers that are no half floats."""
        if self.kind != FLOAT16:
            raise ValueError(f"{self.name} is of type {self.kind}, expected {FLOAT16}")
        found: Any = np.frombuffer(model[self.start : self.end], np.float16).reshape(self.shape)
        return found  # type: ignore[no-any-return]


def variables(model: bytes) -> Iterator[Variable]:
    """Every array of a model.bin, in the order of the file. Raises ValueError, struct.error for any other file."""
    version, name_length = struct.unpack_from("<IH", model)
    if version != _FORMAT:
        raise ValueError(f"binary version {version}, expected {_FORMAT}")
    at = 6 + name_length + 4
    (count,) = struct.unpack_from("<I", model, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", model, at)
        name = model[at + 2 : at + 1 + length].decode()
        header = at + 2 + length
        rank = model[header]
        shape = struct.unpack_from(f"<{rank}I", model, header + 1)
        kind, size = struct.unpack_from("<BI", model, header + 1 + 4 * rank)
        start = header + 6 + 4 * rank
        at = start + size
        yield Variable(name, shape, kind, header, start, at)
