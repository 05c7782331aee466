"""Taking down a grievance: the story as it comes, then only what it did not say."""

from __future__ import annotations

from ivr.dialogue.steps import Ask, Do, Json, Option, Prompt, Reply, Say, Script, Slot, Wants
from ivr.numerals import numeral
from ivr.scripts import hand_over, telling
from ivr.scripts.common import (
    RECORDED,
    Form,
    Vocabulary,
    acknowledge,
    fill,
    plain,
    prompt,
    read_back,
    slot,
    spoken_name,
    wrong_parts,
)
from ivr.scripts.wording import label

FIELDS = ("topic", "where", "name", "village")


def log_grievance(words: Vocabulary, form: Form, opening: Reply, caller: dict[str, bool]) -> Script:
    """Hears the story, fills what is missing, reads it back, opens the case, tells its code and its clock."""
    if form["topic"]:  # the story came with the first sentence
        form.said["story"] = form["story"] or opening.text
        form.recordings["story"] = opening.recording
    while True:
        yield from _settle(words, form, caller)
        if (yield from _agreed(words, form)):
            break
    yield from telling.where_to_text(form)
    opened = yield Do("log_grievance", "log_grievance", _told(form), changes=True)
    yield Say(prompt("grievance.done_called" if form.no_texts else "grievance.done", code=opened["code"]))
    if opened.get("city"):
        yield Say(prompt("city.handed"))
        yield from hand_over.city_number()
    else:
        yield Say(prompt("grievance.next", within=label(f"within.{opened['urgency']}")))


def _settle(words: Vocabulary, form: Form, caller: dict[str, bool]) -> Script:
    while True:
        if form.missing(("topic", "village", "name")):
            yield from acknowledge(words, form)
        if form["story"] is None:
            yield from _story(words, form)
        elif form["topic"] is None:
            yield from fill(form, _choice("topic", words.topics, words))
        elif form["village"] is None:
            yield from fill(form, _choice("village", words.villages, words))
        elif form["where"] is None and form["group"] is None:
            yield from fill(form, Ask(slot("where", Wants.WORDS), prompt("where"), _others(words, "where")))
        elif form["name"] is None:
            yield from fill(form, Ask(slot("name", Wants.NAME), prompt("name"), _others(words, "name")))
        elif caller["withheld"] and form["callback_number"] is None:
            yield from fill(form, Ask(slot("callback_number", Wants.NUMBER), prompt("callback_number")))
        else:
            return


def _story(words: Vocabulary, form: Form) -> Script:
    """Free words: kept as told, with whatever slots they held."""
    reply: Reply = yield Ask(slot("story", Wants.WORDS), prompt("story"), _others(words, "story"))
    form.take(reply)
    form.said["story"] = reply.text or str(reply.value or "") or RECORDED
    form.recordings["story"] = reply.recording


def _agreed(words: Vocabulary, form: Form) -> Script:
    """Reads it back; True if right, False if something was changed or is to be asked again."""
    form.fresh.clear()  # the read-back says it all
    said = Prompt(read_back(form, "report"), _spoken(words, form))
    reply: Reply = yield Ask(Slot("confirm", Wants.YES_NO), said, _others(words))
    if not reply.slots:
        if reply.value is True and not reply.denied:
            return True
        which = slot("confirm", Wants.CHOICE, wrong_parts(form, FIELDS, "report"))
        reply = yield Ask(which, prompt("confirm.which"), _others(words))
    if reply.slots:
        form.put_right(reply)
    elif reply.value in (*FIELDS, "report"):
        form.ask_anew(str(reply.value), "report")
    return False


def _choice(key: str, options: tuple[Option, ...], words: Vocabulary) -> Ask:
    return Ask(slot(key, Wants.CHOICE, options), prompt(key), _others(words, key))


def _others(words: Vocabulary, besides: str = "") -> tuple[Slot, ...]:
    every = (
        slot("village", Wants.CHOICE, words.villages),
        slot("topic", Wants.CHOICE, words.topics),
        slot("where", Wants.WORDS),
        slot("group", Wants.NUMBER, words.groups),
        slot("name", Wants.NAME),
    )
    return tuple(one for one in every if one.key != besides)


def spoken_where(form: Form) -> str:
    """三组, 村小学旁边. What was heard of a place is not read back where a recording holds it better."""
    group = _group(form)
    if form["where"] is None:
        return group
    if form["where"] == RECORDED or form.recordings.get("where"):
        return group or label("where.recorded")
    where = str(form["where"])
    return where if group in where else group + where


def _group(form: Form) -> str:
    group = str(form["group"] or "")
    return f"{numeral(int(group))}组" if group.isdigit() else group


def _spoken(words: Vocabulary, form: Form) -> dict[str, Json]:
    topic = words.town.topics.get(str(form["topic"]))
    return {
        "village": words.village_name(form["village"]),
        "where": spoken_where(form),
        "topic": topic.spoken if topic else "",
        "name": spoken_name(form),
    }


def _told(form: Form) -> dict[str, Json]:
    return {
        "topic": form["topic"],
        "story": plain(form["story"]),
        "village": form["village"],
        "group": _group(form),
        "where": plain(form["where"]),
        "name": plain(form["name"]),
        "callback_number": plain(form["callback_number"]),
        "recording": form.recordings.get("story", ""),
        "name_recording": form.recordings.get("name", "") if plain(form["name"]) == "" else "",
    }
