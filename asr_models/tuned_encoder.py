"""Whisper's encoder, made to hear through noise: small changes to its weights, added when the model is loaded.

The changes (`data/encoder.npz`) were learnt by asking the encoder to make of a noisy line what it makes of the
same voice on a quiet one (`hotline fit encoder`), so decoder and second ear read it as before. To a matrix a
product of two thin ones is added (Hu et al. 2021), to a vector and the first convolution the difference. The
model's file stays as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from asr_models.model_file import variables

Floats = npt.NDArray[np.floating]

OUT, IN, PLUS = "|out", "|in", "|plus"
"""Behind the name of a weight: the two thin factors of what is added to it, or what is added itself."""
_PREFIX = "encoder/"


@lru_cache(maxsize=1)
def changes() -> dict[str, Floats]:
    """What is shipped: factors and differences by the weights' names."""
    with resources.files("asr_models").joinpath("data", "encoder.npz").open("rb") as file, np.load(file) as kept:
        return {name: np.asarray(kept[name], np.float32) for name in kept.files}


def tuned(model: bytes, by: Mapping[str, Floats] | None = None) -> bytes:
    """The same model.bin with the encoder's weights changed. Raises ValueError where they do not fit the model."""
    by = changes() if by is None else by
    left = {name.rpartition("|")[0] for name in by}
    new = bytearray(model)
    for one in variables(model):
        name = one.name.removeprefix(_PREFIX)
        if not one.name.startswith(_PREFIX) or name not in left:
            continue
        left.remove(name)
        new[one.start : one.end] = changed(one.values(model), name, by).astype(np.float16).tobytes()
    if left:
        raise ValueError(f"no {_PREFIX}{min(left)} to change")
    return bytes(new)


def changed(weight: Floats, name: str, by: Mapping[str, Floats]) -> Floats:
    """One weight with what was learnt added. Raises ValueError for a change of another shape."""
    more = by[name + PLUS] if name + PLUS in by else (by[name + OUT] @ by[name + IN])
    if more.size != weight.size:
        raise ValueError(f"the change of {name} has {more.size} numbers, expected {weight.size}")
    return np.asarray(weight.astype(np.float32) + more.reshape(weight.shape), np.float32)
