"""Somebody the weekly callback wrote to writes back: what belongs to it, and what is about something else.

A text is answered when there is time for it, so its questions stay open for days; meanwhile the same resident
books, complains, or answers another text of ours. None of that is an answer to the survey.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from hotline.store.tables import ConversationRow, MessageRow
from hotline.store.unit_of_work import Office, Store
from ivr.clerking.rung_for import RUNG_BACK, is_asked_for
from ivr.contact import Contact, Served
from ivr.dialogue.steps import Wants
from ivr.ledger_telling import RECHECK
from ivr.rechecking import is_answer
from ivr.scripts.answer_survey import consent_question
from ivr.scripts.common import NEWEST, Vocabulary
from ivr.scripts.welcome import open_question
from ivr.understanding.answer import Command, Setting, Understood
from ivr.understanding.understand import understand_text

FIRST = "welcome"
"""What a conversation begins with that a resident begins."""
ANSWERS_WITHIN = timedelta(days=3)
"""So long a question asked by text stays open."""
STILL_TALKING = timedelta(minutes=30)
"""So long after our last question whatever is written is the remark that was asked for."""
_KEYS = {"1": "yes", "2": "no"}
_ERRANDS = frozenset(
    {"book", "report", "progress", "guide", "change", "cancel", "city"}
    | {"tell_call", "tell_text", "tell_none", "text_to", "call_me"}
)
_SURE, _SURER = 0.75, 0.85
_BARE = 2
"""Characters of “取消” and “算了”, with nothing said of what."""
_SHORT = 10
"""Characters of an answer to another text of ours: 要, 不要了, 5."""
_OUTRIGHT = re.compile(
    r"(?:您好|你好|请问|麻烦|同志|我|还|再|想|要|来|帮我|给我|请|，|,|\s)*"
    r"(?:预约|约[个一]|办|领|查|问一?下|反映|投诉|举报|取消预约|改时间|改期|改到)"
)
_OF_HOW_ONE_IS_SERVED = re.compile(
    r"态度|热情|耐心|和气|快一?点|[太很]慢|[要得]等|排队|人[太很好]多|服务|满意|工作人员|窗口的?人|跑.?趟|讲清|说清"
)
"""What a survey asks about: whoever speaks of it answers, whatever else is named."""


def under_way(office: Office, contact: Contact, now: datetime, usual: timedelta) -> ConversationRow | None:
    """What a contact goes on with: what was touched lately, else the survey that was begun by text."""
    row = office.conversations.open_for(contact.party, now - usual)
    if row is not None or contact.surface != "sms":
        return row
    return open_survey(office, contact.number, now)


def open_survey(office: Office, number: str, now: datetime) -> ConversationRow | None:
    """The survey this number has begun to answer by text and may still go on with; held."""
    person = office.surveys.texted(number) if number else None
    if person is None or not person.conversation:
        return None
    row = office.conversations.locked(person.conversation)
    return row if row is not None and row.state == "open" and row.touched_at >= now - ANSWERS_WITHIN else None


def script_for(store: Store, number: str, text: tuple[str, Setting], by: tuple[Vocabulary, str]) -> str:
    """The script a text begins where nothing is under way; `by`: the town's words, and the script otherwise."""
    (body, setting), (words, otherwise) = text, by
    with store.open() as office:
        if not number or office.surveys.texted(number) is None:
            rung = otherwise == FIRST and is_asked_for(office, number, setting.now)
            return RUNG_BACK if rung and not _wants_something(body, setting, words) else otherwise
    ask = consent_question({"kind": "visit", "day": "", "done": "", "service": ""})
    sense = understand_text(ask, body, Setting(setting.now, _KEYS, setting.market))
    answers = sense.value is not None or "why" in sense.slots
    if not answers or sense.danger or _another_errand(sense, text, words):
        return otherwise
    return "answer_survey"


def instead(office: Office, served: Served, text: tuple[str, Setting], by: tuple[Vocabulary, str]) -> str:
    """The script a text begins that is no answer to the survey question it came upon; empty where it is one.

    `by`: the town's words, and the script of a text that is about something else.
    """
    (body, setting), (words, otherwise) = text, by
    turn, row = served.turn, office.conversations.locked(served.conversation)
    if turn.ask is None or row is None or office.surveys.of_conversation(row.id) is None:
        return ""
    sense = understand_text(turn.ask, body, setting)
    if sense.danger:
        return ""  # any conversation takes care of that at once
    if (asked := _asked_since(office, row)) and _answers_that(asked, body, sense, setting):
        return RECHECK if asked == RECHECK else otherwise
    if turn.ask.slot.wants is Wants.WORDS:
        since = setting.now - row.touched_at
        return otherwise if _is_no_remark(body, setting, words, since) else ""
    if sense.value is not None and not _OUTRIGHT.match(body.strip()):
        return ""
    return otherwise if _another_errand(sense, text, words) else ""


def _asked_since(office: Office, row: ConversationRow) -> str:
    """What for we have asked this number something by text since the survey's last question; empty if nothing."""
    asks = or_(MessageRow.kind.in_((RECHECK, "offer")), MessageRow.about.startswith("rate:"))
    query = select(MessageRow.kind).where(MessageRow.to == row.number, asks, MessageRow.sent_at > row.touched_at)
    return office.session.scalars(query.order_by(MessageRow.id.desc()).limit(1)).first() or ""


def _answers_that(asked: str, body: str, sense: Understood, setting: Setting) -> bool:
    """Whether these are words for the other text, which was the last to be read."""
    if asked == RECHECK:
        return is_answer(body, setting)
    return len(body.strip()) <= _SHORT and sense.command is None


def _another_errand(sense: Understood, text: tuple[str, Setting], words: Vocabulary) -> bool:
    """Whether a text wants something of the office, and does not speak of how one was served."""
    body, setting = text
    if sense.command not in (None, Command.CALL_OFF) or _OF_HOW_ONE_IS_SERVED.search(body):
        return False
    if sense.command is Command.CALL_OFF and len(body.strip(" 。，！.!")) <= _BARE:
        return False  # it names nothing to call off: what is called off is the question
    wanted = understand_text(open_question(words, edition=NEWEST), body, Setting(setting.now, {}, setting.market))
    if wanted.value not in _ERRANDS or wanted.confidence < _SURE:
        return False
    needs_no_more = wanted.value not in ("book", "report", "guide") and wanted.confidence >= _SURER
    return bool(wanted.slots) or needs_no_more or _OUTRIGHT.match(body.strip()) is not None


def _wants_something(body: str, setting: Setting, words: Vocabulary) -> bool:
    """Whether a text says what it is about, so that nobody need be told why we rang."""
    wanted = understand_text(open_question(words, edition=NEWEST), body, Setting(setting.now, {}, setting.market))
    return not wanted.unclear


def _is_no_remark(body: str, setting: Setting, words: Vocabulary, silent: timedelta) -> bool:
    """Whether words that came upon the open question are an errand: asked for outright, or told much later."""
    if not _another_errand(Understood(), (body, setting), words):
        return False
    if _OUTRIGHT.match(body.strip()):
        return True
    wanted = understand_text(open_question(words, edition=NEWEST), body, Setting(setting.now, {}, setting.market))
    names_herself = "name" in wanted.slots and wanted.value in ("book", "report")
    return names_herself or (silent > STILL_TALKING and wanted.confidence >= _SURER)
