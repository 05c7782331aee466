"""What the scripts share: the town's words as options, the form a script fills in, asking for one field."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from hotline.domain.catalogue import Town
from hotline.domain.wishes import Wish
from ivr.dialogue.steps import Ask, Json, Option, Prompt, Reply, Say, Script, Slot, Wants
from ivr.numerals import numeral
from ivr.scripts.wording import label, relation_in, spoken_wish

RECORDED = "__recorded__"
"""A name or place that was spoken where no words could be had: the recording stands for it."""


def prompt(sentence: str, /, **values: Json) -> Prompt:
    return Prompt(sentence, values)


@dataclass(frozen=True)
class Vocabulary:
    """The town's words as options, made once per town: what can be heard besides times."""

    town: Town

    @cached_property
    def services(self) -> tuple[Option, ...]:
        return tuple(Option(s.id, s.spoken, (s.name, *s.aliases)) for s in self.town.services.values())

    @cached_property
    def villages(self) -> tuple[Option, ...]:
        return tuple(Option(v.id, v.name, (v.name.removesuffix("村"),)) for v in self.town.villages.values())

    @cached_property
    def groups(self) -> tuple[Option, ...]:
        """As many as the largest village has."""
        most = max((village.groups for village in self.town.villages.values()), default=0)
        return tuple(Option(str(number), f"{numeral(number)}组") for number in range(1, most + 1))

    @cached_property
    def topics(self) -> tuple[Option, ...]:
        return tuple(Option(t.id, t.spoken, t.examples) for t in self.town.topics.values())

    def village_name(self, village: str) -> str:
        known = self.town.villages.get(village)
        return known.name if known else ""


FIRST = 1
"""The edition of the first release; later ones know more errands."""
TELLING = 3
"""From here on callers choose how they are told, hand matters to the city, and rate what was done for them."""
TURNING = 4
"""From here on who is asked what is wrong may say that it was about something else altogether."""
NEWEST = 4
"""What conversations that begin now go by."""
_ERRANDS = ("book", "report", "progress", "guide", "person", "nothing")
_WORDS_ONLY = ("cancel", "accept", "decline")
"""Errands that are said or written, not offered by key."""
_OF_THE_THIRD = ("tell_call", "tell_text", "tell_none", "text_to", "call_me", "rate")


@cache
def errands(edition: int = FIRST) -> tuple[Option, ...]:
    """What keys choose from."""
    names = _ERRANDS if edition == FIRST else (*_ERRANDS[:3], "change", *_ERRANDS[3:])
    return tuple(Option(name, label(f"errand.{name}")) for name in names)


@cache
def all_errands(edition: int) -> tuple[Option, ...]:
    """What can be heard."""
    names = () if edition == FIRST else _WORDS_ONLY if edition < TELLING else (*_WORDS_ONLY, *_OF_THE_THIRD)
    return (*errands(edition), *(Option(name, label(f"errand.{name}")) for name in names))


ANYWHERE = ("window", "village", "home", "car")


def places(allowed: Sequence[str] = ("window", "village", "home")) -> tuple[Option, ...]:
    """Places a service can be had at, as they are said."""
    return tuple(Option(name, label(name)) for name in allowed)


class AnotherErrand(Exception):
    """Something else is wanted than is being done: `known` stays true whatever it is, `first` was said of it."""

    def __init__(self, known: dict[str, Json], first: Reply | None = None) -> None:
        super().__init__()
        self.known = known
        self.first = first


_PART_CALLED = {
    "name": ("姓名", "我叫", "我姓", "名字叫", "名字是", "名字错了"),
    "when": ("日子", "钟点", "哪天", "几点"),
    "place": ("地方", "在哪里办"),
    "service": ("要办的事", "办什么事"),
    "topic": ("什么事", "反映的事"),
    "where": ("地方", "哪个位置"),
    "village": ("村子", "哪个村"),
    "report": ("我是来办事的", "我要办事", "我要预约", "不是反映问题", "不是投诉"),
    "book": ("我要反映问题", "我是反映问题", "我要投诉", "不是来办事", "不是预约"),
}
"""What else the fields are called; who begins with 我叫 puts the name right, whatever was made of the name."""


def parts(names: Iterable[str]) -> tuple[Option, ...]:
    """The fields of a form, to be told which one is wrong."""
    return tuple(Option(name, label(f"part.{name}"), _PART_CALLED.get(name, ())) for name in names)


def wrong_parts(form: Form, fields: Iterable[str], errand: str) -> tuple[Option, ...]:
    """The same with the errand itself, where another one can be had in its place."""
    return parts((*fields, errand) if form.may_turn else fields)


_WHOEVER = ("name", "village")


@dataclass
class Form:
    """What has been said so far, by key; a later word replaces an earlier one."""

    said: dict[str, Json] = field(default_factory=dict)
    recordings: dict[str, str] = field(default_factory=dict)
    free: dict[str, list[str]] = field(default_factory=dict)
    """Free times by desk, as looked up."""
    fresh: list[str] = field(default_factory=list)
    """What has been understood since the last question: said back in passing."""
    tries: int = 0
    """Steps taken towards a time."""
    cautioned: bool = False
    """It has been said that the matter is only accepted, not finished, at that time."""
    changed: bool = False
    """Something was corrected at the read-back."""
    refused: list[str] = field(default_factory=list)
    """Names that were read back and were not the caller's."""
    of_other: bool = False
    """The name is that of who comes, not of who rings."""
    no_texts: bool = False
    """The caller is told by call: no text is promised."""
    edition: int = FIRST
    """Which version of the script it is filled in for."""
    may_turn: bool = False
    """Whether whoever has it filled in can begin another errand instead."""

    def __getitem__(self, key: str) -> Json:
        return self.said.get(key)

    def take(self, reply: Reply, own: str = "") -> None:
        """Everything a reply told: the question's own answer and what else was in the same breath."""
        told = {key: value for key, value in reply.slots.items() if value not in (None, "")}
        if own and reply.value not in (None, "") and not (reply.denied and own in told):
            told[own] = reply.value
        if "when" in told and self.said.get("when"):  # “不对，是礼拜六” keeps the hour
            told["when"] = str(Wish.parse(self.said["when"]).refined_by(Wish.parse(told["when"])))
        if self.edition > FIRST and (whom := relation_in(reply.text)):
            told["for_whom"] = whom
        self.said |= told
        self.fresh += [key for key in told if key not in self.fresh]
        if reply.recording:
            for key in told:
                self.recordings[key] = reply.recording

    def forget(self, *keys: str) -> None:
        for key in keys:
            self.said.pop(key, None)
            self.recordings.pop(key, None)

    def put_right(self, reply: Reply) -> None:
        """Takes what was corrected; a name misheard a second time is left to its recording, for staff to hear."""
        read_back = str(self["name"] or "")
        self.take(Reply(slots=reply.slots, recording=reply.recording))
        self.changed = True
        if reply.slots.get("name"):
            if read_back:
                self.refused.append(read_back)
            self.leave_name_to(reply.recording)

    def ask_anew(self, field_: str, errand: str) -> None:
        """Forgets a field that was said to be wrong. Raises AnotherErrand where that is all of it."""
        if field_ == errand:
            raise AnotherErrand(self.whoever())
        if field_ == "name" and self["name"]:
            self.refused.append(str(self["name"]))
        self.forget(field_, *(("group",) if field_ == "where" else ()))

    def whoever(self) -> dict[str, Json]:
        """Who it is and from where, as far as that is known."""
        return {key: self.said[key] for key in _WHOEVER if self[key] not in (None, RECORDED)}

    def leave_name_to(self, recording: str) -> None:
        """A name misheard a second time is its recording from now on."""
        misheard = self["name"] in self.refused or len(self.refused) > 1
        if misheard and recording:
            self.said["name"] = RECORDED

    def missing(self, order: Iterable[str]) -> str | None:
        """The first field that nothing has been said about."""
        return next((key for key in order if self.said.get(key) in (None, "")), None)


def fill(form: Form, ask: Ask) -> Script:
    """Asks once and takes what comes into the form."""
    reply: Reply = yield ask
    form.take(reply, ask.key)
    if ask.slot.wants in (Wants.NAME, Wants.WORDS) and form[ask.key] is None and reply.recording:
        form.said[ask.key] = RECORDED
        form.recordings[ask.key] = reply.recording
    if ask.slot.wants is Wants.NAME:
        form.leave_name_to(reply.recording)
    return reply


def fill_service(words: Vocabulary, form: Form, also: Sequence[Slot] = ()) -> Script:
    """Asks which service. Raises AnotherErrand where something that has gone wrong is told instead: 路灯坏了."""
    told = (slot("topic", Wants.CHOICE, words.topics),) if form.may_turn else ()
    asked = Ask(slot("service", Wants.CHOICE, words.services), prompt("service"), (*also, *told))
    reply: Reply = yield from fill(form, asked)
    if told and reply.value is None and reply.slots.get("topic"):
        first = Reply("report", reply.slots, text=reply.text, recording=reply.recording)
        raise AnotherErrand(form.whoever(), first)


def acknowledge(words: Vocabulary, form: Form, facts: Json = None) -> Script:
    """“好，老年人优待证，到镇里窗口。”: what was understood is said in passing, so that it can be corrected."""
    told = [_said_back(words, form, key, facts) for key in form.fresh if form[key] is not None]
    form.fresh.clear()
    if any(told):
        yield Say(prompt("heard", told="，".join(text for text in told if text)))


def _said_back(words: Vocabulary, form: Form, key: str, facts: Json) -> str:
    value = str(form[key])
    match key:
        case "service":
            return str(facts["spoken"]) if facts else ""
        case "topic":
            topic = words.town.topics.get(value)
            return topic.spoken if topic else ""
        case "village":
            return words.village_name(value)
        case "place":
            return label(value)
        case "when":  # a day alone is said again with the times that are free on it
            return spoken_wish(value) if Wish.parse(value).exact else ""
        case "name":
            return spoken_name(form)
    return ""


_READ_BACK = {
    "book": ("confirm.book", "confirm.book.changed", "confirm.book.unnamed"),
    "other": ("confirm.book.other", "confirm.book.other", "confirm.book.other.unnamed"),
    "report": ("confirm.grievance", "confirm.grievance.changed", "confirm.grievance.unnamed"),
}


def read_back(form: Form, errand: str) -> str:
    """How everything is read back: with “好，改了” after a correction, without a name that is a recording.

    `errand`: book, report, or other, a booking for somebody else.
    """
    plainly, changed, unnamed = _READ_BACK[errand]
    if form["name"] == RECORDED:
        return unnamed
    return changed if form.changed else plainly


def spoken_name(form: Form) -> str:
    return label("unnamed") if form["name"] == RECORDED else str(form["name"] or "")


def plain(value: Json) -> str:
    """A field as it is kept: empty where only a recording was had."""
    return "" if value in (None, RECORDED) else str(value)


def slot(key: str, wants: Wants, options: tuple[Option, ...] = ()) -> Slot:
    return Slot(key, wants, options)
