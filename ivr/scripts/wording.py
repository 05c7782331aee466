"""Prompts into words: one file per language, values read the way a clerk reads them."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from hotline.domain.wishes import Wish
from ivr.dialogue.steps import Json, Prompt
from ivr.voice import readings

PROMPTS = Path(__file__).parent / "prompts"


@cache
def _file(language: str) -> dict[str, Any]:
    return tomllib.loads((PROMPTS / f"{language}.toml").read_text("utf8"))


def label(name: str, language: str = "zh") -> str:
    """A short name of the office's own: a place, an errand, a status."""
    return str(_file(language)["labels"][name])


def relation_in(text: str, language: str = "zh") -> str:
    """For whom it is, where somebody says that it is for another (“给我老倌办”); empty otherwise."""
    found = _relations(language).search(text)
    return _called(language)[found[1]] if found else ""


@cache
def _called(language: str) -> dict[str, str]:
    return {said: name for name, every in _file(language)["relations"].items() for said in every.split("|")}


@cache
def _relations(language: str) -> re.Pattern[str]:
    longest_first = sorted(_called(language), key=len, reverse=True)
    return re.compile(_file(language)["for_whom"]["before"] + "(" + "|".join(longest_first) + ")")


def adds_nothing(text: str, language: str = "zh") -> bool:
    """Whether “还有什么要改进的” was answered with no: 没有, 没得了, 都蛮好."""
    said = re.sub(r"[\s，。！？、,.!?]", "", text)
    return not said or re.fullmatch(_file(language)["nothing"]["to_add"], said) is not None


def prompt_names(language: str = "zh") -> list[str]:
    return [name for name, text in _file(language).items() if isinstance(text, str)]


def template(name: str, language: str = "zh") -> str:
    return str(_file(language)[name])


def fixed_prompts(language: str = "zh") -> dict[str, str]:
    """Sentences that are always the same, by name: what can be recorded, or rendered before any call."""
    return {name: text for name in prompt_names(language) if "{" not in (text := template(name, language))}


def spoken_prompts(language: str = "zh") -> dict[str, str]:
    """Every sentence that is said and not only written, by name, slots and all."""
    names = (name for name in prompt_names(language) if not name.endswith(".sms"))
    spoken = (name for name in names if not name.startswith("sms.") or name.endswith(".voice"))
    return {name: template(name, language) for name in spoken}


OwnWords = Callable[[str], str | None]
"""What a town says instead of a text, by its name; None where it says what is shipped."""
_own: list[OwnWords] = []


def own_words(of: OwnWords | None) -> None:
    """From now on these words go before those that are shipped; None: no others do."""
    _own[:] = [of] if of else []


class _Clerk(string.Formatter):
    """Formats `{when:time}` and its like."""

    def format_field(self, value: Any, format_spec: str) -> str:
        reading = _READINGS.get(format_spec)
        return str(reading(value) if reading else super().format_field(value, format_spec))


def words(prompt: Prompt, variants: Sequence[str] = (), language: str = "zh") -> str:
    """The sentence, in the first variant (".again", ".sms") the prompt file has, else as written."""
    texts = _file(language)
    names = [prompt.name + variant for variant in variants] + [prompt.name]
    name = next((name for name in names if name in texts), None)
    if name is None:
        raise KeyError(prompt.name)
    own = next((text for of in _own if (text := of(name)) is not None), None)
    return said(own or texts[name], prompt.values)


def said(text: str, values: Mapping[str, Json]) -> str:
    """A text with its fields filled in, each read as it asks: {when:time}."""
    return _Clerk().vformat(text, (), dict(values))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def spoken_times(times: Sequence[str]) -> str:
    """十一月二十八号礼拜六上午九点、十点: what is common to the times is said once."""
    said: list[str] = []
    before: datetime | None = None
    for at in map(_moment, times):
        same_day = before is not None and before.date() == at.date()
        same_part = same_day and before is not None and readings.day_part(at) == readings.day_part(before)
        clock = readings.face(at.hour, at.minute) if same_part else readings.clock(at)
        said.append(clock if same_day else readings.day(at) + clock)
        before = at
    return "、".join(said)


def offered_times(times: Sequence[str]) -> str:
    """二十八号礼拜六，上午九点、下午两点: the month is known from what was asked for."""
    return re.sub(r"\w+?月(\w+?号礼拜.)", r"\1，", spoken_times(times))


def spoken_day(at: datetime, part: str = "") -> str:
    """二十八号礼拜六上午."""
    return readings.day(at) + (label(f"day_{part}") if part else "")


def spoken_wish(text: str) -> str:
    """礼拜六晚上, 三点到五点, or whatever of it was said."""
    wish = Wish.parse(text)
    day = _spoken_days(wish)
    if wish.at:
        return day + _spoken_clock(wish, wish.at)
    part = label(f"day_{wish.part}") if wish.part else ""
    return day + part + _spoken_hours(wish) or "那个时候"


def _spoken_days(wish: Wish) -> str:
    days = [readings.day(datetime.combine(day, time())) for day in (wish.day, wish.last_day) if day]
    return "到".join(days)


def _spoken_hours(wish: Wish) -> str:
    after, before = (_spoken_clock(wish, at) if at else "" for at in (wish.after, wish.before))
    if after and before:
        return f"{after}到{before}"
    return f"{after}以后" if after else f"{before}以前" if before else ""


def _spoken_clock(wish: Wish, at: time) -> str:
    return readings.clock(datetime.combine(wish.day or date(2000, 1, 1), at))


_READINGS: Mapping[str, Any] = {
    "time": lambda text: spoken_times([text]),
    "times": offered_times,
    "clock": lambda text: readings.clock(_moment(text)),
    "wish": spoken_wish,
    "code": readings.code,
    "phone": readings.phone,
    "件": lambda number: readings.count(int(number), "件"),
}


def values(**given: Json) -> dict[str, Json]:
    return given
