"""Booking a service: what, where, when, who; read back once; then it is held for good."""

from __future__ import annotations

from ivr.dialogue.steps import Ask, Do, Json, Prompt, Reply, Say, Script, Slot, Wants
from ivr.scripts import telling, waiting_list
from ivr.scripts.common import (
    ANYWHERE,
    FIRST,
    Form,
    Vocabulary,
    acknowledge,
    fill,
    fill_service,
    places,
    plain,
    prompt,
    read_back,
    slot,
    spoken_name,
    wrong_parts,
)
from ivr.scripts.finding_time import exact_time, is_settled
from ivr.scripts.wording import label

FIELDS = ("service", "place", "when", "name", "village")


def book_appointment(words: Vocabulary, form: Form) -> Script:
    """Fills what is missing, reads it back, books it, tells the code and the papers."""
    while True:
        facts = yield from _settle(words, form)
        if facts is None:
            return
        if not (yield from _agreed(words, form, facts)):
            continue
        yield from telling.where_to_text(form)
        booked = yield Do("book", "book", _wanted(form), changes=True)
        if "code" in booked:
            break
        yield Say(prompt("when.gone", when=form["when"]))
        form.forget("when")
        form.free.clear()
    done = "book.done_called" if form.no_texts else "book.done"
    yield Say(prompt(done, **_spoken(words, form, facts), code=booked["code"]))
    papers = "book.papers_home" if form["place"] == "home" else "book.papers"
    yield Say(prompt(papers, papers=facts["papers"]))


def _settle(words: Vocabulary, form: Form) -> Script:
    """Asks for whatever is missing; returns the facts of the service, or None if no time could be had."""
    facts: Json = None
    near = ("village",) if form.edition == FIRST else ("village", "home", "car")
    while True:
        if form["service"] is None:
            yield from fill_service(words, form, _others(words, form, "service"))
            continue
        if facts is None or facts["id"] != form["service"]:
            facts = yield Do("service", "service", {"id": form["service"]})
        if not (yield from _place(words, form, facts)):
            continue
        if form["place"] in near and not form["village"]:
            yield from acknowledge(words, form, facts)
            yield from fill(form, _ask_village(words, form))
            continue
        if not is_settled(form):
            yield from acknowledge(words, form, facts)
        found = yield from exact_time(form, _others(words, form, "when"))
        if found in ("full", "unclear"):
            if found == "full" and form.edition > FIRST:
                yield from _wait(words, form, facts)
            return None
        if found == "settled" and (yield from _person(words, form, facts)):
            return facts


def _wait(words: Vocabulary, form: Form, facts: Json) -> Script:
    """Everything is full: who wants to is told once somebody gives a place back."""
    if (yield from waiting_list.wants_to_wait()):
        while not (yield from _person(words, form, facts)):
            continue
        yield from waiting_list.join(form)


def _person(words: Vocabulary, form: Form, facts: Json) -> Script:
    """True once it is known who comes and from where."""
    if form["name"] is not None and form["village"] is not None:
        return True
    yield from acknowledge(words, form, facts)
    if form["name"] is None:
        asked = prompt("name.other", whom=form["for_whom"]) if form["for_whom"] else prompt("name")
        yield from fill(form, Ask(slot("name", Wants.NAME), asked, _others(words, form, "name")))
        form.of_other = bool(form["for_whom"])
    else:
        yield from fill(form, _ask_village(words, form))
    return False


def _place(words: Vocabulary, form: Form, facts: Json) -> Script:
    """True once the place is one where this service can be had; asks where there is a choice."""
    allowed = facts["places"]
    if form["place"] in allowed:
        return True
    if form["place"] is not None:  # wished for, but not to be had there
        form.forget("place")
    if len([name for name in allowed if name != "car"]) == 1:
        form.said["place"] = allowed[0]
        return True
    others = "，还是".join(label(f"place.{name}") for name in allowed if name not in ("window", "car"))
    yield from acknowledge(words, form, facts)
    ask = Ask(
        slot("place", Wants.CHOICE, places(allowed)),
        prompt("place", others=others),
        _others(words, form, "place"),
    )
    yield from fill(form, ask)
    return False


def _agreed(words: Vocabulary, form: Form, facts: Json) -> Script:
    """Reads everything back; True if it is right, False if something was changed and must be settled again."""
    if facts["accept_only"] and not form.cautioned and (yield Do("extended", "is_extended", {"at": form["when"]})):
        yield Say(prompt("book.accept_only"))
        form.cautioned = True
    form.fresh.clear()  # the read-back says it all
    confirm = read_back(form, "other" if form["for_whom"] else "book")
    said = Prompt(confirm, _spoken(words, form, facts))
    reply: Reply = yield Ask(Slot("confirm", Wants.YES_NO), said, _others(words, form))
    if reply.slots:
        form.put_right(reply)
        return False
    if reply.value is True and not reply.denied:
        return True
    which = slot("confirm", Wants.CHOICE, wrong_parts(form, FIELDS, "book"))
    reply = yield Ask(which, prompt("confirm.which"), _others(words, form))
    if reply.slots:
        form.put_right(reply)
    elif reply.value in (*FIELDS, "book"):
        form.ask_anew(str(reply.value), "book")
    return False


def _ask_village(words: Vocabulary, form: Form) -> Ask:
    return Ask(slot("village", Wants.CHOICE, words.villages), prompt("village"), _others(words, form, "village"))


def _others(words: Vocabulary, form: Form, besides: str = "") -> tuple[Slot, ...]:
    """What else may be said or corrected in the same breath."""
    every = (
        slot("service", Wants.CHOICE, words.services),
        slot("place", Wants.CHOICE, places() if form.edition == FIRST else places(ANYWHERE)),
        slot("when", Wants.WHEN),
        slot("name", Wants.NAME),
        slot("village", Wants.CHOICE, words.villages),
    )
    return tuple(one for one in every if one.key != besides)


def _spoken(words: Vocabulary, form: Form, facts: Json) -> dict[str, Json]:
    return {
        "village": words.village_name(form["village"]),
        "name": spoken_name(form),
        "when": form["when"],
        "place": label(form["place"]),
        "service": facts["spoken"],
        "whom": form["for_whom"] or "",
    }


def _wanted(form: Form) -> dict[str, Json]:
    return {
        "service": form["service"],
        "place": form["place"],
        "starts_at": form["when"],
        "name": plain(form["name"]),
        "village": form["village"],
        "name_recording": form.recordings.get("name", "") if plain(form["name"]) == "" else "",
        "for_whom": form["for_whom"] or "",
        "rang_by": plain(form["name"]) if form["for_whom"] and not form.of_other else "",
    }
