"""Whoever rings or writes back after a missed call of ours: told why we rang, asked, and served besides."""

from __future__ import annotations

from ivr.dialogue.steps import CalledOff, Do, Json, Reply, Say, Script
from ivr.scripts import answer_survey
from ivr.scripts.common import NEWEST, Vocabulary, prompt
from ivr.scripts.outgoing import stop_calling
from ivr.scripts.recheck import ask_solved
from ivr.scripts.welcome import Told, errands_in_turn, open_question


def rung_back(words: Vocabulary, edition: int = NEWEST) -> Script:
    """What we rang for comes first; whoever has something else on hand is served as if nobody had rung."""
    caller = yield Do("caller", "caller")
    facts: Json = yield Do("rung_for", "rung_for", changes=True)
    yield Say(prompt("welcome.greeting"))
    question, first = "errand", None
    if facts.get("what") == "survey":
        yield Say(prompt("rung.survey"))
        ended, first = yield from _survey(words, facts, edition)
        if ended:
            return ended
        question = "errand.more"
    elif facts.get("what") == "recheck":
        yield Say(prompt("rung.recheck"))
        try:
            if (yield from ask_solved(facts)):
                return (yield from stop_calling())
        except CalledOff:
            yield Say(prompt("rung.no"))
        question = "errand.more"
    return (yield from errands_in_turn(words, caller, question, more=Told(first), edition=edition))


def _survey(words: Vocabulary, facts: Json, edition: int) -> Script:
    """(how the conversation ended, what was said of something else instead); both empty: what else is on hand."""
    also = open_question(words, edition=edition).also
    try:
        reply: Reply = yield answer_survey.consent_question(facts, also)
        if answer_survey.told(reply) == "who":
            yield Say(prompt("survey.who"))
            reply = yield answer_survey.consent_question(facts, also)
        if reply.value is None and any(key != "why" for key in reply.slots):
            return "", reply
        why = answer_survey.told(reply)
        if why == "yes":
            return (yield from answer_survey.ask_all()), None
        if why == "later":
            yield from answer_survey.another_time()
            return "done", None
        why = why if why in answer_survey.FAREWELL else "no"
        yield Do("survey_decline", "survey_decline", {"why": why}, changes=True)
    except CalledOff:
        yield Do("survey_break_off", "survey_break_off", changes=True)
    yield Say(prompt("rung.no"))
    return "", None
