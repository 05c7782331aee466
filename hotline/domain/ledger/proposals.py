"""What an answer may be for the ledger: a proposal with its reasons; a person confirms or says otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from hotline.domain.catalogue import rows
from hotline.domain.errors import Refused

WORST_ACCEPTABLE = 3
"""基本满意; below it the rating is bad (差评)."""
BEST = 5
_BAD_RATING, _NOT_SOLVED, _ALL_BEST, _UNTOLD = 0.97, 0.95, 0.15, 0.4


class Kind(StrEnum):
    PRAISE = "praise"
    PROBLEM = "problem"
    SUGGESTION = "suggestion"


@dataclass(frozen=True)
class Cue:
    """A word and how strongly it speaks for a kind, 0 to 1."""

    kind: Kind
    weight: float
    word: str


@dataclass(frozen=True)
class Told:
    """What somebody who was rung back said."""

    ratings: Mapping[str, int]
    """By dimension, 1 to 5; only those that were given."""
    solved: bool | None
    remark: str


@dataclass(frozen=True)
class Proposal:
    """One row the ledger might have."""

    kind: Kind
    confidence: float
    reasons: tuple[str, ...]
    """dimension names, not_solved, all_best, unknown, or the words that told."""


def read_cues(text: str) -> tuple[Cue, ...]:
    """Rows kind, weight, words. Refused("bad_row") with the line for a kind or weight that there is not."""
    found = []
    for line, row in rows(text, {"kind", "weight", "words"}):
        try:
            kind, weight = Kind(row["kind"]), float(row["weight"])
        except ValueError as wrong:
            raise Refused("bad_row", line=line) from wrong
        if not 0 < weight < 1:
            raise Refused("bad_row", line=line)
        found += [Cue(kind, weight, word) for word in row["words"].split("|") if word]
    return tuple(found)


def propose(told: Told, cues: Sequence[Cue]) -> tuple[Proposal, ...]:
    """A row for each kind the answer speaks for, the surest first; none where nothing of it matters."""
    bad = [name for name, level in told.ratings.items() if level < WORST_ACCEPTABLE]
    evidence: dict[Kind, list[tuple[float, str]]] = {kind: [] for kind in Kind}
    evidence[Kind.PROBLEM] += [(_BAD_RATING, name) for name in bad]
    if told.solved is False:
        evidence[Kind.PROBLEM].append((_NOT_SOLVED, "not_solved"))
    words = [(cue.kind, cue.weight, cue.word) for cue in cues if cue.word in told.remark]
    for kind, weight, word in words:
        if kind is not Kind.PRAISE or not bad:  # thanks for the call are no praise of what went wrong
            evidence[kind].append((weight, word))
    if words and told.ratings and all(level == BEST for level in told.ratings.values()):
        evidence[Kind.PRAISE].append((_ALL_BEST, "all_best"))
    if told.remark.strip() and not any(evidence.values()):
        evidence[Kind.SUGGESTION].append((_UNTOLD, "unknown"))
    found = [_of(kind, told_by) for kind, told_by in evidence.items() if _speaks(told_by)]
    return tuple(sorted(found, key=lambda p: -p.confidence))


def _speaks(evidence: Sequence[tuple[float, str]]) -> bool:
    """The best rating alone is no praise: it wants a word."""
    return any(reason != "all_best" for _, reason in evidence)


def _of(kind: Kind, evidence: Sequence[tuple[float, str]]) -> Proposal:
    """Evidence is taken as independent: each piece leaves only its share of the doubt."""
    doubt = 1.0
    for weight, _ in evidence:
        doubt *= 1 - weight
    return Proposal(kind, 1 - doubt, tuple(reason for _, reason in evidence))
