"""A text that answers what the office asked by text (“解决了”, “没解决”) begins that conversation."""

from __future__ import annotations

from datetime import datetime

from hotline.domain.calendar import TOWN_TIME
from hotline.store.unit_of_work import Store
from ivr import ledger_telling as telling
from ivr.dialogue.steps import Ask, Prompt, Slot, Wants
from ivr.scripts.recheck import OPTIONS, STOP
from ivr.understanding.answer import Setting
from ivr.understanding.understand import understand_text

_QUESTION = Ask(Slot("solved", Wants.CHOICE, OPTIONS), Prompt("recheck"))
_LONGEST = 40
"""Characters; whoever writes more has something else to say besides."""


def answers_recheck(store: Store, number: str, body: str, now: datetime) -> bool:
    """Whether this number has been asked by text whether a matter is solved, and this says so or not."""
    if not number or not is_answer(body, Setting(now.astimezone(TOWN_TIME))):
        return False
    with store.open() as office:
        return telling.asked_by_text(office, number, now) is not None


def is_answer(body: str, setting: Setting) -> bool:
    """Whether a text says that something is solved, or that it is not."""
    if len(body) > _LONGEST:
        return False
    heard = understand_text(_QUESTION, body, Setting(setting.now))
    return heard.value is not None and heard.value != STOP
