"""Short answers told apart by the audio alone: the few things such a question is answered with, each scored.

What a recogniser writes of 对 or 一般 is anything; among the dozen sentences that make sense the right one wins.
"""

from __future__ import annotations

from datetime import time
from functools import cache

from asr_models.phonetics import Syllables, distance, syllables
from hotline.domain.wishes import Wish
from ivr.dialogue.steps import Json, Wants
from ivr.numerals import numeral
from ivr.understanding import lexicon
from ivr.understanding.candidates import Candidate, Verdict
from ivr.understanding.choices import of_slot
from ivr.understanding.rescoring import Score
from ivr.understanding.slots import Utterance
from ivr.understanding.sounds import Heard
from ivr.understanding.trust import ENDS_OR_BOOKS, IS_LOOKED_AT, IS_READ_BACK, Traits, is_worth_it, traits, trust
from ivr.understanding.written import is_han

LONGEST = 7
"""Syllables of an answer that may be one of these."""
_LONGEST_NAME = 4
_FEW = 12
_NEAREST = 16
_FARTHEST = {Wants.CHOICE: -12.5, Wants.WHEN: -10.0}
"""Nats below the sentence as heard at which none of them was said."""
_LEAD = 0.8
_NATS_PER_SYLLABLE = 1.5
"""What a syllable's worth of the n-best counts here."""
_CLEAR = 4.0


def whole_answer(said: Utterance, found: Verdict, score: Score) -> Verdict | None:
    """The answer among the usual ones; None where the question has none, or nothing like them was said.

    Values are bool, 1 to 5, an option's, an errand's name or a command's. `found` is what the n-best says.
    """
    wants, heard = said.ask.slot.wants, said.heard
    if wants not in (Wants.WHEN, Wants.CHOICE):
        return _one_of_few(said, found, score)
    usual = _offered(said)
    longest = _LONGEST_NAME if wants is Wants.CHOICE else LONGEST
    if not usual or not 1 <= len(heard.best) <= longest:
        return None
    was, scores = _against(heard, list(usual), score)
    worth = {one.text: one.worth for one in found.candidates}
    ranked = sorted(
        (
            (nats - was + _NATS_PER_SYLLABLE * max(0.0, worth.get(text, 0.0)), text)
            for text, nats in zip(usual, scores, strict=True)
        ),
        reverse=True,
    )
    nats, text = ranked[0]
    if nats < _FARTHEST[wants]:
        return None
    lead = nats - next((other for other, rival in ranked if usual[rival] != usual[text]), nats - _CLEAR)
    if lead < _LEAD:
        return _either([usual[rival] for other, rival in ranked if nats - other < _LEAD], wants)
    confidence = round(min(0.95, 0.5 + 0.45 * lead / _CLEAR), 3)
    here = Candidate(usual[text], text, lead, 0, 0, len(heard.best))
    return Verdict(usual[text], confidence, candidates=(here,), sure=True)


def _one_of_few(said: Utterance, found: Verdict, score: Score) -> Verdict | None:
    """对, 没有了, 满意: what its traits make likely enough to be acted on."""
    likeliest = rated(said, found, score)
    if likeliest is None:
        return None
    text, given = likeliest
    wants, value = said.ask.slot.wants, usual_values(said.ask.slot.wants)[text]
    if wants is Wants.RATING and len(text) == 1 and not any(text in one for one in said.heard.as_heard):
        return None  # 好, made of a sigh
    chance = trust(wants.value, given)
    here = Candidate(value, text, given.lead, 0, 0, len(said.heard.best))
    if is_worth_it(chance, _turns_lost(wants, value)):
        return Verdict(value, round(chance, 3), candidates=(here,), sure=True)
    if wants is Wants.YES_NO and is_worth_it(chance, IS_READ_BACK):
        return Verdict(None, round(chance, 3), candidates=(here,), sure=True)  # perhaps: asked again
    return None


def rated(said: Utterance, found: Verdict, score: Score) -> tuple[str, Traits] | None:
    """The likeliest of the usual answers and what speaks for it; None where there is nothing to compare."""
    usual = usual_values(said.ask.slot.wants)
    if not usual or not 1 <= len(said.heard.best) <= LONGEST:
        return None
    was, scores = _against(said.heard, list(usual), score)
    worth = {one.text: one.worth for one in found.candidates}
    nats = {
        text: scored + _NATS_PER_SYLLABLE * max(0.0, worth.get(text, 0.0))
        for text, scored in zip(usual, scores, strict=True)
    }
    best = max(nats, key=lambda text: nats[text])
    rivals = [nats[text] for text in usual if usual[text] != usual[best]]
    lead = nats[best] - max(rivals, default=0.0)
    return best, traits(best, said.heard.as_heard, (nats[best], was), lead)


def _against(heard: Heard, sentences: list[str], score: Score) -> tuple[float, list[float]]:
    """Nats of the likelier of what was heard, and of each sentence, in one batch."""
    scores = score([*heard.as_heard, *sentences])
    return max(scores[: len(heard.as_heard)]), scores[len(heard.as_heard) :]


def _turns_lost(wants: Wants, value: Json) -> float:
    """What it costs to act on this answer where it was not given."""
    if wants is Wants.RATING:
        return IS_LOOKED_AT
    harmless = value is False or value in ("book", "report", "progress")
    return IS_READ_BACK if harmless else ENDS_OR_BOOKS


def _either(values: list[Json], wants: Wants) -> Verdict:
    likely = tuple(dict.fromkeys(map(str, values))) if wants in (Wants.WHEN, Wants.CHOICE) else ()
    return Verdict(None, 0.3, likely)


def _offered(said: Utterance) -> dict[str, Json]:
    """How the few things offered are called: two times by their hours and places, villages by their names."""
    if said.ask.slot.wants is Wants.CHOICE:
        return _named(said)
    keys = said.setting.keys
    offered = [keys[key] for key in sorted(keys) if key in "12345" and "T" in keys[key]]
    usual: dict[str, Json] = {}
    for place, value in enumerate(offered):
        for word in (*_clock_words(value), f"第{'一二三四五'[place]}个"):
            usual.setdefault(word, value)
    if usual:  # what was not offered, but could as well be said
        for value in offered:
            for other in _half_an_hour_off(Wish.parse(value)):
                usual.setdefault(_clock_words(other)[0], other)
    return usual | {"都可以": "any"} if usual else {}


def _named(said: Utterance) -> dict[str, Json]:
    """Villages by their names; of services those of about as many syllables that sound nearest."""
    slot = said.ask.slot
    if slot.key == "village" and len(slot.options) <= _FEW:
        return {option.label: option.value for option in slot.options}
    if slot.key != "service":
        return {}
    heard = said.heard.best.syllables
    near = [
        (_apart(syllables(phrase.text), heard), phrase)
        for phrase in of_slot(slot.options, slot.key).phrases
        if abs(len(phrase.text) - len(heard)) <= 1
    ]
    nearest = sorted(near, key=lambda one: one[0])[:_NEAREST]
    return {phrase.text: phrase.value for _, phrase in nearest}


def _apart(a: Syllables, b: Syllables) -> float:
    """Syllable by syllable, from whichever end fits better; one too many costs as much as a wrong one."""
    both = [
        sum(distance(one, other) for one, other in zip(first, second, strict=False))
        for first, second in ((a, b), (a[::-1], b[::-1]))
    ]
    return min(both) + abs(len(a) - len(b))


def _half_an_hour_off(wish: Wish) -> list[str]:
    at = wish.at
    if at is None:
        return []
    minutes = at.hour * 60 + at.minute
    near = [time(other // 60, other % 60) for other in (minutes - 30, minutes + 30) if 0 <= other < 24 * 60]
    return [str(Wish(None, None, other)) for other in near]


def _clock_words(written: str) -> list[str]:
    """九点, 上午九点, 九点吧, 就九点吧, 九点可以."""
    at = Wish.parse(written).at
    if at is None:
        return []
    hour = "两" if at.hour % 12 == 2 else numeral(at.hour % 12 or 12)
    clock = f"{hour}点" + {0: "", 30: "半"}.get(at.minute, numeral(at.minute or 1))
    part = "上午" if at.hour < 12 else "下午" if at.hour < 18 else "晚上"
    return [clock, part + clock, clock + "吧", f"就{clock}吧", clock + "可以"]


def usual_sentences() -> tuple[str, ...]:
    """Everything that short answers are told apart by, for a recogniser to know before the first call."""
    return tuple(dict.fromkeys(word for wants in Wants for word in usual_values(wants)))


@cache
def usual_values(wants: Wants) -> dict[str, Json]:
    """What such a question is answered with, by its words; empty for one with many answers."""
    rows = [row for row in lexicon.rows("usual_answers.tsv") if row["question"] == wants.value]
    found = {word: _value(wants, row["value"]) for row in rows for word in lexicon.words(row["phrases"])}
    if wants in _EVERY_FORM:
        found |= {
            one.text: _value(wants, one.value)
            for one in lexicon.table(*_EVERY_FORM[wants])
            if is_han(one.text[0]) and one.text not in found
        }
    return found


_EVERY_FORM = {Wants.YES_NO: ("yes_no.tsv", "answer", "phrases")}
"""Questions to which every known form of an answer is compared. Not levels: 满意, 很满意 and 挺满意 are too near
each other for any of them to lead by enough to be acted on."""


def _value(wants: Wants, written: str) -> Json:
    if wants is Wants.RATING and written.isdecimal():
        return int(written)
    return {"yes": True, "no": False}.get(written, written)
