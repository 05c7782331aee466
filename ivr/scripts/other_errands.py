"""What else a resident may want: what to bring, a person; and what happens in danger."""

from __future__ import annotations

from ivr.dialogue.steps import Ask, CalledOff, Do, Json, Reply, Say, Script, Transfer, Wants
from ivr.scripts.common import Form, Vocabulary, fill_service, plain, prompt, slot
from ivr.scripts.wording import label

EMERGENCY = {
    "fire": "119",
    "landslide": "119",
    "collapse": "119",
    "water": "119",
    "electric": "120",
    "ill": "120",
    "suicide": "120",
}
"""Which number is named at once; 110 for anything else."""
WARNING = {"119": "danger.fire", "120": "danger.ill", "110": "danger.violence"}
"""What is said at once, by the number it names; a few dangers have words of their own."""


def ask_guide(words: Vocabulary, form: Form) -> Script:
    """Tells which papers a service needs and where it is done."""
    while form["service"] is None:
        yield from fill_service(words, form)
    facts = yield Do("service", "service", {"id": form["service"]})
    yield Say(prompt("guide.papers", service=facts["spoken"], papers=facts["papers"]))
    where = "、".join(label(place).removeprefix("到") for place in facts["places"])
    yield Say(prompt("guide.where", where=where))


def to_person(reason: str) -> Script:
    """Connects a person; if nobody can be had, takes a message and promises a call back."""
    reply: Reply = yield Transfer(prompt("person.wait"), reason)
    if reply.value == "answered":
        return "transferred"
    yield Say(prompt("person.none"))
    return (yield from leave_message(reason))


def leave_message(reason: str) -> Script:
    """The last rung of the ladder: the resident's own words, recorded for a person who rings back."""
    told = Form()
    try:
        reply: Reply = yield Ask(slot("story", Wants.WORDS), prompt("message.ask"))
        told.take(reply, "story")
        told.recordings["story"] = reply.recording
    except CalledOff:
        yield Say(prompt("called_off"))
    given: dict[str, Json] = {
        "reason": reason,
        "text": plain(told["story"]),
        "recording": told.recordings.get("story", ""),
    }
    yield Do("ask_for_callback", "ask_for_callback", given, changes=True)
    yield Say(prompt("message.thanks"))
    return "recorded"


def in_danger(kind: str, text: str, recording: str) -> Script:
    """A case is open and staff are alerted before anyone answers; then the call goes to a human."""
    given: dict[str, Json] = {"kind": kind, "text": text, "recording": recording}
    yield Do("raise_alarm", "raise_alarm", given, changes=True)
    number = EMERGENCY.get(kind, "110")
    own = {"suicide": "danger.suicide", "other": "danger.other"}
    reply: Reply = yield Transfer(prompt(own.get(kind, WARNING[number])), "danger")
    if reply.value == "answered":
        return "transferred"
    yield Say(prompt("danger.nobody", number=number))
    return "recorded"
