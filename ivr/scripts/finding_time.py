"""From a wish (“礼拜六上午”) to one free time, by offering only times that are free."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from hotline.domain.wishes import DayPart, Wish
from ivr.dialogue.steps import Ask, Do, Option, Reply, Say, Script, Slot, Wants
from ivr.scripts.common import FIRST, Form, prompt
from ivr.scripts.wording import spoken_day, spoken_times

GIVE_UP_AFTER = 6
"""Steps towards a time, one after the other, before a person is asked to settle it by ringing back."""
OFFERED = 2
"""Times offered in one breath."""


def exact_time(form: Form, others: tuple[Slot, ...]) -> Script:
    """One step towards `form["when"]`: "settled" when it is a free moment, "asked", or "full" if none is left.

    From the second edition on the caller is told what "full" means by whoever asked, and who finds no time among
    free ones is "unclear".
    """
    times = yield from _free(form)
    if not times and form.edition > FIRST:
        return "full"
    if not times:
        yield Say(prompt("when.full"))
        yield Do("ask_for_callback", "ask_for_callback", {"reason": "full"}, changes=True)
        return "full"
    form.tries += 1
    if form.tries > GIVE_UP_AFTER:
        yield Say(prompt("when.unclear"))
        yield Do("ask_for_callback", "ask_for_callback", {"reason": "no_time"}, changes=True)
        return "full" if form.edition == FIRST else "unclear"
    if form["when"] is None:
        yield from _ask(form, times, others)
        return "asked"
    wish = Wish.parse(form["when"])
    fitting = [at for at in times if wish.admits(at)]
    if fitting and (wish.exact or (len(fitting) == 1 and (wish.day or wish.at))):
        form.said["when"], form.tries = written(fitting[0]), 0
        return "settled"
    if not fitting:
        too_far = wish.day is not None and wish.day > times[-1].date()
        yield Say(prompt("when.too_far" if too_far else "when.none", wish=str(wish)))
    offered = offer(fitting or near(times, wish))
    yield from _choose(form, fitting or times, offered, others)
    return "asked"


def _free(form: Form) -> Script:
    """Every free time at the chosen place, looked up once; booking itself checks again."""
    near = ("village",) if form.edition == FIRST else ("village", "home", "car")
    village = form["village"] if form["place"] in near else ""
    desk = f"{form['place']}:{village}"
    given = {"place": form["place"], "village": village or ""}
    if form.edition > FIRST:
        desk += f":{form['service']}"
        given["service"] = form["service"]
    if desk not in form.free:
        form.free[desk] = yield Do("free_times", "free_times", given)
    return [datetime.fromisoformat(text) for text in form.free[desk]]


def _ask(form: Form, times: list[datetime], others: tuple[Slot, ...]) -> Script:
    ask = Ask(Slot("when", Wants.WHEN, options(times)), prompt("when"), others, menu=days(times))
    reply: Reply = yield ask
    form.take(reply, "when")


def _choose(form: Form, times: list[datetime], offered: list[datetime], others: tuple[Slot, ...]) -> Script:
    """Offers two times and takes one of them, another one, or a new wish."""
    said = prompt("when.which", times=[written(at) for at in offered])
    menu = options(offered + [at for at in times if at not in offered])
    reply: Reply = yield Ask(Slot("when", Wants.WHEN, menu), said, others, menu=menu)
    form.take(Reply(slots=reply.slots, recording=reply.recording))
    if reply.value is None:
        return
    new = Wish.parse(str(reply.value))
    if new == Wish():  # 都可以: the first that was offered
        form.said["when"] = written(offered[0])
        form.fresh.append("when")
        return
    form.fresh.append("when")
    refined = Wish.parse(form["when"]).refined_by(new)
    form.said["when"] = str(refined if any(refined.admits(at) for at in times) else new)


def is_settled(form: Form) -> bool:
    """Whether a moment has been named; whether it is free is another question."""
    return form["when"] is not None and Wish.parse(form["when"]).exact is not None


def offer(times: list[datetime]) -> list[datetime]:
    """Two times that a caller can tell apart: on the first day, in different parts of it, full hours first."""
    full_hours = [at for at in times if at.minute == 0]
    ranked = full_hours + [at for at in times if at.minute]
    day = min(at.date() for at in ranked)
    first = [at for at in ranked if at.date() == day]
    other_part = [at for at in first if _part(at) != _part(first[0])]
    return sorted([first[0], *other_part, *first[1:], *[at for at in ranked if at.date() != day]][:OFFERED])


def _part(at: datetime) -> DayPart:
    return DayPart.MORNING if at.hour < 12 else DayPart.AFTERNOON if at.hour < 18 else DayPart.EVENING


def near(times: list[datetime], wish: Wish) -> list[datetime]:
    """What comes closest to a wish that cannot be had: the same day, else the same hour, else the soonest."""
    same_day = [at for at in times if at.date() == wish.day]
    if same_day and wish.at:
        wanted = wish.at.hour * 60 + wish.at.minute
        return sorted(sorted(same_day, key=lambda at: abs(at.hour * 60 + at.minute - wanted))[:OFFERED])
    if same_day:
        return same_day
    later = [at for at in times if wish.day is None or at.date() >= wish.day] or times
    return [at for at in later if Wish(None, wish.part, wish.at).admits(at)] or later


def written(at: datetime) -> str:
    return str(Wish(at.date(), None, at.time()))


def options(times: list[datetime]) -> tuple[Option, ...]:
    return tuple(_option(at) for at in times)


@lru_cache(maxsize=4096)
def _option(at: datetime) -> Option:
    """One time as it is read; the same few hundred come up in every replay."""
    return Option(written(at), spoken_times([at.isoformat()]))


@lru_cache(maxsize=512)
def _half_day(day: date, part: DayPart) -> Option:
    wish = str(Wish(day, part))
    return Option(wish, spoken_day(datetime.combine(day, time(0)), part))  # noqa: DTZ -- the town's own time


def days(times: list[datetime]) -> tuple[Option, ...]:
    """The days with a free place, and which part of them, for keys: a day first, then its times."""
    return tuple(dict.fromkeys(_half_day(at.date(), _part(at)) for at in times))
