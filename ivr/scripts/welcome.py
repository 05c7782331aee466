"""The first thing a resident hears, and the one open question everything begins and ends with."""

from __future__ import annotations

from collections.abc import Callable

from ivr.dialogue.steps import Ask, CalledOff, Do, Reply, Say, Script, Wants
from ivr.scripts import book_appointment, hand_over, log_grievance, other_errands
from ivr.scripts.common import Form, Vocabulary, errands, places, prompt, slot


def welcome(words: Vocabulary, to_person: Callable[[str], Script] = hand_over.to_person) -> Script:
    """Greets, asks what it is about, does it, and asks whether there is more."""
    caller = yield Do("caller", "caller")
    yield Say(prompt("welcome.greeting"))
    question = "errand"
    while True:
        reply: Reply = yield open_question(words, question)
        form = Form()
        form.take(reply)
        which = _which(reply, form)
        try:
            if which == "person":
                return (yield from to_person("asked"))
            ended = yield from _errand(which, words, form, (reply, caller))
        except CalledOff:
            yield Say(prompt("called_off"))
            ended = ""
        if ended:
            return ended
        question = "errand.more"


def open_question(words: Vocabulary, wording: str = "errand") -> Ask:
    """The question everything may be the answer to."""
    return Ask(
        slot("errand", Wants.OPEN, errands()),
        prompt(wording),
        also=(
            slot("service", Wants.CHOICE, words.services),
            slot("place", Wants.CHOICE, places()),
            slot("when", Wants.WHEN),
            slot("name", Wants.NAME),
            slot("village", Wants.CHOICE, words.villages),
            slot("topic", Wants.CHOICE, words.topics),
            slot("group", Wants.NUMBER),
            slot("where", Wants.WORDS),
        ),
    )


def _which(reply: Reply, form: Form) -> str:
    """The errand named, or the one that what was said belongs to."""
    if reply.value:
        return str(reply.value)
    if form["topic"]:
        return "report"
    if form["service"] or form["when"] or form["place"]:
        return "book"
    return "" if reply.slots else "nothing"


def _errand(errand: str, words: Vocabulary, form: Form, first: tuple[Reply, dict[str, bool]]) -> Script:
    reply, caller = first
    if errand == "nothing":
        yield Say(prompt("goodbye"))
        return "done"
    if errand == "city":
        yield from hand_over.to_city_line()
    elif errand == "report":
        yield from log_grievance.log_grievance(words, form, reply, caller)
    elif errand == "progress":
        yield from other_errands.ask_progress()
    elif errand == "guide":
        yield from other_errands.ask_guide(words, form)
    else:
        yield from book_appointment.book_appointment(words, form)
    return ""
