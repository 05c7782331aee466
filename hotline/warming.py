"""What is made ready before the first call: ears, tables of words, prompts that are always the same."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace

from asr_models.no_ears import NoEars
from asr_models.recogniser import Expected, Recogniser, Row, SpeechError
from hotline.bootstrap import Hotline
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Town
from ivr.dialogue.steps import Ask, Slot, Wants
from ivr.scripts.common import NEWEST, Vocabulary
from ivr.scripts.welcome import open_question
from ivr.scripts.wording import fixed_prompts
from ivr.understanding.answer import Setting
from ivr.understanding.expected import expected_for
from ivr.understanding.in_order import mobile_numbers, rows_of
from ivr.understanding.levels_in_order import levels
from ivr.understanding.names_in_order import names
from ivr.understanding.no_more_in_order import no_more
from ivr.understanding.understand import understand_text
from ivr.understanding.whole import usual_sentences

log = logging.getLogger(__name__)

SILENCE = b"\x00\x00" * 8000


def warm(hotline: Hotline) -> None:
    """Loads and renders on a thread of its own: calls are taken meanwhile, only slower."""
    threading.Thread(target=_warm, args=(hotline,), name="warming", daemon=True).start()
    if hotline.desk.editions is not None:
        hotline.desk.editions.greet = lambda new: _say_names_of(hotline, new.rules.town)


def _say_names_of(hotline: Hotline, town: Town) -> None:
    """New lists were imported: their names are rendered beside the calls."""
    threading.Thread(target=_names, args=(hotline, town), name="warming", daemon=True).start()


def _names(hotline: Hotline, town: Town) -> None:
    if isinstance(hotline.live.recogniser, NoEars):
        return  # the carrier speaks: no call needs our voice
    names = Vocabulary(town)
    try:
        hotline.speaker.prepare([f"好，{option.label}。" for option in (*names.services, *names.villages)])
    except SpeechError:
        log.exception("new names could not be made ready")


def _warm(hotline: Hotline) -> None:
    began = time.perf_counter()
    try:
        _hear_once(hotline)
        if isinstance(hotline.live.recogniser, NoEars):
            return  # the carrier speaks: no call needs our voice
        hotline.speaker.prepare([text for name, text in fixed_prompts().items() if not name.endswith(".sms")])
    except SpeechError:
        log.exception("the voice could not be made ready")
        return
    _names(hotline, hotline.town)
    log.info("ready for calls", extra={"seconds": round(time.perf_counter() - began, 1)})


def _hear_once(hotline: Hotline) -> None:
    """The first hearing and the first understanding load what all later ones use."""
    listener = hotline.live.recogniser.listen(Expected())
    listener.feed(SILENCE)
    listener.finish()
    ask = open_question(Vocabulary(hotline.town), edition=NEWEST)
    setting = Setting(hotline.desk.clock().astimezone(TOWN_TIME))
    _prepare(hotline.live.recogniser, expected_for(ask, setting), _read_backs(ask, setting))
    understand_text(ask, "我想预约星期六上午九点", setting)


def _read_backs(ask: Ask, setting: Setting) -> tuple[Row, ...]:
    """What may be put right, whichever of the open question's slots are read back."""
    questions = (replace(ask, slot=Slot("confirm", wants)) for wants in (Wants.YES_NO, Wants.CHOICE))
    return tuple(row for one in questions for row in rows_of(one, setting.now.date()))


def _prepare(ears: Recogniser, everything: Expected, read_backs: tuple[Row, ...]) -> None:
    """Words that a grammar cannot hold are told to whoever runs the hotline, now and not in a call."""
    rows = (*no_more(), *names(), *mobile_numbers(), *levels(), *read_backs)
    unheard = ears.prepare(Expected(usual_sentences(), rows=rows))
    if ears.capabilities.grammar:
        unheard += ears.prepare(everything)
    if unheard:
        log.warning("the recogniser does not know some expected words", extra={"phrases": unheard[:50]})
