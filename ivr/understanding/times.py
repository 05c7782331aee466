"""Spoken days and hours as pieces (礼拜六, 上午, 九点半), found by sound and strung together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from asr_models import phonetics
from ivr.understanding import lexicon
from ivr.understanding.candidates import Candidate
from ivr.understanding.choices import Phrasing
from ivr.understanding.lexicon import Phrase
from ivr.understanding.sounds import Heard, Reading
from ivr.understanding.written import numeral

TYPED = (0.0,)
IN_A_SENTENCE = (0.0, 0.02, 0.25, 0.3, 0.33, 0.34)
ANY_TIME = (0.0, 0.0, 0.05, 0.16, 0.2, 0.22)
AS_THE_ANSWER = (0.0, 0.12, 0.3, 0.38, 0.42)

_ORDER = {
    "month": 0,
    "day": 1,
    "week": 1,
    "date": 1,
    "bare": 1,
    "end": 1,
    "weekend": 1,
    "both": 1,
    "past": 1,
    "part": 2,
    "clock": 3,
}
_WIDEST_GAP = 3
_GAP_COST = 0.25
_BACKWARDS_COST = 0.5
_MOST_OF_A_KIND = 5
_MOST_CHAINS = 40
_LEAST_WORTH = 0.6
_WEEK_WORDS = ("礼拜", "星期", "周")
_WEEKDAYS = "一二三四五六日天"
_WEEKS = {"": "", "这": "0", "这个": "0", "本": "0", "下": "1", "下个": "1", "下下": "2", "下下个": "2"}
_PREFIXES = frozenset("下上这本")
_PREFIX_LIMIT = 0.2
_LAST_WEEK = ("上", "上个", "上上个")
_MINUTES = {
    0: ("点", "点钟", "点整"), 5: ("点五分", "点零五", "点零五分", "点过五分"), 10: ("点十分", "点过十分"),
    15: ("点一刻", "点十五", "点十五分", "点过一刻"), 20: ("点二十", "点二十分"), 25: ("点二十五", "点二十五分"),
    30: ("点半", "点半钟", "点三十", "点三十分"), 35: ("点三十五", "点三十五分"), 40: ("点四十", "点四十分"),
    45: ("点三刻", "点四十五", "点四十五分"), 50: ("点五十", "点五十分"), 55: ("点五十五", "点五十五分"),
}  # fmt: skip
_SHORT_OF = {15: ("差一刻", "差十五分"), 10: ("差十分",), 5: ("差五分",)}
_NOT_A_CLOCK_BEHIND = ("点", "都", "也", "儿", "子")
_NOT_A_CLOCK_BEFORE = frozenset("早快慢有差晚好多少大小了远近高低轻重便宽严")


@dataclass(frozen=True)
class Piece:
    """One word about time: its kind and value (`week` "1:6", `clock` "9:30") and where it was heard."""

    kind: str
    value: str
    found: Candidate


@dataclass(frozen=True)
class Chain:
    """Pieces said one after the other, in the order they were said."""

    pieces: tuple[Piece, ...]
    worth: float

    @property
    def reading(self) -> int:
        return self.pieces[0].found.reading

    @property
    def start(self) -> int:
        return min(piece.found.start for piece in self.pieces)

    @property
    def end(self) -> int:
        return max(piece.found.end for piece in self.pieces)

    @property
    def text(self) -> str:
        return "".join(piece.found.text for piece in self.pieces)

    @property
    def cost(self) -> float:
        """Per syllable, over all pieces."""
        sizes = [len(piece.found.text) for piece in self.pieces]
        costs = [piece.found.cost * size for piece, size in zip(self.pieces, sizes, strict=True)]
        return sum(costs) / sum(sizes)

    def inside(self, other: Chain) -> bool:
        """Whether it is no more than a part of another chain."""
        return self.reading == other.reading and other.start <= self.start and self.end <= other.end

    def of(self, *kinds: str) -> str:
        """The value of the first piece of one of these kinds; empty if there is none."""
        return next((piece.value for piece in self.pieces if piece.kind in kinds), "")


def chains(heard: Heard, limits: Sequence[float]) -> list[Chain]:
    """Everything said about time, as the longest sensible strings of pieces, best first."""
    by_reading: dict[int, list[Candidate]] = {}
    for one in _phrasing().find(heard, limits):
        if one.worth > _LEAST_WORTH and (heard.spoken or one.literal(heard)):
            by_reading.setdefault(one.reading, []).append(one)
    found: list[Chain] = []
    for candidates in by_reading.values():
        pieces = _pieces(candidates, heard.readings[candidates[0].reading], spoken=heard.spoken)
        for place, first in enumerate(pieces):
            found += [Chain(run, worth) for run, worth in _runs(pieces, (first,), place, first.found.worth)]
    found = [replace(one, worth=one.worth - heard.readings[one.reading].doubt) for one in found]
    return sorted((one for one in found if _sensible(one, heard)), key=lambda one: -one.worth)[:_MOST_CHAINS]


def _pieces(candidates: list[Candidate], reading: Reading, *, spoken: bool) -> list[Piece]:
    """The best few of each kind, in the order they were said; what is over is not taken for what is to come."""
    kinds: dict[str, list[Piece]] = {}
    for one in sorted(candidates, key=lambda one: -one.worth):
        kind, _, value = str(one.value).partition("@")
        piece = Piece(kind, value, one)
        if not _prefix_heard(piece, reading):
            continue
        rivals = kinds.setdefault(piece.kind, [])
        if any(rival.value == piece.value and rival.found.end == one.end for rival in rivals):
            continue
        if len(rivals) < _MOST_OF_A_KIND:
            rivals.append(piece)
    over = [piece.found for piece in kinds.get("past", [])]
    after_month = {piece.found.end for piece in kinds.get("month", [])}
    kinds["bare"] = [piece for piece in kinds.get("bare", []) if piece.found.start in after_month]
    pieces = [piece for rivals in kinds.values() for piece in rivals]
    if not spoken:
        pieces = [p for p in pieces if not any(p.kind == o.kind and p.found.inside(o.found) for o in pieces)]
    clear = [p for p in pieces if p.kind == "past" or not any(_is_over(p.found, gone) for gone in over)]
    return sorted(clear, key=lambda piece: piece.found.start)


def _prefix_heard(piece: Piece, reading: Reading) -> bool:
    """下 of 下礼拜六 and 上 of 上礼拜六 must have been heard as such: 想礼拜六 sounds much like it."""
    if piece.found.text[0] not in _PREFIXES:
        return True
    said, meant = reading.syllables[piece.found.start], phonetics.syllables(piece.found.text)[0]
    return phonetics.distance(said, meant) <= _PREFIX_LIMIT


def _is_over(one: Candidate, gone: Candidate) -> bool:
    return one.inside(gone) and one.worth < gone.worth


def _runs(
    pieces: list[Piece], run: tuple[Piece, ...], place: int, worth: float
) -> Iterator[tuple[tuple[Piece, ...], float]]:
    """The run itself and every way it may go on."""
    yield run, worth
    last = run[-1]
    for after in range(place + 1, len(pieces)):
        piece = pieces[after]
        gap = piece.found.start - last.found.end
        if gap > _WIDEST_GAP:
            return
        if gap < 0 or not _may_follow(run, piece):
            continue
        cost = _GAP_COST * gap + (_BACKWARDS_COST if _ORDER[piece.kind] < _ORDER[last.kind] else 0.0)
        yield from _runs(pieces, (*run, piece), after, worth + piece.found.worth - cost)


def _may_follow(run: tuple[Piece, ...], piece: Piece) -> bool:
    kinds = {one.kind for one in run}
    if piece.kind in kinds:
        return False
    if piece.kind in ("date", "bare", "end") and run[-1].kind == "month":
        return True
    if piece.kind == "bare":
        return False
    if piece.kind == "month" or run[-1].kind == "month" or kinds & {"past"}:
        return False
    ranks = {_ORDER[one.kind] for one in run}
    if {piece.kind, run[-1].kind} in ({"week", "date"}, {"week", "weekend"}):  # 二十八号礼拜六
        return True
    if piece.kind == "part" and "both" in kinds:
        return False
    return _ORDER[piece.kind] not in ranks


def _sensible(chain: Chain, heard: Heard) -> bool:
    kinds = [piece.kind for piece in chain.pieces]
    if kinds[-1] == "month" or kinds[0] == "bare" or kinds == ["past"]:
        return False
    if kinds != ["clock"] or chain.text != "一点":
        return True
    said = heard.readings[chain.reading].text
    slower = chain.start > 0 and said[chain.start - 1] in _NOT_A_CLOCK_BEFORE
    return not slower and said[chain.end : chain.end + 1] not in _NOT_A_CLOCK_BEHIND


def any_time(heard: Heard, limits: Sequence[float]) -> list[Candidate]:
    """随便, 哪天都行."""
    return [one for one in _any_phrasing().find(heard, limits) if one.worth > 0]


@cache
def _any_phrasing() -> Phrasing:
    return Phrasing(
        [
            Phrase(w, "any")
            for row in lexicon.rows("times.tsv")
            if row["kind"] == "any"
            for w in lexicon.words(row["phrases"])
        ]
    )


@cache
def _phrasing() -> Phrasing:
    return Phrasing(tuple(dict.fromkeys([*_listed(), *_weekdays(), *_dates(), *_clocks()])))


def words() -> tuple[str, ...]:
    """Every phrase about time, for a recogniser that takes a grammar."""
    return tuple(phrase.text for phrase in (*_phrasing().phrases, *_any_phrasing().phrases))


def _listed() -> Iterator[Phrase]:
    for row in lexicon.rows("times.tsv"):
        if row["kind"] != "any":
            yield from (Phrase(word, f"{row['kind']}@{row['value']}") for word in lexicon.words(row["phrases"]))


def _weekdays() -> Iterator[Phrase]:
    for word in _WEEK_WORDS:
        for number, name in enumerate(_WEEKDAYS):
            day = min(number, 6)
            for prefix, week in _WEEKS.items():
                yield Phrase(prefix + word + name, f"week@{week}:{day}")
            yield from (Phrase(prefix + word + name, "past@") for prefix in _LAST_WEEK)
    for prefix, week in _WEEKS.items():
        yield Phrase(prefix + "周末", f"weekend@{week}")


def _dates() -> Iterator[Phrase]:
    for day in range(1, 32):
        yield from (Phrase(numeral(day) + sign, f"date@{day}") for sign in "号日")
        yield Phrase(numeral(day), f"bare@{day}")
    for month in range(1, 13):
        yield Phrase(numeral(month) + "月", f"month@{month}")
        yield Phrase(numeral(month) + "月份", f"month@{month}")
    for word in ("这个月", "本月"):
        yield Phrase(word, "month@+0")
    for word in ("下个月", "下月"):
        yield Phrase(word, "month@+1")
    for word in ("月底", "月尾", "月末"):
        yield Phrase(word, "end@")
        yield from (Phrase(next_ + word, "end@+1") for next_ in ("下", "下个"))
    for count in range(1, 15):
        named = "两" if count == 2 else numeral(count)
        yield from (Phrase(named + tail, f"day@{count}") for tail in ("天后", "天以后", "天之后"))


def _clocks() -> Iterator[Phrase]:
    for hour in range(25):
        names = ("两", "二") if hour == 2 else (numeral(hour) if hour else "零",)
        for name in names:
            for minute, tails in _MINUTES.items():
                if hour <= 12 or minute in (0, 30):
                    yield from (Phrase(name + tail, f"clock@{hour}:{minute:02}") for tail in tails)
            for short, befores in _SHORT_OF.items() if 1 <= hour <= 12 else ():
                value = f"clock@{(hour - 1) or 12}:{60 - short}"
                yield from (
                    Phrase(said, value)
                    for before in befores
                    for said in (f"{before}{name}点", f"{name}点{before}")
                )
