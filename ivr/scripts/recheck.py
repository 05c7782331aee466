"""What was complained of has been mended, says the office: the resident is asked whether that is so."""

from __future__ import annotations

from ivr.dialogue.steps import Ask, Do, Json, Option, Prompt, Reply, Say, Script, Wants
from ivr.scripts.common import Vocabulary, prompt, slot
from ivr.scripts.outgoing import stop_calling
from ivr.scripts.wording import label

_SAID: dict[str, tuple[str, ...]] = {
    "solved": (
        "解决了",
        "已经解决了",
        "好了",
        "改好了",
        "搞好了",
        "办好了",
        "是的",
        "是",
        "对",
        "解决哒",
        "可以了",
    ),
    "unsolved": (
        "没解决",
        "没有解决",
        "冇解决",
        "还没解决",
        "没有",
        "没好",
        "没改",
        "还是老样子",
        "还是那样",
        "不是",
    ),
    "stop": ("别再打了", "以后别打了", "不要再打", "莫再打了"),
}


OPTIONS = tuple(Option(name, label(f"recheck.{name}"), said) for name, said in _SAID.items())
STOP = "stop"


def recheck(_words: Vocabulary) -> Script:
    """Says what was mended, asks whether it is solved, and thanks; what is not solved goes back to a person."""
    facts: Json = yield Do("recheck_facts", "recheck_facts")
    yield Say(prompt("out.hello"))
    if not facts:
        yield Say(prompt("recheck.gone"))
        return "done"
    if (yield from ask_solved(facts)):
        return (yield from stop_calling())
    yield Say(prompt("recheck.thanks"))
    return "done"


def ask_solved(facts: Json) -> Script:
    """Tells what was mended, asks whether it is solved, and has it closed or taken up again; True: 别再打了."""
    for sentence in _told(facts):
        yield Say(sentence)
    reply: Reply = yield Ask(slot("solved", Wants.CHOICE, OPTIONS), prompt("recheck"))
    if reply.value == STOP:
        return True
    solved = reply.value == "solved"
    given: dict[str, Json] = {
        "row": facts["row"],
        "solved": solved,
        "text": reply.text,
        "recording": reply.recording,
    }
    done: Json = yield Do("settle_row", "settle_row", given, changes=True)
    if not solved:
        yield Say(prompt("recheck.unsolved"))
        yield Say(prompt("recheck.person") if done.get("call_by") else prompt("recheck.noted"))
    return False


def _told(facts: Json) -> list[Prompt]:
    """Telephones are shared: of a complaint about somebody nothing but the day is said."""
    told = [prompt("recheck.told", told_on=facts["told_on"])]
    return [*told, prompt("recheck.remedy", remedy=facts["remedy"])] if facts["remedy"] else told
