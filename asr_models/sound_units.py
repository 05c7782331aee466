"""The sounds Mandarin is made of, as the second ear knows them: initials and finals without tone, and nothing.

A syllable is one or two units. The i of 四 and 是 is another sound than that of 七, so it is a unit of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from itertools import chain

from pypinyin.contrib.tone_convert import to_finals, to_initials

from asr_models.phonetics import syllables

NOTHING = 0
"""The unit between units: CTC's blank."""
_SPELLED = """
b p m f d t n l g k h j q x zh ch sh r z c s
_a _o _e _ê _er _ai _ei _ao _ou _an _en _ang _eng _ong
_i _ii _ia _ie _iao _iou _ian _in _iang _ing _iong _io
_u _ua _uo _uai _uei _uan _uen _uang _ueng _v _ve _van _vn
"""
UNITS = ("-", *_SPELLED.split())
_NUMBERS = {unit: number for number, unit in enumerate(UNITS)}
_BUZZED = frozenset(("zh", "ch", "sh", "r", "z", "c", "s"))

Units = tuple[int, ...]


@lru_cache(maxsize=4_000)
def units(syllable: str) -> Units:
    """The units of a toneless syllable, ü written v; none for what is no Mandarin syllable (ng, hm)."""
    initial = to_initials(syllable, strict=True)
    final = to_finals(syllable, strict=True, v_to_u=False).replace("ü", "v")
    if final == "i" and initial in _BUZZED:
        final = "ii"
    parts = [initial] * bool(initial) + [f"_{final}"]
    return tuple(_NUMBERS[part] for part in parts) if all(part in _NUMBERS for part in parts) else ()


@lru_cache(maxsize=20_000)
def units_of(text: str) -> Units:
    """The units of the Chinese characters of a text, one after another."""
    return in_order(syllables(text))


def in_order(spoken: Sequence[str]) -> Units:
    return tuple(chain.from_iterable(units(syllable) for syllable in spoken))


@lru_cache(maxsize=1)
def spellings() -> dict[str, str]:
    """A common character for each syllable there is, so that what is only a sound can be written down."""
    lines = resources.files("asr_models").joinpath("data", "spellings.tsv").read_text("utf8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))
