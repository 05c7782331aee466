"""To a person: who is on duty is rung one after the other, then the caller's words are taken; and to 12345."""

from __future__ import annotations

from ivr.dialogue.steps import Ask, CalledOff, Do, Json, Prompt, Reply, Say, Script, Transfer, Wants
from ivr.scripts.common import TELLING, Form, plain, prompt, slot
from ivr.scripts.other_errands import EMERGENCY

WARNINGS = {"119": "danger.warn.fire", "120": "danger.warn.ill", "110": "danger.warn.violence"}
OWN_WARNINGS = {"suicide": "danger.warn.suicide", "other": "danger.warn.other"}
CALLED_BY = {"today": "call_me.today", "tomorrow": "call_me.tomorrow", "later": "call_me.later"}
PROMISES = {"today": "message.today", "tomorrow": "message.tomorrow", "later": "message.later"}


def to_person(reason: str, chosen: tuple[str, str] = ("", "")) -> Script:
    """Connects a person, the `chosen` one first; if nobody can be had, takes a message and says by when
    somebody rings back."""
    yield Do("hand_over", "hand_over", {"reason": reason}, changes=True)
    wait, still = prompt("person.wait"), prompt("person.still")
    if chosen[1]:
        reply: Reply = yield Transfer(wait, reason, "transfer_taken", chosen)
        if reply.value == "answered":
            return "transferred"
        wait = still
    if (yield from ring_in_turn(reason, wait, still)):
        return "transferred"
    yield Say(prompt("person.none"))
    return (yield from leave_message(reason))


def ring_in_turn(reason: str, first: Prompt, still: Prompt) -> Script:
    """Rings who is on duty one after the other; True as soon as somebody has taken the call."""
    wait, rung = first, list[str]()
    while True:
        place = len(rung) + 1
        given: dict[str, Json] = {"reason": reason, "rung": list(rung)}
        # `changes`: 返回 never rings anybody a second time
        person = yield Do(f"next_person_{place}", "next_person", given, changes=True)
        if not person["number"]:
            return False
        reply: Reply = yield Transfer(wait, reason, f"transfer_{place}", (person["name"], person["number"]))
        if reply.value == "answered":
            return True
        rung.append(person["number"])
        wait = still


def leave_message(reason: str) -> Script:
    """The resident's own words, recorded for a person who rings back, and by when that is."""
    caller = yield Do("caller", "caller")
    told = Form()
    try:
        reply: Reply = yield Ask(slot("message", Wants.WORDS), prompt("message.ask"))
        told.take(reply, "message")
        told.recordings["message"] = reply.recording
        if caller["withheld"]:
            number: Reply = yield Ask(slot("callback_number", Wants.NUMBER), prompt("callback_number"))
            told.take(number, "callback_number")
    except CalledOff:
        yield Say(prompt("called_off"))
    given: dict[str, Json] = {
        "reason": reason,
        "text": plain(told["message"]),
        "recording": told.recordings.get("message", ""),
        "number": plain(told["callback_number"]),
    }
    promised = yield Do("ask_for_callback", "ask_for_callback", given, changes=True)
    if promised["reachable"]:
        yield Say(prompt(PROMISES[promised["day"]], due=promised["due"]))
    else:
        yield Say(prompt("message.no_number"))
    return "recorded"


def promise_a_call(*, withheld: bool) -> Script:
    """“给我回个电话”: a person rings, by a time that is said."""
    if withheld:
        yield Say(prompt("tell.no_number"))
        return
    promised = yield Do("ask_for_callback", "ask_for_callback", {"reason": "asked"}, changes=True)
    yield Say(prompt(CALLED_BY[promised["day"]], due=promised["due"]))


def in_danger(kind: str, text: str, recording: str) -> Script:
    """Says which number to ring before anything else; a case is open and staff are told before anyone answers."""
    given: dict[str, Json] = {"kind": kind, "text": text, "recording": recording}
    raised = yield Do("raise_alarm", "raise_alarm", given, changes=True)
    number = EMERGENCY.get(kind, "110")
    yield Say(prompt(OWN_WARNINGS.get(kind, WARNINGS[number])))
    still = prompt("danger.still", number=number)
    if (yield from ring_in_turn("danger", prompt("danger.wait"), still)):
        return "transferred"
    if raised["told"] and raised["reachable"]:
        yield Say(prompt("danger.nobody", number=number))
    elif raised["told"]:
        yield Say(prompt("danger.no_number", number=number))
    else:
        yield Say(prompt("danger.alone", number=number))
    return "recorded"


def to_city_line(form: Form, told: Reply) -> Script:
    """What the city decides goes to 12345: the number slowly, twice, and by text for who wants it.

    A matter told in the same breath that is the city's becomes a case that is handed over, with its record.
    """
    found = yield Do("city_line", "city_line")
    if form.edition >= TELLING and form["topic"] and (yield from _handed(form, told)):
        return
    yield from city_number()
    if not found["can_text"]:
        return
    reply: Reply = yield Ask(slot("city_text", Wants.YES_NO), prompt("city.text"))
    if reply.value is True and not reply.denied:
        yield Do("text_city_line", "text_city_line", changes=True)
        yield Say(prompt("city.sent"))


def city_number() -> Script:
    yield Say(prompt("city.number"))
    yield Say(prompt("city.slowly"))


def _handed(form: Form, told: Reply) -> Script:
    """True if there is a case now that the city has; its text tells the number as well."""
    given: dict[str, Json] = {
        "topic": form["topic"],
        "story": told.text,
        "village": form["village"] or "",
        "recording": told.recording,
    }
    handed = yield Do("hand_to_city", "hand_to_city", given, changes=True)
    if not handed:
        return False
    yield Say(prompt("city.handed_code", code=handed["code"]))
    yield from city_number()
    return True
