"""The weekly callback: asks leave, three ratings, whether it was really solved, and one open remark."""

from __future__ import annotations

from functools import cache

from ivr.dialogue.steps import Ask, CalledOff, Do, Json, Option, Reply, Say, Script, Slot, Wants
from ivr.scripts.common import plain, prompt, slot
from ivr.scripts.wording import adds_nothing, label

_RATINGS = {
    "attitude": "survey.attitude",
    "efficiency": "survey.efficiency",
    "discipline": "survey.discipline",
}
_CONSENT = {"visit": "survey.consent.visit", "case": "survey.consent.case"}
FAREWELL = {
    "no": "survey.no",
    "wrong": "survey.wrong",
    "away": "survey.away",
    "deceased": "survey.deceased",
}
_WORST_ACCEPTABLE = 3
_WHY: dict[str, tuple[str, ...]] = {
    "yes": (
        "您说", "你说", "您讲", "你讲", "您问", "你问", "说吧", "讲吧", "问吧", "你讲咯", "你问咯",
    ),
    "no": (
        "没兴趣", "冇兴趣", "不想答", "不回答", "不搞这些", "懒得答", "莫问了", "不要问",
    ),
    "who": (
        "你是哪个", "你是那个", "你是谁", "您是谁", "您是哪位", "你是哪里", "哪里打来的", "哪里的",
        "你们是哪里", "什么事", "么子事", "你是骗子", "骗子吧", "推销的吧",
    ),
    "later": (
        "没空", "没时间", "没得时间", "冇时间", "忙得很", "没工夫", "没得空", "冇空", "冇得空", "在忙",
        "正忙", "现在不方便", "不方便", "等下再打", "等一下再打", "晚点打", "晚点再打", "改天再打",
        "过一阵再打", "在做事", "在田里", "在开车", "在吃饭",
    ),
    "wrong": (
        "打错了", "打错电话", "你打错了", "不是我", "没办过", "冇办过", "我没办过", "没去过", "我没去过",
        "冇去过", "没这回事", "没有这回事", "搞错了", "认错人了",
    ),
    "away": (
        "他不在家", "她不在家", "不在家", "他不在屋里", "不在屋里", "他出去了", "她出去了", "出去了",
        "她不在屋里", "我是他邻居", "我不是本人", "不是本人", "他打工去了",
    ),
    "deceased": (
        "过世了", "他过世了", "去世了", "他去世了", "老了人", "死了", "人不在世了", "已经过世",
    ),
}  # fmt: skip
_PARTS = {
    "morning": ("上午", "早上", "早晨"),
    "afternoon": ("下午", "中午过后"),
    "evening": ("晚上", "夜里", "夜边"),
}


@cache
def levels() -> tuple[Option, ...]:
    """The five national levels, best first."""
    return tuple(Option(str(level), label(f"level.{level}")) for level in (5, 4, 3, 2, 1))


def answer_survey() -> Script:
    """Asks somebody whom the office rang or wrote to; whatever they said before they break off is kept."""
    facts = yield Do("survey_facts", "survey_facts")
    if not facts:
        yield Say(prompt("out.mistake"))
        return "done"
    yield Say(prompt("out.hello"))
    try:
        if not (yield from _leave_to_ask(facts)):
            return "done"
        return (yield from ask_all())
    except CalledOff:
        yield Do("survey_break_off", "survey_break_off", changes=True)
        yield Say(prompt("survey.no"))
        return "done"


def _leave_to_ask(facts: Json) -> Script:
    """Whether they have a minute; if not, they are left alone or asked when."""
    reply: Reply = yield consent_question(facts)
    if told(reply) == "who":
        yield Say(prompt("survey.who"))
        reply = yield consent_question(facts)
    why = told(reply)
    if why == "yes":
        return True
    if why == "later":
        yield from another_time()
        return False
    why = why if why in FAREWELL else "no"
    yield Do("survey_decline", "survey_decline", {"why": why}, changes=True)
    yield Say(prompt(FAREWELL[why]))
    return False


def told(reply: Reply) -> str:
    """What the answer comes to: “没空” is a no that is none, “你是哪个” a yes that is none."""
    named = [(len(word), why) for why, words in _WHY.items() for word in words if word in reply.text]
    if named:
        return max(named)[1]
    return str(reply.slots.get("why") or ("yes" if reply.value in (True, "yes") else "no"))


def consent_question(facts: Json, also: tuple[Slot, ...] = ()) -> Ask:
    """Names the service and the day, and asks for a minute; nothing more of the matter is told."""
    why = slot("why", Wants.CHOICE, tuple(Option(name, name, said) for name, said in _WHY.items()))
    sentence = prompt(_CONSENT[facts["kind"]], **{key: facts[key] for key in ("day", "done", "service")})
    return Ask(slot("consent", Wants.YES_NO), sentence, also=(why, *also), unheard="survey_unheard")


def another_time() -> Script:
    """Not now: another day, at a time of day they choose."""
    parts = tuple(Option(name, label(f"day_{name}"), said) for name, said in _PARTS.items())
    reply: Reply = yield Ask(slot("later", Wants.CHOICE, parts), prompt("survey.later"), unheard="survey_unheard")
    part = plain(reply.value)
    yield Do("survey_put_off", "survey_put_off", {"part": part}, changes=True)
    yield Say(prompt("survey.later.done", part=label(f"day_{part}") if part in _PARTS else ""))


def ask_all() -> Script:
    """The questions themselves; each answer is kept before the next is asked."""
    bad = False
    for key in _RATINGS:
        level = yield from _rating(key)
        bad = bad or (level is not None and level < _WORST_ACCEPTABLE)
    reply: Reply = yield Ask(slot("solved", Wants.YES_NO), prompt("survey.solved"), unheard="survey_end")
    solved = reply.value is True and not reply.denied
    yield _kept("solved", reply, value=solved)
    reply = yield Ask(slot("remark", Wants.WORDS), prompt("survey.remark"), unheard="survey_end")
    remark = "" if adds_nothing(plain(reply.value)) else plain(reply.value)
    if remark or (reply.recording and not reply.value):
        yield _kept("remark", reply, value=remark)
    return (yield from _thanks(bad=bad or not solved, remark=remark))


def _rating(key: str) -> Script:
    """The level; None where “还可以” was all that could be had: it is no level."""
    reply: Reply = yield Ask(slot(key, Wants.RATING, levels()), prompt(_RATINGS[key]), unheard="survey_unheard")
    yield _kept(key, reply, value=reply.value)
    return reply.value


def _kept(key: str, reply: Reply, *, value: Json) -> Do:
    given = {"key": key, "value": value, "text": reply.text, "recording": reply.recording}
    return Do(f"keep_{key}", "survey_answer", given)


def _thanks(*, bad: bool, remark: str) -> Script:
    yield Do("survey_done", "survey_done", changes=True)
    if bad:
        yield Say(prompt("survey.sorry"))
    elif remark:
        yield Say(prompt("survey.studied"))
    yield Say(prompt("survey.thanks"))
    return "done"


def unheard() -> Script:
    """Three times nothing was understood: what was said before is kept, and a person rings instead."""
    yield Do("survey_unheard", "survey_unheard", changes=True)
    yield Say(prompt("survey.unheard"))
    return "done"


def end(given: Json) -> Script:
    """The last questions were not understood: the recording stands for the words, and that was all."""
    if given.get("recording") and given.get("key") == "remark":
        told = {"key": "remark", "value": "", "text": given.get("text", ""), "recording": given["recording"]}
        yield Do("keep_remark", "survey_answer", told)
    return (yield from _thanks(bad=False, remark=""))
