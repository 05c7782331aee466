"""How a matter stands: by the number that rings, or by the six digits of its code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ivr.dialogue.steps import Ask, Do, Json, Option, Prompt, Reply, Say, Script, Wants
from ivr.scripts.common import Form, plain, prompt, slot
from ivr.scripts.wording import label, words

MOST_CODES = 2
"""Wrong codes after which no further one is asked for."""
NAMED = 3
"""Matters named in one breath."""


def ask_progress(form: Form, *, withheld: bool) -> Script:
    """Tells how the matter stands; of several it asks which, from a withheld number it asks the code."""
    code, wrong = plain(form["code"]), 0
    while True:
        found = yield Do("progress", "progress", {"code": code})
        if "matters" not in found:  # a conversation from before there were codes
            yield from _newest(found)
            return
        if found["matters"]:
            break
        wrong += bool(code)
        if code:
            yield Say(prompt("progress.no_code", code=code))
        if wrong >= MOST_CODES:
            return
        code = yield from _code(ask_first=not code and not withheld)
        if not code:
            return
    matter = yield from _which(found["matters"])
    if matter is not None:
        yield from tell_matter(matter)


def _code(*, ask_first: bool) -> Script:
    """The code from the caller's own lips; empty if there is none."""
    if ask_first:
        other = (slot("code", Wants.NUMBER),)
        reply: Reply = yield Ask(slot("has_code", Wants.YES_NO), prompt("progress.has_code"), other)
        if reply.slots.get("code"):
            return str(reply.slots["code"])
        if reply.value is not True:
            return ""
    reply = yield Ask(slot("code", Wants.NUMBER), prompt("progress.code"))
    return plain(reply.value)


def _which(matters: Sequence[Mapping[str, Json]]) -> Script:
    """The matter meant."""
    if len(matters) == 1:
        return matters[0]
    options = _options(matters)
    named = "、".join(option.label for option in options[:NAMED])
    said = prompt("progress.which", count=len(matters), named=named)
    other = (slot("code", Wants.NUMBER),)
    reply: Reply = yield Ask(slot("matter", Wants.CHOICE, options), said, other)
    wanted = reply.slots.get("code") or reply.value
    chosen = next((matter for matter in matters if matter["code"] == wanted), None)
    if chosen is None and wanted:
        found = yield Do("progress", "progress", {"code": str(wanted)})
        chosen = next(iter(found["matters"]), None)
        if chosen is None:
            yield Say(prompt("progress.no_code", code=str(wanted)))
    return chosen


def _options(matters: Sequence[Mapping[str, Json]]) -> tuple[Option, ...]:
    """Each matter by what it is about; two about the same are told apart by their codes."""
    names = [str(matter["name"]) for matter in matters]
    codes = [str(matter["code"]) for matter in matters]
    return tuple(
        Option(code, name if names.count(name) == 1 else _with_code(name, code))
        for code, name in zip(codes, names, strict=True)
    )


def _with_code(name: str, code: str) -> str:
    return words(Prompt("progress.item", {"name": name, "code": code}))


def tell_matter(matter: Mapping[str, Json]) -> Script:
    """How one matter stands; where its result waits for an answer, whether it is solved."""
    code, status = matter["code"], matter["status"]
    if not matter["own"]:  # whoever has the code may know how it stands, and nothing else
        yield Say(prompt("progress.by_code", code=code, status=status))
        return
    if matter["kind"] == "appointment":
        place = label(matter["place"])
        yield Say(prompt("progress.appointment", when=matter["when"], place=place, service=matter["service"]))
        return
    yield Say(prompt("progress.grievance", code=code, topic=matter["topic"], status=status))
    if matter["joined"]:
        yield Say(prompt("progress.joined"))
    if matter["by"]:
        yield Say(prompt("progress.answer_by", by=matter["by"]))
    if matter["answer"]:
        yield Say(prompt("progress.answer", answer=matter["answer"]))
    if matter["ask_solved"]:
        yield from _settled(str(code))


def _settled(code: str) -> Script:
    """Every case is asked after: what is not solved is taken up again."""
    reply: Reply = yield Ask(slot("solved", Wants.YES_NO), prompt("progress.solved"))
    solved = reply.value is True and not reply.denied
    given: dict[str, Json] = {"code": code, "solved": solved, "text": reply.text}
    done = yield Do("settle_case", "settle_case", given, changes=True)
    if not done.get("refused"):
        yield Say(prompt("progress.thanks") if solved else prompt("progress.reopened"))


def _newest(found: Mapping[str, Json]) -> Script:
    """What was told before there were codes: the newest matter of the calling number."""
    if found["kind"] == "grievance":
        topic = found["topic"]
        yield Say(prompt("progress.grievance", code=found["code"], topic=topic, status=found["status"]))
    elif found["kind"] == "appointment":
        place, service = label(found["place"]), found["service"]
        yield Say(prompt("progress.appointment", when=found["when"], place=place, service=service))
    else:
        yield Say(prompt("progress.none"))
