"""What is made ready before the first call: ears, tables of words, prompts that are always the same."""

from __future__ import annotations

import logging
import threading
import time

from asr_models.recogniser import Expected, SpeechError
from hotline.bootstrap import Hotline
from hotline.domain.calendar import TOWN_TIME
from ivr.dialogue.steps import Ask, Prompt, Slot, Wants
from ivr.scripts.common import Vocabulary, errands, places
from ivr.scripts.wording import fixed_prompts
from ivr.understanding.answer import Setting
from ivr.understanding.understand import understand_text

log = logging.getLogger(__name__)

SILENCE = b"\x00\x00" * 8000


def warm(hotline: Hotline) -> None:
    """Loads and renders on a thread of its own: calls are taken meanwhile, only slower."""
    threading.Thread(target=_warm, args=(hotline,), name="warming", daemon=True).start()


def _warm(hotline: Hotline) -> None:
    began = time.perf_counter()
    try:
        _hear_once(hotline)
        hotline.speaker.prepare([text for name, text in fixed_prompts().items() if not name.endswith(".sms")])
        names = Vocabulary(hotline.town)
        hotline.speaker.prepare([f"好，{option.label}。" for option in (*names.services, *names.villages)])
    except SpeechError:
        log.exception("the voice could not be made ready")
        return
    log.info("ready for calls", extra={"seconds": round(time.perf_counter() - began, 1)})


def _hear_once(hotline: Hotline) -> None:
    """The first hearing and the first understanding load what all later ones use."""
    listener = hotline.live.recogniser.listen(Expected())
    listener.feed(SILENCE)
    listener.finish()
    words = Vocabulary(hotline.town)
    every = (
        Slot("service", Wants.CHOICE, words.services),
        Slot("place", Wants.CHOICE, places()),
        Slot("when", Wants.WHEN),
        Slot("name", Wants.NAME),
        Slot("village", Wants.CHOICE, words.villages),
        Slot("topic", Wants.CHOICE, words.topics),
    )
    ask = Ask(Slot("errand", Wants.OPEN, errands()), Prompt("errand"), every)
    understand_text(ask, "我想预约星期六上午九点", Setting(hotline.desk.clock().astimezone(TOWN_TIME)))
