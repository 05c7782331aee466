"""How a sentence is pronounced: characters in, pinyin with tones out, as a careful speaker would say it.

Words are found by jieba, readings come from our own list (`data/pronunciation.tsv`) and then from pypinyin.
"""

from __future__ import annotations

import hashlib
import logging
import re
import tempfile
import threading
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from itertools import islice

from pypinyin import Style, lazy_pinyin

from ivr.voice.sandhi import change_tones

with warnings.catch_warnings():
    # compiling jieba 0.42 for the first time warns of its unescaped patterns
    warnings.simplefilter("ignore")
    import jieba

jieba.setLogLevel(logging.WARNING)

_LETTER = re.compile(r"[A-Za-z]")
_SPOKEN = re.compile(r"[\u3400-\u9fff〇]+|[A-Za-z]")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_NAME_FOLLOWS = ("", "村", "组", "是", "叫", "姓", "找", "给")
_LOADING = threading.Lock()
_OFTEN = 1_000_000
"""A word frequency that makes jieba keep our own words whole."""


class Pronouncer:
    """Reads Chinese aloud on paper. Safe to share between threads; the words load once a process (1 s)."""

    def __init__(self) -> None:
        self._own = _readings("pronunciation.tsv")
        self._surnames = {name: said[0] for name, said in _readings("surnames.tsv").items()}
        self._letters = _readings("letters.tsv")

    def pinyin(self, text: str) -> list[str]:
        """Syllables with tone digits (5 neutral), erhua as a final r: 一点儿 → yi4 dian3r.

        What cannot be said (punctuation, foreign scripts) is left out; write numbers out first.
        """
        return [syllable for word in self.pinyin_by_word(text) for syllable in word]

    def pinyin_by_word(self, text: str) -> list[list[str]]:
        """The same, with the syllables of each word together."""
        said: list[list[str]] = []
        for piece in _SPOKEN.findall(text):
            said += [self._letters[piece.upper()]] if _LETTER.match(piece) else self._sentence(piece)
        return [_join_erhua(word) for word in said]

    def words(self, text: str) -> list[str]:
        """The words of a piece of Chinese, unknown names character by character."""
        return list(_dictionary().cut(text, HMM=False))

    def _sentence(self, text: str) -> list[list[str]]:
        words = self.words(text)
        said: list[str] = []
        before = ""
        for at, word in enumerate(words):
            last = at + 1 == len(words)
            said += self._word(word, before, alone=last and not before)
            before = word
        spoken = iter(change_tones(words, said))
        return [list(islice(spoken, len(word))) for word in words]

    def _word(self, word: str, before: str, *, alone: bool) -> list[str]:
        if word in self._surnames and not alone and before[-1:] in _NAME_FOLLOWS:
            return [self._surnames[word]]
        if word == "了" and before in ("不", "得"):
            return ["liao3"]
        if word in self._own:
            return self._own[word]
        return self._general(word)

    def _general(self, word: str) -> list[str]:
        able = re.fullmatch(r"(.+)([得不])了", word)
        if able:
            return [*self._general(able[1]), "de5" if able[2] == "得" else "bu4", "liao3"]
        said = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
        # the general dictionary has some of its 一 already changed
        return ["yi1" if character == "一" else syllable for character, syllable in zip(word, said, strict=True)]


def _join_erhua(said: Sequence[str]) -> list[str]:
    joined: list[str] = []
    for syllable in said:
        if syllable == "r" and joined:
            joined[-1] += "r"
        else:
            joined.append(syllable)
    return joined


@lru_cache(maxsize=1)
def readings_version() -> str:
    """Changes when our own lists change: sound kept from before is then made again."""
    texts = "".join(_text(name) for name in ("pronunciation.tsv", "surnames.tsv", "letters.tsv"))
    return hashlib.sha256(texts.encode()).hexdigest()[:8]


def _dictionary() -> jieba.Tokenizer:
    with _LOADING:
        return _loaded_dictionary()


@lru_cache(maxsize=1)
def _loaded_dictionary() -> jieba.Tokenizer:
    words = jieba.Tokenizer()
    with tempfile.TemporaryDirectory() as scratch:
        # its own cache lies in a folder anybody may write to, and saves no time
        words.tmp_dir = scratch
        words.initialize()
    for word in _readings("pronunciation.tsv"):
        words.add_word(word, _OFTEN)
    return words


def word_counts() -> dict[str, int]:
    """Words of up to four characters and how often they are written, by the dictionary of the language."""
    counts = _dictionary().FREQ
    usual = (word for word, count in counts.items() if 0 < count < _OFTEN and len(word) <= 4)
    return {word: int(counts[word]) for word in usual if _CHINESE.fullmatch(word)}


@lru_cache
def _readings(name: str) -> dict[str, list[str]]:
    """A data file of words and their pinyin; erhua is kept as two, so that characters and syllables pair."""
    return dict(_rows(_text(name)))


def _text(name: str) -> str:
    return resources.files("ivr.voice").joinpath("data", name).read_text("utf-8")


def _rows(text: str) -> Iterator[tuple[str, list[str]]]:
    for line in text.splitlines():
        if line and not line.startswith("#"):
            word, said = line.split("\t")
            yield word, said.replace("r ", " r ").removesuffix("r").split() + ["r"] * said.endswith("r")
