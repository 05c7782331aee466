"""“办得怎么样？”: one of five levels for an errand that an agent has done."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.dialogue.steps import Ask, CalledOff, Do, Json, Reply, Say, Script, Slot, Wants
from ivr.scripts.common import prompt, slot

BAD = 2


def rate(found: Mapping[str, Json], also: tuple[Slot, ...] = ()) -> Script:
    """Asks once; what was said of something else instead comes back. Who does not want to is left in peace."""
    try:
        asked = prompt("rate", service=found["service"])
        reply: Reply = yield Ask(slot("rating", Wants.RATING), asked, also)
    except CalledOff:
        return None
    if not isinstance(reply.value, int):
        return reply if reply.slots else None
    given: dict[str, Json] = {"code": found["code"], "rating": reply.value, "text": reply.text}
    done = yield Do("rate_helper", "rate_helper", given, changes=True)
    if not done.get("refused"):
        yield Say(prompt("rate.sorry" if reply.value <= BAD else "rate.thanks"))
    return None
