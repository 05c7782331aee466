"""The last word belongs to the audio: what is not sure from the n-best is scored as whole sentences.

Summed, not mean, log-probability with the end token, so that 九点 does not win over 九点半 by being short;
the carrier, whatever was said around the slot, is kept as it was heard; and the sentence as it was heard is
scored as well, so that something that was not said at all is found out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ivr.understanding.candidates import CLEAR_MARGIN, NOTHING, Candidate, Verdict, near
from ivr.understanding.sounds import Heard

Score = Callable[[Sequence[str]], list[float]]

MOST_SENTENCES = 10
_WITHIN_REACH = 2.5
"""Syllables' worth behind the best at which a candidate is not scored any more."""
_SYLLABLES_PER_NAT = 0.12
"""How much of a syllable's worth of the n-best a nat of the audio makes up for."""
_WORST, _BEST = -10.0, 7.0
"""Nats below and above the sentence as heard beyond which nothing more is learnt."""
_LEAST_ANSWER, _LEAST_BESIDES = -0.6, 1.3
"""Evidence, in syllables, from which the answer, and something that was not asked for, is believed."""
_LEAST_PLACE = 1.7
"""The same for a place nobody asked for: its words are short, and sound like much else."""
_LEAST_MATTER = 0.7
"""The same for what an open sentence is about."""
_LEAST_TIME = 0.7
"""The same for a time: the day and the hour are many syllables, so little evidence is none."""
_LEAST_NAME = 2.2
"""The same for a name, where anything sounds like one: better asked again than wrong."""
_LEAD = 0.3
_FOR_THE_ANSWER, _FOR_OTHERS = 6, 2
_CERTAIN_COST, _CERTAIN_WORTH = 0.08, 2.6


def rescored(found: dict[str, Verdict], main: Sequence[str], heard: Heard, score: Score) -> dict[str, Verdict]:
    """The verdicts with unsure ones settled by the audio, all slots in one batch.

    `main` are the slots the question is about: more of their candidates are tried, and less is asked of them.
    """
    batch = _batch(found, main, heard)
    if not batch:
        return found
    sentences = list(dict.fromkeys([*heard.as_heard, *(sentence for _, _, sentence in batch)]))
    scores = dict(zip(sentences, score(sentences), strict=True))
    was = max(scores[text] for text in heard.as_heard)
    settled = dict(found)
    for key in dict.fromkeys(key for key, _, _ in batch):
        rated = [(one, scores[sentence] - was) for k, one, sentence in batch if k == key]
        settled[key] = _settled(rated, found[key], floor=_floor(key, main), name=key == "name")
    return settled


def _floor(key: str, main: Sequence[str]) -> float:
    if key not in main:
        return _LEAST_PLACE if key == "place" else _LEAST_BESIDES
    if key in ("name", "when"):
        return _LEAST_NAME if key == "name" else _LEAST_TIME
    return _LEAST_ANSWER if len(main) == 1 else _LEAST_MATTER


def _batch(found: Mapping[str, Verdict], main: Sequence[str], heard: Heard) -> list[tuple[str, Candidate, str]]:
    """(slot, candidate, sentence) to be scored: the question's own candidates first."""
    batch: list[tuple[str, Candidate, str]] = []
    for key in sorted(found, key=lambda key: key not in main):
        verdict = found[key]
        if verdict.candidates and not certain(verdict, heard):
            most = _FOR_THE_ANSWER if key in main else _FOR_OTHERS
            for one, sentence in _sentences(verdict, heard, most):
                if len(batch) < MOST_SENTENCES - len(heard.as_heard):
                    batch.append((key, one, sentence))
    return batch


def certain(verdict: Verdict, heard: Heard) -> bool:
    """Whether the n-best alone settles it: a long phrase by its very sound, or a word by its very characters."""
    if verdict.best is None or not verdict.best.text:
        return True
    best, lead = verdict.candidates[0], CLEAR_MARGIN
    if any(best.worth - one.worth < lead for one in verdict.candidates if one.value != best.value):
        return False
    if best.cost > _CERTAIN_COST:
        return False
    return best.worth >= _CERTAIN_WORTH or (best.reading == 0 and best.literal(heard) and len(best.text) > 1)


def _sentences(verdict: Verdict, heard: Heard, most: int) -> list[tuple[Candidate, str]]:
    """The best candidates, each in the sentence in which it was heard; of equal sentences the better candidate."""
    chosen: dict[str, Candidate] = {}
    for one in verdict.candidates:
        if verdict.candidates[0].worth - one.worth > _WITHIN_REACH or len(chosen) == most:
            break
        chosen.setdefault(one.sentence(heard), one)
    return [(one, sentence) for sentence, one in chosen.items()]


def _settled(rated: list[tuple[Candidate, float]], before: Verdict, *, floor: float, name: bool) -> Verdict:
    """Audio and n-best taken together; what neither bears out is dropped.

    Of two names the better one is taken, however close: it is read back, and nobody can ask “which of the two”.
    """
    evidence = sorted(
        (
            replace(one, worth=one.worth + _SYLLABLES_PER_NAT * min(_BEST, max(_WORST, nats)))
            for one, nats in rated
        ),
        key=lambda one: -one.worth,
    )
    believed = [one for one in evidence if one.worth >= floor]
    if not believed:
        return replace(NOTHING, likely=before.likely)
    best = believed[0]
    lead = best.worth - next(
        (one.worth for one in believed if one.value != best.value), best.worth - 2 * CLEAR_MARGIN
    )
    likely = near(believed)
    trust = min(1.0, 0.45 + 0.2 * max(0.0, best.worth - floor))
    confidence = round(min(0.97, trust * min(1.0, 0.55 + 0.45 * lead / CLEAR_MARGIN)), 3)
    if lead < _LEAD and not name:
        return Verdict(None, confidence / 2, likely, tuple(believed))
    return Verdict(best.value, confidence, likely if len(likely) > 1 else (), tuple(believed), sure=True)
