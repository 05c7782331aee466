"""Spoken days and hours as pieces (礼拜六, 上午, 九点半), found by sound and strung together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from asr_models import phonetics
from ivr.understanding import time_words
from ivr.understanding.candidates import Candidate
from ivr.understanding.repairs import marks
from ivr.understanding.sounds import Heard, Reading

TYPED = (0.0,)
IN_A_SENTENCE = (0.0, 0.02, 0.25, 0.3, 0.33, 0.34)
ANY_TIME = (0.0, 0.0, 0.05, 0.16, 0.2, 0.22)
AS_THE_ANSWER = (0.0, 0.12, 0.3, 0.38, 0.42)

_ORDER = {
    "calendar": -1, "month": 0,
    "day": 1, "days": 1, "week": 1, "date": 1, "bare": 1, "end": 1, "part_of_month": 1, "weekend": 1, "both": 1,
    "past": 1, "part": 2, "clock": 3, "shift": 1, "to": 4, "limit": 4,
}  # fmt: skip
_DAY = 1
_BOUND = frozenset(("shift", "to", "limit"))
"""What stands right behind what it belongs to, or is not said at all."""
_IN_A_MONTH = frozenset(("date", "bare", "end", "part_of_month"))
_SHIFTED = frozenset(("date", "bare", "week", "end"))
_WIDEST_GAP = 3
_GAP_COST = 0.25
_BACKWARDS_COST = 0.5
_MOST_OF_A_KIND = 5
_EXACT = 0.01
"""Cost per syllable up to which a piece counts besides: 十点 stays, though 十一点五十 is longer and near."""
_MOST_CHAINS = 40
_LEAST_WORTH = 0.6
_PREFIXES = frozenset("下上这本")
_PREFIX_LIMIT = 0.2
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

    def spans(self, mark: Candidate) -> bool:
        """Whether it goes on behind words that take it back."""
        return self.reading == mark.reading and self.start < mark.start and mark.end < self.end

    def inside(self, other: Chain) -> bool:
        """Whether it is no more than a part of another chain."""
        return self.reading == other.reading and other.start <= self.start and self.end <= other.end

    def of(self, *kinds: str) -> str:
        """The value of the first piece of one of these kinds; empty if there is none."""
        return next((piece.value for piece in self.pieces if piece.kind in kinds), "")

    def has(self, kind: str) -> bool:
        return any(piece.kind == kind for piece in self.pieces)

    @property
    def sides(self) -> tuple[Chain, Chain | None]:
        """What stands before 到 and what behind it; without 到 all of it and None."""
        place = next((place for place, piece in enumerate(self.pieces) if piece.kind == "to"), None)
        if place is None:
            return self, None
        return replace(self, pieces=self.pieces[:place]), replace(self, pieces=self.pieces[place + 1 :])


def chains(heard: Heard, limits: Sequence[float]) -> list[Chain]:
    """Everything said about time, as the longest sensible strings of pieces, best first."""
    by_reading: dict[int, list[Candidate]] = {}
    for one in time_words.phrasing().find(heard, limits):
        if one.worth > _LEAST_WORTH and (heard.spoken or one.literal(heard)):
            by_reading.setdefault(one.reading, []).append(one)
    found: list[Chain] = []
    for candidates in by_reading.values():
        pieces = _pieces(candidates, heard.readings[candidates[0].reading], spoken=heard.spoken)
        for place, first in ((place, one) for place, one in enumerate(pieces) if one.kind not in _BOUND):
            found += [Chain(run, worth) for run, worth in _runs(pieces, (first,), place, first.found.worth)]
    found = [replace(one, worth=one.worth - heard.readings[one.reading].doubt) for one in found]
    taken_back = marks(heard)
    sensible = (one for one in found if _sensible(one, heard) and not any(map(one.spans, taken_back)))
    return sorted(sensible, key=lambda one: -one.worth)[:_MOST_CHAINS]


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
        if len(rivals) < _MOST_OF_A_KIND or one.cost <= _EXACT:
            rivals.append(piece)
    over = [piece.found for piece in kinds.get("past", [])]
    before = {piece.found.end for kind in ("month", "calendar", "to") for piece in kinds.get(kind, [])}
    kinds["bare"] = [piece for piece in kinds.get("bare", []) if piece.found.start in before]
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
    last, kinds = run[-1], {one.kind for one in run}
    if piece.kind in _BOUND:
        return _is_bound_to(last, piece) and piece.kind not in kinds
    if last.kind == "to":
        return _may_end_a_span(run, piece)
    if piece.kind in _IN_A_MONTH and last.kind in ("month", "calendar"):
        return True
    if piece.kind == "month" and last.kind == "calendar":
        return True
    if piece.kind in kinds:
        return "to" in kinds and last.kind == "part" and piece.kind == "clock"
    if (
        piece.kind in ("bare", "month", "calendar")
        or last.kind in ("month", "calendar", "limit")
        or "past" in kinds
    ):
        return False
    ranks = {_ORDER[one.kind] for one in run}
    if {piece.kind, last.kind} in ({"week", "date"}, {"week", "weekend"}):  # 二十八号礼拜六
        return True
    if piece.kind == "part" and "both" in kinds:
        return False
    return _ORDER[piece.kind] not in ranks


def _is_bound_to(last: Piece, piece: Piece) -> bool:
    if piece.found.start != last.found.end:
        return False
    match piece.kind:
        case "shift":
            return last.kind in _SHIFTED
        case "limit":
            return last.kind == "clock" and ".." not in last.value
        case _:
            return (last.kind == "clock" and ".." not in last.value) or _ORDER[last.kind] == _DAY


def _may_end_a_span(run: tuple[Piece, ...], piece: Piece) -> bool:
    """三点到五点, 三点到下午五点, 礼拜三到礼拜五: the same kind on both sides."""
    before = run[-2]
    if before.kind == "clock":
        return piece.kind in ("clock", "part") and ".." not in piece.value
    return _ORDER[piece.kind] == _DAY and piece.kind not in _BOUND


def _sensible(chain: Chain, heard: Heard) -> bool:
    kinds = [piece.kind for piece in chain.pieces]
    if kinds[-1] in ("month", "calendar", "to") or kinds[0] in ("bare", *_BOUND) or kinds == ["past"]:
        return False
    if "to" in kinds and chain.pieces[kinds.index("to") - 1].kind == "clock" and kinds[-1] != "clock":
        return False
    if kinds != ["clock"] or chain.text != "一点":
        return True
    said = heard.readings[chain.reading].text
    slower = chain.start > 0 and said[chain.start - 1] in _NOT_A_CLOCK_BEFORE
    return not slower and said[chain.end : chain.end + 1] not in _NOT_A_CLOCK_BEHIND


def any_time(heard: Heard, limits: Sequence[float]) -> list[Candidate]:
    """随便, 哪天都行."""
    return [one for one in time_words.any_phrasing().find(heard, limits) if one.worth > 0]
