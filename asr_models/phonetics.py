"""Mandarin as it sounds: toneless syllables, and how far apart two of them are.

A recogniser that hears a name right still writes it in wrong characters, and Hunan speakers merge sounds
(zh/z, ch/c, sh/s, n/l, hu/f, in/ing, en/eng). Comparing syllables, with small costs for sounds that are
close, finds the phrase all the same. Costs are 0..1 for one syllable: what the tables here say before anything was
heard, put right by how often each sound was taken for which (`confusions.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.contrib.tone_convert import to_finals, to_initials

from asr_models import confusions
from asr_models.confusions import Confusion, Costs

Syllables = tuple[str, ...]

_INITIAL_SHARE = 0.45
"""The final is the louder and longer part of a Mandarin syllable."""
_LEAST = 0.02
"""Two syllables that differ are never quite the same."""
_ACCENT = 0.1
"""Most that two syllables cost which a Hunan speaker does not keep apart."""

_FOLDED_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l"}
_FOLDED_FINAL = {"ing": "in", "eng": "en", "ueng": "uen"}
_HU_AS_F = {"u": "u", "ua": "a", "uo": "o", "uei": "ei", "uan": "an", "uen": "en", "uang": "ang"}

_INITIAL_COSTS = {
    0.15: "zh/z ch/c sh/s n/l",
    0.3: "f/h r/l x/sh x/s j/zh j/z q/ch q/c m/n",
    0.4: "b/p d/t g/k j/q zh/ch z/c zh/c z/ch h/-",
    0.5: "s/c sh/ch s/ch sh/c x/q n/- r/- l/- r/zh r/z r/sh h/k f/s f/sh l/d n/d g/- m/-",
    0.6: "b/d d/g b/g p/t t/k p/k m/b f/p x/h z/d zh/d c/t ch/t s/h sh/h b/f g/j k/q",
}
_VOWEL_COSTS = {0.3: "o/e i/v u/o", 0.5: "a/e i/e u/v", 0.6: "a/o u/e"}
_MEDIAL_COSTS = {0.2: "i/v", 0.25: "u/-", 0.3: "i/-", 0.4: "v/- u/v", 0.5: "i/u"}
_CODA_COSTS = {0.12: "n/ng", 0.2: "r/-", 0.4: "i/- u/-", 0.5: "n/- ng/-", 0.6: "i/n", 0.7: "i/u"}
_FINAL_COSTS = {0.1: "uo/o", 0.25: "uo/e", 0.3: "ou/u"}
"""Finals nearer than their parts tell; 路 is heard as lou."""

_SPOKEN_INITIALS = "b p m f d t n l g k h j q x zh ch sh r z c s"
_FINALS = {
    # final: medial, vowel, coda
    "a": "-a-", "o": "-o-", "e": "-e-", "ê": "-e-", "er": "-er", "ai": "-ai", "ei": "-ei", "ao": "-au",
    "ou": "-ou", "an": "-an", "en": "-en", "ang": "-aN", "eng": "-eN", "ong": "-oN",
    "i": "-i-", "ia": "ia-", "ie": "ie-", "iao": "iau", "iou": "iou", "ian": "ian", "in": "-in", "iang": "iaN",
    "ing": "-iN", "iong": "ioN", "io": "io-",
    "u": "-u-", "ua": "ua-", "uo": "uo-", "uai": "uai", "uei": "uei", "uan": "uan", "uen": "uen", "uang": "uaN",
    "ueng": "ueN",
    "v": "-v-", "ve": "ve-", "van": "van", "vn": "-vn",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def syllables(text: str) -> Syllables:
    """Toneless pinyin of the Chinese characters in a text, ü as v; anything else is left out.

    Characters with several readings are read by the word they stand in (行 in 银行 and in 不行).
    """
    return tuple(lazy_pinyin(text, style=Style.NORMAL, errors="ignore"))


@lru_cache(maxsize=4_000)
def fold(syllable: str) -> str:
    """The syllable with the sounds merged that Hunan speakers merge; equal folds sound alike."""
    initial, final = parts(syllable)
    if initial == "h" and final in _HU_AS_F:
        initial, final = "f", _HU_AS_F[final]
    return _FOLDED_INITIAL.get(initial, initial) + _FOLDED_FINAL.get(final, final)


@lru_cache(maxsize=200_000)
def distance(a: str, b: str) -> float:
    """How different two syllables sound: 0 the same, at most 0.1 the same to a Hunan ear, 1 nothing in common."""
    if a == b:
        return 0.0
    (initial_a, final_a), (initial_b, final_b) = parts(a), parts(b)
    initials, finals = _learnt()
    initial = initials.get((initial_a, initial_b), _initial_cost(initial_a, initial_b))
    final = finals.get((final_a, final_b), _final_cost(final_a, final_b))
    cost = max(_LEAST, _INITIAL_SHARE * initial + (1 - _INITIAL_SHARE) * final)
    return min(cost, _ACCENT) if fold(a) == fold(b) else cost


@lru_cache(maxsize=4_000)
def parts(syllable: str) -> tuple[str, str]:
    """Initial and final; y and w belong to the final (you is iou)."""
    return to_initials(syllable, strict=True), to_finals(syllable, strict=True, v_to_u=False)


def learn(counts: Mapping[Confusion, int]) -> None:
    """From now on a town's own counts (none: no more) have their say in what sounds cost."""
    confusions.of_the_town(counts)
    _learnt.cache_clear()
    distance.cache_clear()


@lru_cache(maxsize=1)
def _learnt() -> tuple[Costs, Costs]:
    """What counts make of the tables: costs of initials and of finals."""
    counts = confusions.counted()
    initials = ("", *_SPOKEN_INITIALS.split())
    return (
        confusions.costs(counts, "initial", initials, _initial_cost),
        confusions.costs(counts, "final", tuple(_FINALS), _final_cost),
    )


def _initial_cost(a: str, b: str) -> float:
    return _cost(_INITIALS, a, b)


@lru_cache(maxsize=4_000)
def _final_cost(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if (a, b) in _CLOSE_FINALS:
        return _CLOSE_FINALS[a, b]
    if a not in _FINALS or b not in _FINALS:
        return 1.0
    kinds = zip((_MEDIALS, _VOWELS, _CODAS), _FINALS[a], _FINALS[b], strict=True)
    return min(1.0, sum(_cost(table, part_a, part_b) for table, part_a, part_b in kinds))


def _table(costs: dict[float, str]) -> dict[tuple[str, str], float]:
    """Both directions of each `a/b`; `-` is nothing in place of a sound."""
    table = {}
    for cost, pairs in costs.items():
        for pair in pairs.split():
            a, b = pair.split("/")
            table[a, b] = table[b, a] = cost
    return table


def _cost(table: dict[tuple[str, str], float], a: str, b: str) -> float:
    return 0.0 if a == b else table.get((a or "-", b or "-"), 1.0)


_INITIALS = _table(_INITIAL_COSTS)
_VOWELS = _table(_VOWEL_COSTS)
_MEDIALS = _table(_MEDIAL_COSTS)
_CODAS = _table({cost: pairs.replace("ng", "N") for cost, pairs in _CODA_COSTS.items()})
_CLOSE_FINALS = _table(_FINAL_COSTS)
