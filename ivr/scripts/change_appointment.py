"""Another time, or not coming after all: by the number that rings, or by the six digits of the code."""

from __future__ import annotations

from hotline.domain.wishes import Wish
from ivr.dialogue.steps import Ask, Do, Json, Option, Reply, Say, Script, Slot, Wants
from ivr.scripts.common import Form, prompt, slot
from ivr.scripts.finding_time import exact_time
from ivr.scripts.wording import label, spoken_times

CODES_ASKED = 2
"""How often the code is asked for before a person rings back."""


def change_appointment(form: Form, errand: str, opening: Reply) -> Script:
    """Finds the appointment, then changes or cancels it. `errand` is "change" or "cancel".

    The key that says "change" stands for both: then which of them is asked.
    """
    coming = yield Do("coming", "coming")
    one = yield from _which(form, coming["found"], errand)
    if one is None:
        return
    named = errand == "cancel"
    if not named and opening.text.strip("#").isdecimal():
        errand = yield from _what(form, one)
    at_once = named and coming["typed"] and len(coming["found"]) == 1  # cancelling takes one word
    if errand != "cancel":
        yield from _change(form, one)
    elif at_once or (yield from _yes("cancel.confirm", one)):
        yield from _cancel(one)
    else:
        yield Say(prompt("cancel.kept", when=one["when"]))


def _which(form: Form, found: list[dict[str, Json]], errand: str) -> Script:
    """The appointment that is meant; None once a person has been asked to ring back."""
    if errand == "cancel" and form["when"]:  # “礼拜六的不来了”
        wish = Wish.parse(form["when"])
        meant = [one for one in found if (at := Wish.parse(one["when"]).exact) and wish.admits(at)]
        found = meant or found
    if form["service"] and (meant := [one for one in found if one["service"] == form["service"]]):
        found = meant
    if len(found) == 1:
        return found[0]
    if found:
        options = tuple(Option(one["code"], _named(one), (one["spoken"],)) for one in found)
        times = "；".join(_named(one) for one in found[:2])
        reply: Reply = yield Ask(Slot("which", Wants.CHOICE, options), prompt("change.which", named=times))
        return next((one for one in found if one["code"] == reply.value), found[0])
    return (yield from _by_code())


def _named(one: dict[str, Json]) -> str:
    """十一月二十八号礼拜六上午九点老年人优待证."""
    return spoken_times([one["when"]]) + str(one["spoken"])


def _by_code() -> Script:
    yield Say(prompt("change.none"))
    for _ in range(CODES_ASKED):
        reply: Reply = yield Ask(slot("code", Wants.NUMBER), prompt("change.code"))
        one = yield Do("by_code", "by_code", {"code": str(reply.value or "")})
        if one:
            return one
        yield Say(prompt("change.unknown"))
    yield Say(prompt("change.person"))
    yield Do("ask_for_callback", "ask_for_callback", {"reason": "change"}, changes=True)
    return None


def _what(form: Form, one: dict[str, Json]) -> Script:
    options = (Option("change", label("what.change")), Option("cancel", label("what.cancel")))
    asked = prompt("change.what", when=one["when"], service=one["spoken"])
    reply: Reply = yield Ask(Slot("what", Wants.CHOICE, options), asked, also=(Slot("when", Wants.WHEN),))
    form.take(reply)
    return "change" if reply.value is None else str(reply.value)


def _cancel(one: dict[str, Json]) -> Script:
    gone = yield Do("cancel", "cancel", {"code": one["code"]}, changes=True)
    yield Say(prompt("cancel.done" if "code" in gone else "cancel.refused", when=one["when"]))


def _change(form: Form, one: dict[str, Json]) -> Script:
    """A free time, read back; the old one is given back only once the new one is had."""
    form.said |= {"place": one["place"], "village": one["village"], "service": one["service"]}
    while True:
        found = yield from exact_time(form, ())
        if found == "full":
            yield Say(prompt("change.full", when=one["when"]))
        if found in ("full", "unclear"):
            return
        if found != "settled":
            continue
        if one["accept_only"] and (yield Do("extended", "is_extended", {"at": form["when"]})):
            yield Say(prompt("book.accept_only"))
        if not (yield from _yes("change.confirm", {**one, "when": form["when"]})):
            form.forget("when")
            continue
        moved = yield Do("change", "change", {"code": one["code"], "starts_at": form["when"]}, changes=True)
        if "code" in moved:
            yield Say(prompt("change.done", when=form["when"], code=one["code"]))
            return
        if moved["refused"] != "taken":
            yield Say(prompt("cancel.refused"))
            return
        yield Say(prompt("when.gone", when=form["when"]))
        form.forget("when")
        form.free.clear()


def _yes(sentence: str, one: dict[str, Json]) -> Script:
    asked = prompt(sentence, when=one["when"], service=one["spoken"], place=label(one["place"]))
    reply: Reply = yield Ask(Slot("confirm", Wants.YES_NO), asked)
    return reply.value is True and not reply.denied
