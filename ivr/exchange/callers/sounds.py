"""Mandarin as the phonemes Kokoro was trained on, in the standard accent or in that of the hills around 桃江."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Sequence

from ivr.voice.pronounce import Pronouncer

with warnings.catch_warnings():
    # misaki imports jieba, whose first compilation warns of its unescaped patterns
    warnings.simplefilter("ignore")
    from misaki.zh import ZHG2P

log = logging.getLogger(__name__)

_NON_SYLLABIC = "\N{COMBINING INVERTED BREVE BELOW}"
_TONE = "[→↗↓↘]?"
_LOCAL: tuple[tuple[re.Pattern[str], str], ...] = (
    # 湘语长益片 as it colours the Mandarin of the old (docs: recognition.md, local speech)
    (re.compile("ꭧ"), "ʦ"),  # zh, ch are z, c
    (re.compile("ʂ"), "s"),  # sh is s
    (re.compile("^ɻ"), "l"),  # r is l
    (re.compile("^n(?![ijyɥ])"), "l"),  # n is l before open vowels
    (re.compile("^xw(?=[aəɤe])"), "f"),  # hua, huan, hui, hun begin with f
    (re.compile("^xu"), "fu"),
    (re.compile(f"(?<=[iə])({_TONE})ŋ"), r"\1n"),  # ing is in, eng is en
)


def phonemes(text: str, pronouncer: Pronouncer, *, local: bool = False) -> str:
    """The sounds of one breath, words apart. Pure but for the word list `pronouncer` loads at first use."""
    words = ("".join(_syllable(said, local=local) for said in word) for word in pronouncer.pinyin_by_word(text))
    return " ".join(word for word in words if word)


def _syllable(pinyin: str, *, local: bool) -> str:
    plain = pinyin.rstrip("r") if pinyin[-2:-1].isdigit() else pinyin
    try:
        sound = str(ZHG2P.py2ipa(plain)).replace(_NON_SYLLABIC, "")
    except ValueError:
        log.debug("syllable left out", extra={"syllable": pinyin})
        return ""
    if local:
        return _fold(sound)
    return sound + ("ɻ" if plain != pinyin else "")


def _fold(sound: str) -> str:
    for pattern, instead in _LOCAL:
        sound = pattern.sub(instead, sound)
    return sound


def tokens(sounds: str, vocabulary: dict[str, int]) -> Sequence[int]:
    """The network's numbers for the sounds it knows, with its own start and end."""
    return [0, *(vocabulary[sound] for sound in sounds if sound in vocabulary), 0]
