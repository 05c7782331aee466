"""The last word belongs to the audio: what is not sure from the n-best is scored as whole sentences.

Summed, not mean, log-probability with the end token, so that 九点 does not win over 九点半 by being short;
and the carrier, whatever was said around the slot, is kept as it was heard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ivr.understanding.candidates import Candidate, Verdict
from ivr.understanding.sounds import Heard

Score = Callable[[Sequence[str]], list[float]]

MOST_SENTENCES = 10
_WITHIN_REACH = 3.0
"""Syllables' worth behind the best at which a candidate is not scored any more."""
_NATS_PER_SYLLABLE = 1.0
"""What a syllable's worth of the n-best counts against a nat of the audio."""
_SURE_NATS = 2.0


def rescored(found: dict[str, Verdict], heard: Heard, score: Score) -> dict[str, Verdict]:
    """The verdicts with unsure ones settled by the audio, all slots in one batch."""
    open_keys = [key for key, verdict in found.items() if not verdict.sure and len(verdict.candidates) > 1]
    if not open_keys:
        return found
    each = max(2, MOST_SENTENCES // len(open_keys))
    batch: list[tuple[str, Candidate, str]] = []
    for key in open_keys[: MOST_SENTENCES // 2]:
        batch += [(key, one, sentence) for one, sentence in _sentences(found[key], heard, each)]
    scores = score([sentence for _, _, sentence in batch])
    settled = dict(found)
    for key in open_keys:
        rated = [(one, nats) for (k, one, _), nats in zip(batch, scores, strict=True) if k == key]
        if len(rated) > 1:
            settled[key] = _settled(found[key], rated)
    return settled


def _sentences(verdict: Verdict, heard: Heard, most: int) -> list[tuple[Candidate, str]]:
    """Candidates in the sentence in which the best one was heard, so that only the slot differs."""
    best = verdict.candidates[0]
    chosen: dict[str, Candidate] = {}
    for one in verdict.candidates:
        if best.worth - one.worth > _WITHIN_REACH or len(chosen) == most:
            break
        place = one if one.reading == best.reading else best
        sentence = place.sentence(heard, one.text)
        chosen.setdefault(sentence, one)
    return [(one, sentence) for sentence, one in chosen.items()]


def _settled(verdict: Verdict, rated: list[tuple[Candidate, float]]) -> Verdict:
    """Audio and n-best together, each in nats."""
    top = max(nats for _, nats in rated)
    weighed = sorted(
        (replace(one, worth=_NATS_PER_SYLLABLE * one.worth + nats - top) for one, nats in rated),
        key=lambda one: -one.worth,
    )
    lead = weighed[0].worth - weighed[1].worth
    near = tuple(str(one.value) for one in weighed if weighed[0].worth - one.worth < _SURE_NATS)[:4]
    confidence = round(min(0.97, 0.5 + 0.45 * min(1.0, lead / _SURE_NATS)), 3)
    if lead < 0.15:
        return Verdict(None, 0.3, near, tuple(weighed))
    return Verdict(weighed[0].value, confidence, near if len(near) > 1 else (), tuple(weighed), sure=True)
