"""When everything is full: wait for a place; and when one is free: take it or leave it."""

from __future__ import annotations

from ivr.dialogue.steps import Ask, Do, Json, Reply, Say, Script, Slot, Wants
from ivr.scripts.common import Form, plain, prompt


def wants_to_wait() -> Script:
    """True if the caller wants to be told once a place is free."""
    reply: Reply = yield Ask(Slot("wait", Wants.YES_NO), prompt("when.wait"))
    if reply.value is True and not reply.denied:
        return True
    yield Say(prompt("wait.no"))
    return False


def join(form: Form) -> Script:
    """Puts the caller on the list; where nobody could be told of a place, a person rings back."""
    given: dict[str, Json] = {
        "service": form["service"],
        "place": form["place"],
        "village": form["village"],
        "name": plain(form["name"]),
        "name_recording": form.recordings.get("name", "") if plain(form["name"]) == "" else "",
        "wish": form["when"] or "any",
        "for_whom": form["for_whom"] or "",
    }
    joined = yield Do("join_waiting", "join_waiting", given, changes=True)
    if "refused" in joined:
        yield Say(prompt("when.full"))
        yield Do("ask_for_callback", "ask_for_callback", {"reason": "full"}, changes=True)
        return
    yield Say(prompt("wait.done"))


def answer_offer(offered: dict[str, Json], also: tuple[Slot, ...]) -> Script:
    """Asks whether the place that is held is wanted; what was said of something else instead comes back."""
    asked = prompt("offer", when=offered["when"], place=offered["place"], service=offered["service"])
    reply: Reply = yield Ask(Slot("offer", Wants.YES_NO), asked, also)
    if reply.value is None and reply.slots:
        return reply
    yield from settle_offer("accept" if reply.value is True and not reply.denied else "decline")
    return None


def settle_offer(word: str) -> Script:
    """要 takes what is held for the calling number, 不要 passes it on."""
    done = yield Do(word, word, changes=True)
    if "refused" in done:
        yield Say(prompt("offer.lapsed"))
    elif word == "accept":
        yield Say(
            prompt("book.done", when=done["when"], place=done["place"], service=done["service"], code=done["code"])
        )
        yield Say(prompt("book.papers", papers=done["papers"]))
    else:
        yield Say(prompt("offer.declined"))
