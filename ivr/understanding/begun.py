"""Whether an answer has only begun: half a telephone number, a bare day, 我想办那个 and then a pause.

Old people stop to think in the middle. What was understood up to the pause tells better than any clock whether
more is to come; who waits costs a second, who does not costs the caller the sentence.
"""

from __future__ import annotations

import re

from asr_models.end_of_speech import SoFar
from hotline.domain.errors import Refused
from hotline.domain.wishes import Wish
from ivr.dialogue.steps import Ask, Wants
from ivr.understanding.answer import Understood
from ivr.understanding.numbers import is_full

_HANGS = re.compile(
    r"(?:那个|这个|就是|就是说|我要|我想|想要|我叫|名字叫|姓|我姓|电话是|号码是|我屋里|我们|在|和|跟|还有|因为|要办|来办|办|嗯|呃|的话)[，。…]*$"
)
"""What nobody ends a sentence with."""
_DOUBTFUL = 0.6
"""Confidence below which one of a list may still be on its way."""
_NEEDS_MORE = ("book", "report", "guide")
"""Errands that are hardly ever all of the first sentence."""


def how_far(ask: Ask, sense: Understood) -> SoFar:
    """What end-of-speech should know of an answer to `ask` heard up to a pause."""
    if _has_only_begun(ask, sense):
        return SoFar.BEGUN
    return SoFar.ANSWERED if sense.complete else SoFar.UNKNOWN


def _has_only_begun(ask: Ask, sense: Understood) -> bool:
    if sense.command is not None or sense.danger:
        return False
    if sense.unclear or _HANGS.search(sense.text):
        return True
    if sense.complete and ask.slot.wants is not Wants.OPEN:
        return False
    match ask.slot.wants:
        case Wants.NUMBER:
            return ask.slot.key != "group" and not is_full(str(sense.value or ""), ask.key)
        case Wants.WHEN:
            return _is_half(sense)
        case Wants.OPEN:
            return sense.value in _NEEDS_MORE and not sense.slots
        case Wants.CHOICE | Wants.NAME:
            return sense.confidence < _DOUBTFUL
        case _:
            return False


def _is_half(sense: Understood) -> bool:
    """A bare day; with the part of it, 礼拜六上午, it is an answer, and 都可以 is one."""
    try:
        wish = Wish.parse(str(sense.value or "any"))
    except Refused:
        return True
    return wish.day is not None and wish.part is None and not wish.has_hours
