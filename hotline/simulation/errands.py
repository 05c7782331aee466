"""What residents want of the office in a week: places booked by text, visits without one, and complaints."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from hotline.domain.calendar import TOWN_TIME, Place
from hotline.simulation.answers import Answering
from hotline.simulation.hall import Hall
from hotline.simulation.residents import Memory, Resident
from hotline.simulation.telephones import NOTHING, Telephones
from ivr.scripts.wording import spoken_times

SERVICES = {"1": "买医保", "11": "高龄津贴", "12": "老年证"}
"""What can be done at every desk, by id, as residents call it."""
TROUBLES = ("路灯坏了一个月了", "垃圾桶满了没人拖", "渠道堵了放不到水", "路烂得走不得")


@dataclass(frozen=True)
class Errand:
    """Somebody wants something at a moment."""

    at: datetime
    resident: Resident
    kind: str
    """books, walks_in or complains"""


def errands(hall: Hall, residents: list[Resident], week: int) -> Iterator[Errand]:
    """A week of errands; nobody has two in one week."""
    plan, dice = hall.plan, hall.plan.dice("errands", week)
    monday = (plan.begins + timedelta(weeks=week)).date()
    working = [day for n in range(7) if hall.rules.is_working_day(day := monday + timedelta(days=n))]
    kinds = {"books": plan.booked, "walks_in": plan.walked_in, "complains": plan.complaining}
    numbers = {kind: round(share * len(residents)) for kind, share in kinds.items()}
    chosen = iter(dice.sample(residents, min(len(residents), sum(numbers.values()))))
    for kind, number in numbers.items():
        days = working[:-1] if kind == "books" else working
        for _, one in zip(range(number), chosen, strict=False):
            if days:
                yield Errand(_at(dice, days), one, kind)


def _at(dice: Random, days: list[date]) -> datetime:
    """A minute of a working day."""
    day = dice.choice(days)
    return datetime(day.year, day.month, day.day, 9, tzinfo=TOWN_TIME) + timedelta(minutes=dice.randrange(470))


def run(errand: Errand, hall: Hall, phones: Telephones) -> None:
    """Does what the errand is."""
    _KINDS[errand.kind](errand, hall, phones)


def _books(errand: Errand, hall: Hall, phones: Telephones) -> None:
    """In one breath, then whatever is asked; who has a landline rings, and is booked by keys in the real town."""
    if not errand.resident.mobile:
        _walks_in(errand, hall, phones)
        return
    dice, one = hall.plan.dice("books", errand.at.isoformat(), errand.resident.id), errand.resident
    service, when = dice.choice(list(SERVICES.values())), _wish(hall, dice, errand.at)
    place = "村里便民站" if f"village:{one.village}" in _desks(hall) else "镇里窗口"
    said = {
        "errand": f"我叫{one.name}，{one.village_name}的，想{when}到{place}办{service}",
        "name": one.name,
        "village": one.village_name,
        "place": place,
        "service": service,
        "when": when,
    }
    _write(one, said, phones, dice)


def _complains(errand: Errand, hall: Hall, phones: Telephones) -> None:
    dice, one = hall.plan.dice("complains", errand.at.isoformat(), errand.resident.id), errand.resident
    if not one.mobile:
        return
    trouble = dice.choice(TROUBLES)
    said = {"errand": f"我是{one.name}，我们{one.village_name}三组{trouble}", "name": one.name, "story": trouble}
    _write(one, said | {"village": one.village_name}, phones, dice)


def _write(one: Resident, said: Mapping[str, str], phones: Telephones, dice: Random) -> None:
    talk = Answering(one, NOTHING, dice, errand=said)
    first = phones.hall.front.text(phones.new_text(), one.number, said["errand"])
    phones.write(talk, first)


def _walks_in(errand: Errand, hall: Hall, phones: Telephones) -> None:
    """Served at once by whoever sits at the desk; the desk's list of the day tells the office of it."""
    dice, one = hall.plan.dice("walks in", errand.at.isoformat(), errand.resident.id), errand.resident
    desks = _desks(hall)
    desk = f"village:{one.village}"
    if desk not in desks or dice.random() < _TO_TOWN:
        desk = dice.choice([name for name in desks if name.startswith("window")])
    service, day = dice.choice(list(SERVICES)), errand.at.astimezone(TOWN_TIME).date()
    place = Place.WINDOW if desk.startswith("window") else desk
    served = {
        "day": day,
        "number": one.number,
        "service": service,
        "place": str(place),
        "clerk": desks[desk],
        "imported_at": hall.clock(),
        "digest": hashlib.sha256(f"{day}{one.id}{desk}".encode()).hexdigest(),
    }
    with hall.store.open() as office:
        office.surveys.add_walk_ins([served])
        office.commit()
    remember(hall, one, (f"walk-in:{one.id}:{day}", hall.town.services[service].spoken, desks[desk]), day)


_TO_TOWN = 0.2
"""How many go to town though their village has a station."""


def remember(hall: Hall, one: Resident, matter: tuple[str, str, str], day: date) -> None:
    """What they were served in stays with them: `matter` is its id, how it is called, and who served."""
    name, service, clerk = matter
    experience = hall.truth.experience(clerk, hall.plan.dice("matter", name))
    one.memories.append(Memory(service, clerk, day, experience))


def _desks(hall: Hall) -> dict[str, str]:
    """Who sits at each desk."""
    return hall.desks


def _wish(hall: Hall, dice: Random, now: datetime) -> str:
    """A working day of this week that is still to come, at a full hour."""
    local = now.astimezone(TOWN_TIME)
    left = [local.date() + timedelta(days=n) for n in range(1, 7 - local.weekday())]
    days = [day for day in left if hall.rules.is_working_day(day)] or left[:1]
    day, hour = dice.choice(days), dice.choice((9, 10, 11, 14, 15, 16))
    return spoken_times([datetime(day.year, day.month, day.day, hour).isoformat()])  # noqa: DTZ001


_KINDS = {"books": _books, "walks_in": _walks_in, "complains": _complains}
