"""When and whether somebody may be written to: quiet hours, the words that opt out and in, which way to take."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.errors import Refused
from hotline.domain.numbers import Reach


@dataclass(frozen=True)
class Occasion:
    """What a message or a call is for, and what that allows."""

    priority: int
    """The smaller, the sooner."""
    asked: bool = False
    """The resident asked for it, or it goes to staff: opting out does not stop it."""
    at_any_hour: bool = False


OCCASIONS: Mapping[str, Occasion] = {
    "alert": Occasion(0, asked=True, at_any_hour=True),  # danger, to staff
    "asked": Occasion(1, asked=True, at_any_hour=True),  # what was just asked for on the line
    "offer": Occasion(2, asked=True),  # a freed place, to who waits for one
    "reminder": Occasion(3),
    "step": Occasion(4),  # a case moved
    "recheck": Occasion(4),  # whether what was mended is solved
    "missed": Occasion(4),  # whoever rang and was not served
    "notice": Occasion(5),
    "survey": Occasion(6),  # the weekly callback
}


def occasion(kind: str) -> Occasion:
    """Refused("kind") for one the office does not know."""
    if kind not in OCCASIONS:
        raise Refused("kind", kind=kind)
    return OCCASIONS[kind]


@dataclass(frozen=True)
class QuietHours:
    """When no text leaves that can wait, town time; over midnight."""

    begin: time = time(21)
    end: time = time(8)

    def hold(self, at: datetime) -> bool:
        clock = at.astimezone(TOWN_TIME).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


def not_before(kind: str, at: datetime, quiet: QuietHours) -> datetime:
    """The first moment from `at` on at which a text of this kind may leave."""
    if occasion(kind).at_any_hour or not quiet.hold(at):
        return at
    local = at.astimezone(TOWN_TIME)
    morning = datetime.combine(local.date(), quiet.end, TOWN_TIME)
    return morning if morning > local else morning + timedelta(days=1)


_STOP = "退订|退訂|退定|退阅|停止|停止发送|停发|TD|T|TUIDING|TINGZHI"
_RESUME = "恢复|恢復|恢复订阅|重新订阅|HF|HUIFU"
_POLITE = re.compile(
    rf"(?:回复|回|请|我要|要)?(?:(?P<stop>{_STOP})|(?P<resume>{_RESUME}))(?:短信|信息|了|吧|谢谢)*"
)


def opting(body: str) -> str:
    """ "out", "in" or "": whether a text is one of the words, however it is spelled (full width, case, marks)."""
    text = unicodedata.normalize("NFKC", body[:200]).upper()
    found = _POLITE.fullmatch("".join(char for char in text if char.isalnum()))
    if found is None:
        return ""
    return "out" if found["stop"] else "in"


def way_of(channel: str, prefers: str, reach: Reach) -> str:
    """ "sms", "voice" or "": by which way something goes, what the resident prefers before what is cheaper.

    `channel` is sms, voice or either as the occasion allows; `prefers` is the resident's, empty for none.
    """
    if reach is Reach.NOWHERE:
        return ""
    wanted = channel if channel != "either" else prefers if prefers in ("sms", "voice") else "sms"
    if wanted == "voice" or reach is Reach.MOBILE:
        return wanted
    return "voice" if channel == "either" else ""
