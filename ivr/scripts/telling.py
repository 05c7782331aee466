"""How somebody wishes to be told: by text, by call, not at all; and to which other telephone the texts go."""

from __future__ import annotations

from ivr.dialogue.steps import Ask, Do, Reply, Say, Script, Slot, Wants
from ivr.scripts.common import TELLING, Form, plain, prompt, slot

WAYS = {"tell_call": "voice", "tell_text": "sms", "tell_none": "silent"}
KEPT = {"voice": "tell.by_call", "sms": "tell.by_text", "silent": "tell.not"}
ASKED = 2
"""How often a number is asked for."""


def choose(errand: str, *, withheld: bool) -> Script:
    """“以后打电话告诉我”, “发短信就行”, “不用告诉我了”, “发给我女儿”: kept with the calling number."""
    if withheld:
        yield Say(prompt("tell.no_number"))
        return
    if errand == "text_to":
        yield from _another_number("")
        return
    reach = yield Do("reach", "reach")
    needs_one = errand == "tell_text" and reach["landline"] and not reach["text_to"]
    if needs_one and not (yield from _another_number("")):
        return
    yield from _keep(WAYS[errand])


def where_to_text(form: Form) -> Script:
    """Before the first text to a landline: is there a mobile that can read it?"""
    if form.edition < TELLING:
        return
    reach = yield Do("reach", "reach")
    form.no_texts = reach["landline"] and not reach["text_to"]
    if not reach["ask"]:
        return
    also = (slot("text_to", Wants.NUMBER),)
    reply: Reply = yield Ask(slot("has_mobile", Wants.YES_NO), prompt("text_to.landline"), also)
    number = plain(reply.slots.get("text_to"))
    has_none = not number and (reply.value is not True or reply.denied)
    if not has_none and (yield from _another_number(number)):
        form.no_texts = False
    else:
        yield from _keep("voice")


def _keep(way: str) -> Script:
    yield Do("tell_by", "tell_by", {"way": way}, changes=True)
    yield Say(prompt(KEPT[way]))


def _another_number(number: str) -> Script:
    """Asks for a number and reads it back; True once it is kept."""
    for _ in range(ASKED):
        if not number:
            reply: Reply = yield Ask(slot("text_to", Wants.NUMBER), prompt("text_to"))
            number = plain(reply.value)
        agreed: Reply = yield Ask(Slot("confirm", Wants.YES_NO), prompt("confirm.text_to", number=number))
        if agreed.value is True and not agreed.denied:
            kept = yield Do("text_to", "text_to", {"number": number}, changes=True)
            if not kept.get("refused"):
                yield Say(prompt("tell.text_to", number=number))
                return True
            yield Say(prompt("text_to.not_mobile"))
        number = ""
    yield Say(prompt("text_to.not_kept"))
    return False
