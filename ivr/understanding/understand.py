"""The way in: one utterance, typed, keyed or spoken, and the question it answers; out comes its sense.

Pure: no input or output, no clock; `Setting.now` is the only time there is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from asr_models.recogniser import Hearing
from hotline.domain.wishes import Wish
from ivr.dialogue.steps import Ask, Json, Slot, Wants
from ivr.understanding import closed, moments, numbers
from ivr.understanding.answer import Command, Setting, Understood
from ivr.understanding.calibration import weighed
from ivr.understanding.candidates import NOTHING, Verdict
from ivr.understanding.choices import choose
from ivr.understanding.completing import completed
from ivr.understanding.danger import danger
from ivr.understanding.errands import errand, is_whole, says_no_more
from ivr.understanding.ordinals import ordinal
from ivr.understanding.rescoring import Score, certain, rescored
from ivr.understanding.slots import Utterance, find_all
from ivr.understanding.sounds import Heard
from ivr.understanding.whole import whole_answer
from ivr.understanding.written import plain

_MOST_ALTERNATIVES = 6
_NOBODY = 0.85
"""No-speech probability from which a text is taken for the recogniser's imagination."""
_CHANGES = re.compile(r"改|换|不过|但是|只是|就是要|还要")
_COMPLETE = 0.7
_AGREED = 0.6
_DENIED = 0.6
"""“不对” with nothing in its place."""
_TELLING = 2.6
"""Syllables' worth of a service or topic from which an open sentence is about it."""
_COMMANDS = frozenset(("person", "call_off"))
_OF_A_BOOKING = ("service", "place", "when")


def understand_text(ask: Ask, text: str, setting: Setting) -> Understood:
    """The sense of typed words: a text message, the terminal."""
    said = plain(text).strip()
    rated = ask.slot.wants is Wants.RATING and said.isdecimal()
    if rated or said in setting.keys or (said == "0" and ask.slot.wants is not Wants.NUMBER):
        return understand_keys(ask, said, setting)
    return _understood(Utterance(Heard.typed(text), ask, setting, text.strip()), None)


def understand_speech(
    ask: Ask, hearing: Hearing, score: Score | None, setting: Setting, *, weigh: bool = True
) -> Understood:
    """The sense of what a recogniser heard; where it is not sure, `score` tells sentences apart by the audio.

    `weigh` off: with a confidence that is no probability, and doubtful values kept (to be measured).
    """
    texts = [alternative.text for alternative in hearing.alternatives[:_MOST_ALTERNATIVES]]
    if not texts or hearing.no_speech > _NOBODY:
        return Understood(text=hearing.text)
    sense = _understood(Utterance(Heard.heard(texts), ask, setting, hearing.text), score)
    return weighed(ask, sense) if weigh and score else sense  # fitted on ears that can score


def understand_keys(ask: Ask, digits: str, setting: Setting) -> Understood:
    """The sense of pressed keys: 0 a person, * once more, the rest by the menu or as digits."""
    pressed = digits.strip().rstrip("#")
    if pressed.startswith("*"):
        return Understood(command=Command.REPEAT, confidence=1.0, complete=True, text=digits)
    if ask.slot.wants is Wants.NUMBER and pressed.isdecimal() and pressed != "0":
        whole = digits.endswith("#") or numbers.is_full(pressed, ask.key)
        return Understood(pressed, confidence=1.0, complete=whole, text=digits)
    if pressed == "0":
        return Understood(command=Command.PERSON, confidence=1.0, complete=True, text=digits)
    value = _keyed(ask.slot, pressed, setting)
    if value is None:
        return Understood(text=digits)
    return Understood(value, denied=value is False, confidence=1.0, complete=True, text=digits)


def _keyed(slot: Slot, pressed: str, setting: Setting) -> Json:
    if slot.wants is Wants.YES_NO:
        return {"1": True, "2": False}.get(pressed)
    if slot.wants is Wants.RATING:
        return int(pressed) if pressed in ("1", "2", "3", "4", "5") else None
    return setting.keys.get(pressed)


def _understood(said: Utterance, score: Score | None) -> Understood:
    """Danger before everything, then what may be said at any time, then the answer."""
    if not said.heard.readings:
        return Understood(text=said.text)
    telling = said.ask.slot.wants in (Wants.OPEN, Wants.WORDS, Wants.YES_NO)
    telling = telling and not closed.names_itself(said.heard)
    if not _says_no_more(said) and (kind := danger(said.heard, score, telling=telling)):
        return Understood(danger=kind, confidence=0.9, complete=True, text=said.text)
    if (ordered := _ordered(said)) is not None:
        return ordered
    found = find_all(said)
    if score is None:
        return _assembled(said, _agreed_times(said, found))
    return _by_ear(said, found, score)


def _says_no_more(said: Utterance) -> bool:
    """Whether the likeliest reading is 没有别的事了 and nothing else: then 人要死了 in a worse one is none."""
    return said.ask.slot.wants is Wants.OPEN and says_no_more(said.heard)


def _by_ear(said: Utterance, found: dict[str, Verdict], score: Score) -> Understood:
    """What is not sure from the words is settled by the audio."""
    own = found.get(said.ask.key, NOTHING)
    if not _sure_already(said, own, found) and not _asks_back(said):
        usual = whole_answer(said, own, score)
        if usual is not None:
            return _usual(said, usual)
    main = _matter(said)
    if closed.denies(said.heard):  # then something else is put in its place
        main = tuple(key for key in found if key != said.ask.key)
    found = _agreed_times(said, rescored(found, main, said.heard, score))
    return _assembled(said, _completed(said, found, score))


def _matter(said: Utterance) -> tuple[str, ...]:
    """The slots an answer is about."""
    if said.ask.slot.wants is Wants.OPEN:
        return ("service", "topic")
    return (said.ask.key, "topic") if said.ask.key == "story" else (said.ask.key,)


def _completed(said: Utterance, found: dict[str, Verdict], score: Score) -> dict[str, Verdict]:
    """With the day or the hour that only the audio can tell, where a time was asked for."""
    slot, verdict = said.ask.slot, found.get(said.ask.key, NOTHING)
    if slot.wants is not Wants.WHEN or verdict.value in (None, "any") or verdict.best is None:
        return found
    known = replace(verdict.best, value=verdict.value)
    best = completed(known, said.heard, slot.options, (said.setting.now.date(), score))
    return {**found, slot.key: replace(verdict, value=best.value, candidates=(best,))}


def _sure_already(said: Utterance, own: Verdict, found: Mapping[str, Verdict]) -> bool:
    """Whether the words themselves are enough, or speak of something else than the usual answers."""
    if said.ask.slot.wants is Wants.OPEN:
        heard = [verdict.best.worth for verdict in found.values() if verdict.best]
        return (
            errand(said.heard, found, _errands_of(said)).confidence >= _COMPLETE
            and max(heard, default=_TELLING) >= _TELLING
        )
    literal = own.best is not None and own.best.reading == 0 and own.best.literal(said.heard)
    return literal or (said.ask.slot.wants is Wants.CHOICE and certain(own, said.heard))


def _asks_back(said: Utterance) -> bool:
    """你是哪个, where yes or no was asked for: short as it is, it is neither."""
    return said.ask.slot.wants is Wants.YES_NO and closed.asks_back(said.heard)


def _errands_of(said: Utterance) -> frozenset[str]:
    return frozenset(option.value for option in said.ask.slot.options)


def _usual(said: Utterance, own: Verdict) -> Understood:
    """One of the usual answers, among them commands that may come at any question."""
    value, sure = own.value, own.confidence
    if value is None:
        return Understood(confidence=sure, likely=own.likely, text=said.text)
    if value in _COMMANDS:
        return Understood(command=Command(str(value)), confidence=sure, complete=sure >= _COMPLETE, text=said.text)
    if said.ask.slot.wants is Wants.RATING and value == 0:
        return Understood(likely=closed.either(), confidence=sure, text=said.text)
    denied = value is False and own.best is not None and own.best.text in closed.DENIALS
    complete = sure >= _COMPLETE and not denied
    return Understood(value, denied=denied, confidence=sure, complete=complete, text=said.text)


def _ordered(said: Utterance) -> Understood | None:
    wants = said.ask.slot.wants
    level = closed.rated(said.heard) if wants is Wants.RATING else 0
    command, confidence = closed.command(said.heard, longer_than=level)
    if command is None:
        return None
    if command is Command.WRONG and wants in (Wants.YES_NO, Wants.RATING):
        return None
    if command is Command.CALL_OFF and wants is Wants.YES_NO and _is_rather_no(said.heard, confidence):
        return None
    if command is Command.WRONG and wants is Wants.CHOICE and choose(said.ask.slot, said.heard, answer=True):
        return None  # 名字不对, where what is wrong is the question
    if command is Command.CALL_OFF and wants is Wants.OPEN:
        if "cancel" in _errands_of(said) and is_whole(said.heard, "cancel"):
            return None  # 取消, where there may be something to call off
        return Understood("nothing", confidence=confidence, complete=True, text=said.text)
    denied = command is Command.WRONG
    return Understood(command=command, denied=denied, confidence=confidence, complete=not denied, text=said.text)


def _is_rather_no(heard: Heard, called_off: float) -> bool:
    """不用了, where yes or no was asked for, is no, and calls nothing off."""
    own = closed.yes_no(heard)
    whole = own.best is not None and own.best.text == heard.best.text
    return whole or own.confidence >= called_off


def _assembled(said: Utterance, found: Mapping[str, Verdict]) -> Understood:
    """The question's own answer, what else was said with it, and how sure all of it is."""
    own = _own(said, found)
    slots = {key: v.value for key, v in found.items() if key != said.ask.key and v.value is not None}
    slots = _belonging(said, own, slots)
    if slots.get("when") == "any" and said.ask.slot.wants is not Wants.OPEN:
        del slots["when"]  # 随便 alone is no time
    denied = said.ask.slot.wants is not Wants.RATING and closed.denies(said.heard)
    if said.ask.slot.wants is Wants.YES_NO and own.value is True and not _CHANGES.search(said.text):
        slots = {key: value for key, value in slots.items() if key in ("code", "text_to")}
    if denied and own.value is None and said.ask.slot.wants is Wants.YES_NO:
        own = replace(own, value=False, confidence=0.8)
    sure = [found[key].confidence for key in slots] + ([own.confidence] if own.value is not None else [])
    confidence = min(sure, default=_DENIED if denied else 0.0)
    return Understood(
        own.value,
        slots,
        denied,
        confidence=confidence,
        complete=confidence >= _COMPLETE and _is_complete(said.ask, own.value, denied=denied, slots=slots),
        likely=own.likely if own.value is None or confidence < _COMPLETE else (),
        text=said.text,
    )


def _agreed_times(said: Utterance, found: dict[str, Verdict]) -> dict[str, Verdict]:
    """Of spoken times that cannot be told apart at least what they agree on: the day, the part of it."""
    if not said.heard.spoken:
        return found
    slots = [slot.key for slot in (said.ask.slot, *said.ask.also) if slot.wants is Wants.WHEN]
    settled = dict(found)
    for key in slots:
        verdict = found.get(key, NOTHING)
        if verdict.value is None and verdict.candidates and verdict.likely:
            agreed = moments.common(verdict.likely)
            if agreed and (key == said.ask.key or not agreed.startswith("*")):
                settled[key] = replace(verdict, value=agreed, confidence=_AGREED)
    return settled


def _own(said: Utterance, found: Mapping[str, Verdict]) -> Verdict:
    slot = said.ask.slot
    if slot.wants is Wants.OPEN:
        return errand(said.heard, found, _errands_of(said))
    own = found.get(slot.key, NOTHING)
    if slot.wants is Wants.WHEN and own.value is not None:
        return replace(own, value=_of_offered(str(own.value), said.setting))
    if slot.wants is Wants.RATING:
        return own  # a level has no place among what is offered
    if own.value is None and (chosen := ordinal(said.heard, said.setting)):
        value: Json = chosen == "yes" if slot.wants is Wants.YES_NO else chosen
        return Verdict(value, 0.85, sure=True)
    return own


def _of_offered(written: str, setting: Setting) -> str:
    """九点 is the one nine o'clock that was offered, where there is just one."""
    wish = Wish.parse(written)
    if wish.day is not None or wish.at is None:
        return written
    offered = {Wish.parse(value) for key, value in setting.keys.items() if "T" in value}
    fitting = [one for one in offered if one.exact and wish.admits(one.exact)]
    return str(fitting[0]) if len(fitting) == 1 else written


def _belonging(said: Utterance, own: Verdict, slots: dict[str, Json]) -> dict[str, Json]:
    """Without what cannot belong to the errand: a complaint about last night wishes for no appointment."""
    if said.ask.slot.wants is not Wants.OPEN:
        return slots
    if own.value in ("accept", "decline"):
        return {}
    if own.value in ("report", "progress", "city"):
        return {key: value for key, value in slots.items() if key not in _OF_A_BOOKING}
    return {key: value for key, value in slots.items() if key != "topic"}


def _is_complete(ask: Ask, value: Json, *, denied: bool, slots: Mapping[str, Json]) -> bool:
    """Whether the question is answered so that nothing more need be waited for."""
    wants = ask.slot.wants
    if denied:
        return bool(slots)
    if value is None or wants is Wants.WORDS:
        return False
    if wants is Wants.OPEN:
        return value in ("nothing", "person")
    if wants is Wants.WHEN:
        return "T" in str(value) or value == "any"
    if wants is Wants.NUMBER:
        return numbers.is_full(str(value), ask.key) or ask.slot.key == "group"
    return True
