"""Calls the office makes: it says who it is, then why it rings, and takes “别再打了” for an answer."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.dialogue.steps import Ask, CalledOff, Do, Json, Option, Prompt, Reply, Say, Script, Wants
from ivr.scripts import rate_helper
from ivr.scripts.ask_progress import tell_matter
from ivr.scripts.book_appointment import book_appointment
from ivr.scripts.common import NEWEST, Form, Vocabulary, prompt, slot
from ivr.scripts.welcome import errands_in_turn
from ivr.scripts.wording import label

_COMING = ("coming", "change", "give_up", "stop")
_READ = ("enough", "again", "stop")
_SAID: dict[str, tuple[str, ...]] = {
    "coming": ("来的", "会来", "我来", "要来", "准时来", "来"),
    "change": ("改时间", "改一下", "换个时间", "改期", "换一天", "改天"),
    "give_up": ("不来了", "来不了", "不来", "去不了", "取消", "不去了", "冇空来"),
    "stop": ("别再打了", "以后别打了", "不要再打", "莫再打了"),
    "enough": ("好了", "不用了", "听到了", "晓得了", "知道了", "不要", "不用"),
    "again": ("再听一遍", "再念一遍", "要", "再听", "再来一遍"),
}


def _options(names: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(name, label(f"out.{name}"), _SAID[name]) for name in names)


def remind(words: Vocabulary, edition: int = NEWEST) -> Script:
    """Reminds of an appointment: the day, the time, what to bring; and hears whether they come."""
    facts = yield from _who_and_why()
    if not facts.get("when"):
        yield Say(prompt("remind.gone"))
        return "done"
    place = label(facts["place"])
    yield Say(prompt("remind.told", when=facts["when"], place=place, service=facts["spoken"]))
    yield Say(prompt("remind.bring", papers=facts["papers"]))
    reply: Reply = yield Ask(slot("coming", Wants.CHOICE, _options(_COMING)), prompt("remind"))
    if reply.value == "stop":
        return (yield from stop_calling())
    if reply.value == "change":
        yield from _another_time(words, facts, edition)
    elif reply.value == "give_up":
        yield Do("give_place_back", "give_place_back", changes=True)
        yield Say(prompt("remind.given_up"))
    else:
        yield Say(prompt("remind.coming"))
    yield Say(prompt("goodbye"))
    return "done"


def _another_time(words: Vocabulary, facts: Json, edition: int) -> Script:
    """The same matter on another day; the old place is given back only once there is a new one."""
    yield Say(prompt("remind.change"))
    known = {key: facts[key] for key in ("service", "place", "name", "village") if facts.get(key)}
    form = Form(known, edition=edition)
    yield from book_appointment(words, form)
    yield Do("place_replaced", "give_place_back", {"if_replaced": True}, changes=True)


def offer(_words: Vocabulary) -> Script:
    """A place has become free for who waits for one: the day, the time; taken or left before they hang up."""
    held = yield Do("offered", "offered")
    yield Say(prompt("out.hello"))
    if not held:
        yield Say(prompt("offer.lapsed"))
        yield Say(prompt("goodbye"))
        return "done"
    asked = prompt("offer", when=held["when"], place=held["place"], service=held["service"])
    try:
        reply: Reply = yield Ask(slot("offer", Wants.YES_NO), asked)
        wanted = reply.value is True and not reply.denied
    except CalledOff:
        wanted = False
    done = yield Do("settle_offer", "accept" if wanted else "decline", changes=True)
    if "refused" in done:
        yield Say(prompt("offer.lapsed"))
    elif wanted:
        yield Say(prompt("offer.taken", when=done["when"], code=done["code"]))
        yield Say(prompt("book.papers", papers=done["papers"]))
    else:
        yield Say(prompt("offer.declined"))
    yield Say(prompt("goodbye"))
    return "done"


def solved(_words: Vocabulary) -> Script:
    """回访: how it was done, and whether that has solved it; what has not is taken up again."""
    facts = yield from _who_and_why()
    if facts.get("ask_solved"):
        yield from tell_matter(facts)
    else:
        yield Say(prompt("solved.gone"))
    yield Say(prompt("goodbye"))
    return "done"


def rate(_words: Vocabulary) -> Script:
    """Tells that an errand has been done, and hears how well."""
    helped = yield Do("to_rate", "to_rate")
    yield Say(prompt("out.hello"))
    if helped:
        yield from rate_helper.rate(helped)
    yield Say(prompt("goodbye"))
    return "done"


def moved(_words: Vocabulary) -> Script:
    """Tells that a case has moved, and to what; of a confidential one only that there is news."""
    facts = yield from _who_and_why()
    told = [prompt("moved.private")]
    if facts.get("text"):
        told = [prompt("read.text", text=facts["text"])]
    elif facts.get("topic") and facts.get("status") and facts.get("code"):
        told = [
            prompt("moved.told", topic=facts["topic"], status=facts["status"]),
            prompt("moved.code", code=facts["code"]),
        ]
    return (yield from _until_heard(told))


def read(_words: Vocabulary) -> Script:
    """Reads out a text that cannot be sent to this number."""
    facts = yield from _who_and_why()
    yield Say(prompt("read.told"))
    return (yield from _until_heard([prompt("read.text", text=facts.get("text", ""))]))


def missed(words: Vocabulary, edition: int = NEWEST) -> Script:
    """Rings back whoever was not served, and serves them as if they had just got through."""
    caller = yield Do("caller", "caller")
    yield Say(prompt("out.hello"))
    yield Say(prompt("missed.told"))
    return (yield from errands_in_turn(words, caller, "missed", edition=edition))


def stop_calling() -> Script:
    """“别再打了”: at once, without a question."""
    yield Do("opt_out", "opt_out", changes=True)
    yield Say(prompt("stop.done"))
    return "done"


def _who_and_why() -> Script:
    """Who rings is said first; returns why, as it is on record now."""
    facts = yield Do("call_facts", "call_facts")
    yield Say(prompt("out.hello"))
    return facts


def _until_heard(told: Sequence[Prompt]) -> Script:
    """Says it, and again as often as wanted."""
    round_ = 1
    while True:
        for one in told:
            yield Say(one)
        key = "heard" if round_ == 1 else f"heard_{round_}"
        reply: Reply = yield Ask(slot(key, Wants.CHOICE, _options(_READ)), prompt("read"))
        if reply.value == "stop":
            return (yield from stop_calling())
        if reply.value != "again":
            yield Say(prompt("goodbye"))
            return "done"
        round_ += 1
