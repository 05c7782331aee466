"""The questions of the demonstration town as the scripts ask them, on one fixed Monday afternoon."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hotline.domain.wishes import Wish
from hotline.town import read_town
from ivr.dialogue.steps import Ask, Option, Prompt, Slot, Wants
from ivr.scripts.common import Vocabulary, errands, parts, places
from ivr.scripts.wording import spoken_times
from ivr.understanding.answer import Setting

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""A Monday afternoon."""


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(read_town())


@cache
def free_times() -> tuple[Option, ...]:
    """Evenings on working days, half hours at the weekend, for two weeks."""
    found = []
    for ahead in range(1, 15):
        day = (NOW + timedelta(days=ahead)).date()
        hours = (18.5, 19, 19.5, 20) if day.weekday() < 5 else (9, 9.5, 10, 10.5, 11, 14, 14.5, 15, 15.5, 16)
        for hour in hours:
            at = datetime.combine(day, time(int(hour), 30 if hour % 1 else 0))
            found.append(Option(str(Wish(day, None, at.time())), spoken_times([at.isoformat()])))
    return tuple(found)


@cache
def question(key: str) -> Ask:
    """A question by its key; "when" has the free times, "which" offers two of them, "open_when" none."""
    words = vocabulary()
    service = Slot("service", Wants.CHOICE, words.services)
    place = Slot("place", Wants.CHOICE, places())
    when = Slot("when", Wants.WHEN)
    name = Slot("name", Wants.NAME)
    village = Slot("village", Wants.CHOICE, words.villages)
    topic = Slot("topic", Wants.CHOICE, words.topics)
    where, group = Slot("where", Wants.WORDS), Slot("group", Wants.NUMBER, words.groups)
    booking = (service, place, when, name, village)
    grievance = (village, topic, where, group, name)
    slots = {
        "errand": (Slot("errand", Wants.OPEN, errands()), (*booking, topic)),
        "service": (service, (*booking, topic)),
        "place": (place, booking),
        "when": (Slot("when", Wants.WHEN, free_times()), booking),
        "which": (Slot("when", Wants.WHEN, free_times()), booking),
        "open_when": (when, booking),
        "name": (name, booking),
        "village": (village, booking),
        "confirm": (Slot("confirm", Wants.YES_NO), booking),
        "part": (Slot("confirm", Wants.CHOICE, parts(("service", "place", "when", "name", "village"))), booking),
        "story": (Slot("story", Wants.WORDS), grievance),
        "topic": (topic, grievance),
        "where": (where, grievance),
        "gconfirm": (Slot("confirm", Wants.YES_NO), grievance),
        "number": (Slot("callback_number", Wants.NUMBER), ()),
        "rating": (Slot("attitude", Wants.RATING), ()),
        "resume": (Slot("resume", Wants.YES_NO), ()),
    }
    slot, also = slots[key]
    return Ask(slot, Prompt(key), tuple(one for one in also if one.key != slot.key))


def setting(key: str = "") -> Setting:
    """What keys stand for at a question: two times at "which", nothing else."""
    if key == "which":
        saturday = [one for one in free_times() if one.value.startswith("2026-11-28")]
        return Setting(NOW, {"1": saturday[0].value, "2": saturday[2].value}, vocabulary().town.market)
    return Setting(NOW, market=vocabulary().town.market)
