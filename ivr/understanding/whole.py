"""Short answers told apart by the audio alone: the few things such a question is answered with, each scored.

What a recogniser writes of 对 or 一般 is anything; among the dozen sentences that make sense the right one wins.
"""

from __future__ import annotations

from functools import cache

from ivr.dialogue.steps import Json, Wants
from ivr.understanding import lexicon
from ivr.understanding.candidates import Candidate, Verdict
from ivr.understanding.rescoring import Score
from ivr.understanding.sounds import Heard

LONGEST = 7
"""Syllables of an answer that may be one of these."""
_FARTHEST = {Wants.OPEN: -12.5}
_FARTHEST_CLOSED = -7.5
"""Nats below the sentence as heard at which none of them was said."""
_LEAD = 0.8
_NATS_PER_SYLLABLE = 1.5
"""What a syllable's worth of the n-best counts here."""
_CLEAR = 4.0


def whole_answer(wants: Wants, found: Verdict, heard: Heard, score: Score) -> Verdict | None:
    """The answer among the usual ones; None where the question has none, or nothing like them was said.

    Values are bool, 1 to 5, an errand's name or a command's. `found` is what the n-best says.
    """
    usual = _usual(wants)
    if not usual or not 1 <= len(heard.best) <= LONGEST:
        return None
    scores = score([heard.best.text, *usual])
    worth = {one.text: one.worth for one in found.candidates}
    rated = sorted(
        ((nats - scores[0] + _NATS_PER_SYLLABLE * max(0.0, worth.get(text, 0.0)), text) for text, nats in zip(usual, scores[1:], strict=True)),
        reverse=True,
    )
    best = rated[0]
    if best[0] < _FARTHEST.get(wants, _FARTHEST_CLOSED):
        return None
    rival = next((nats for nats, text in rated if usual[text] != usual[best[1]]), best[0] - _CLEAR)
    lead = best[0] - rival
    if lead < _LEAD:
        return Verdict(None, 0.3)
    confidence = round(min(0.95, 0.5 + 0.45 * lead / _CLEAR), 3)
    here = Candidate(usual[best[1]], best[1], lead, 0, 0, len(heard.best))
    return Verdict(usual[best[1]], confidence, candidates=(here,), sure=True)


@cache
def _usual(wants: Wants) -> dict[str, Json]:
    """What such a question is answered with, by its words; empty for one with many answers."""
    rows = [row for row in lexicon.rows("usual_answers.tsv") if row["question"] == wants.value]
    return {word: _value(wants, row["value"]) for row in rows for word in lexicon.words(row["phrases"])}


def _value(wants: Wants, written: str) -> Json:
    if wants is Wants.RATING and written.isdecimal():
        return int(written)
    return {"yes": True, "no": False}.get(written, written)
