"""好差评: whoever rings or writes may rate what was finished for them, of their own accord."""

from __future__ import annotations

from ivr.dialogue.steps import Ask, Do, Json, Reply, Say, Script, Wants
from ivr.scripts.answer_survey import levels
from ivr.scripts.common import Form, plain, prompt, slot
from ivr.scripts.wording import adds_nothing

_QUESTION = {"visit": "rate.visit", "case": "rate.case"}


def rate_matter(form: Form) -> Script:
    """One rating and one remark on the last finished matter of this number, or the one whose code was said."""
    facts = yield Do("rateable", "rateable", {"code": plain(form["code"])})
    if not facts:
        yield Say(prompt("rate.none"))
        return
    sentence = prompt(_QUESTION[facts["kind"]], **{key: facts[key] for key in ("day", "done", "service")})
    reply: Reply = yield Ask(slot("rating", Wants.RATING, levels()), sentence)
    if reply.value is not None:
        yield _kept(facts, "overall", reply)
    reply = yield Ask(slot("remark", Wants.WORDS), prompt("survey.remark"))
    if not adds_nothing(plain(reply.value)):
        yield _kept(facts, "remark", reply)
    yield Do("rated", "rated", {"matter": facts["matter"]}, changes=True)
    yield Say(prompt("rate.thanks"))


def _kept(facts: Json, key: str, reply: Reply) -> Do:
    given = {
        "matter": facts["matter"],
        "key": key,
        "value": reply.value,
        "text": reply.text,
        "recording": reply.recording,
    }
    return Do(f"keep_{key}", "rate", given)
