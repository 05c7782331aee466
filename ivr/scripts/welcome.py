"""The first thing a resident hears, and the one open question everything begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.dialogue.steps import Ask, CalledOff, Do, Json, Reply, Say, Script, Wants
from ivr.scripts import (
    ask_progress,
    book_appointment,
    change_appointment,
    hand_over,
    log_grievance,
    other_errands,
    rate_helper,
    rate_matter,
    telling,
    waiting_list,
)
from ivr.scripts.common import (
    ANYWHERE,
    FIRST,
    NEWEST,
    TELLING,
    TURNING,
    AnotherErrand,
    Form,
    Vocabulary,
    all_errands,
    errands,
    places,
    prompt,
    slot,
)


@dataclass(frozen=True)
class Told:
    """What a conversation has before its first question."""

    first: Reply | None = None
    """Told already, instead of an answer to what is on hand."""
    helped: Mapping[str, Json] | None = None
    """An errand done by an agent, to be rated before they part."""


NOTHING_TOLD = Told()


def welcome(words: Vocabulary, edition: int = FIRST) -> Script:
    """Greets, asks what it is about, does it, and asks whether there is more."""
    caller = yield Do("caller", "caller")
    offered = (yield Do("offered", "offered")) if edition > FIRST else None
    helped = (yield Do("to_rate", "to_rate")) if edition >= TELLING else None
    yield Say(prompt("welcome.greeting"))
    question, first = "errand", None
    if offered:
        first = yield from _offer(words, offered, edition)
        question = "errand.more"
    elif helped and helped["typed"]:
        first = yield from rate_helper.rate(helped, open_question(words, edition=edition).also)
        question, helped = "errand.more", None
    more = Told(first, helped)
    return (yield from errands_in_turn(words, caller, question, more=more, edition=edition))


def errands_in_turn(
    words: Vocabulary,
    caller: dict[str, bool],
    question: str = "errand",
    *,
    more: Told = NOTHING_TOLD,
    edition: int = NEWEST,
) -> Script:
    """One errand after another, until there is none left."""
    first, helped = more.first, more.helped
    known: dict[str, Json] = {}
    while True:
        reply: Reply = first or (yield open_question(words, question, edition))
        form = Form(known, edition=edition, may_turn=edition >= TURNING)
        first, known = None, {}
        form.take(reply)
        which = _which(reply, form)
        try:
            if which == "person":
                return (yield from _to_person(edition))
            if which == "nothing" and helped:
                yield from rate_helper.rate(helped)
            ended = yield from _errand(which, words, form, (reply, caller))
        except CalledOff:
            yield Say(prompt("called_off"))
            ended = ""
        except AnotherErrand as other:
            question, known, first = "errand.instead", other.known, other.first
            continue
        if ended:
            return ended
        question = "errand.more"


def _to_person(edition: int) -> Script:
    if edition == FIRST:
        return (yield from other_errands.to_person("asked"))
    return (yield from hand_over.to_person("asked"))


def _offer(words: Vocabulary, offered: dict[str, Json], edition: int) -> Script:
    """A place is held for who rings or writes: that comes first."""
    try:
        return (yield from waiting_list.answer_offer(offered, open_question(words, edition=edition).also))
    except CalledOff:
        yield from waiting_list.settle_offer("decline")
        return None


def open_question(words: Vocabulary, wording: str = "errand", edition: int = FIRST) -> Ask:
    """The question everything may be the answer to."""
    return Ask(
        slot("errand", Wants.OPEN, all_errands(edition)),
        prompt(wording),
        menu=errands(edition) if edition > FIRST else (),
        also=(
            slot("service", Wants.CHOICE, words.services),
            slot("place", Wants.CHOICE, places() if edition == FIRST else places(ANYWHERE)),
            slot("when", Wants.WHEN),
            slot("name", Wants.NAME),
            slot("village", Wants.CHOICE, words.villages),
            slot("topic", Wants.CHOICE, words.topics),
            slot("group", Wants.NUMBER, words.groups),
            slot("where", Wants.WORDS),
            slot("code", Wants.NUMBER),
        ),
    )


def _which(reply: Reply, form: Form) -> str:
    """The errand named, or the one that what was said belongs to."""
    if reply.value:
        return str(reply.value)
    if form["code"]:
        return "progress"
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
        yield from hand_over.to_city_line(form, reply)
    elif errand == "report":
        yield from log_grievance.log_grievance(words, form, reply, caller)
    elif errand == "progress":
        yield from ask_progress.ask_progress(form, withheld=caller["withheld"])
    elif errand == "guide":
        yield from other_errands.ask_guide(words, form)
    elif errand in ("change", "cancel"):
        yield from change_appointment.change_appointment(form, errand, reply)
    elif errand in ("accept", "decline"):
        yield from waiting_list.settle_offer(errand)
    elif errand in (*telling.WAYS, "text_to", "call_me", "rate"):
        yield from _about_us(errand, form, withheld=caller["withheld"])
    else:
        yield from book_appointment.book_appointment(words, form)
    return ""


def _about_us(errand: str, form: Form, *, withheld: bool) -> Script:
    """How the office is to reach the caller, and how it has done."""
    if errand == "call_me":
        yield from hand_over.promise_a_call(withheld=withheld)
    elif errand == "rate":
        yield from rate_matter.rate_matter(form)
    else:
        yield from telling.choose(errand, withheld=withheld)
