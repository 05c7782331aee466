"""The duty roster: who is rung now, who is on it, and two people changing places."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel, Field

from hotline.api import once
from hotline.api.doors import for_roles, look
from hotline.api.fields import Absent, Asked, Day, Moment, Name, Unmasking
from hotline.api.parts import parts
from hotline.api.refusals import DUTY, told_by
from hotline.api.resource import WRITING, gives, one, resource
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.duty import DutyRoster, Line, Person, Swap, kind_of
from hotline.domain.rights import STEERING
from hotline.duty_desk import change_places
from hotline.masking import Mask
from hotline.store.unit_of_work import Office
from hotline.views import town_time

api = resource("duty", "Who is on duty, and in which order they are rung.")


class OnDuty(BaseModel):
    """Somebody to be rung."""

    name: str
    number: str


class DutyOut(BaseModel):
    """One line of the roster."""

    line: str
    days: str = Field(description="working, weekend, holiday, or one date.")
    begins: str
    ends: str = Field(description="Not later than `begins`: on the next day.")
    order: int
    name: str
    number: str
    username: str


class SwapOut(BaseModel):
    """Two people who change places for the duties that begin on one day."""

    day: str
    one: str
    other: str


class DutyNow(BaseModel):
    """Who is rung at a moment, first to last, and the roster behind it."""

    at: str
    day: str = Field(description="working, weekend or holiday.")
    ordinary: list[OnDuty]
    danger: list[OnDuty]
    supervisor: list[OnDuty]
    roster: list[DutyOut]
    swaps: list[SwapOut]


class DutyQuestion(Unmasking):
    """When."""

    at: Moment | Absent = Field(None, description="Now if left out.")


class Swapping(Asked):
    day: Day
    one: Name = Field(description="As the roster has it.")
    other: Name


@api.get("/duty", responses=gives(DutyNow))
@for_roles()
def read(query: DutyQuestion) -> Response:
    """Who is on duty, and the roster."""
    here = parts()
    at, works = query.at or here.clock(), here.now_serving.is_working_day
    with here.opened() as office:
        roster = office.duty.roster()
        look(office, "duty roster", query.unmask)
        office.commit()
    mask = Mask.over(query.unmask)
    lines = {line: [_person(one, mask) for one in roster.line_up(line, at, works)] for line in Line}
    return one(
        DutyNow(
            at=town_time(at) or "", day=str(kind_of(at.astimezone(TOWN_TIME).date(), works)),
            ordinary=lines[Line.ORDINARY], danger=lines[Line.DANGER], supervisor=lines[Line.SUPERVISOR],
            roster=_roster(roster, mask), swaps=[_swap(swap) for swap in roster.swaps],
        )
    )  # fmt: skip


@api.post("/duty/swaps", responses=gives(SwapOut, *WRITING, 409, status=201))
@for_roles(STEERING)
def swap(header: once.OnceHeader, body: Swapping) -> Response:
    """Lets two people change places for the duties that begin on one day."""
    wanted = Swap(body.day, body.one.strip(), body.other.strip())

    def act(office: Office) -> once.Done:
        with told_by(DUTY):
            change_places(office, wanted, parts().now_serving.is_working_day)
        look(office, f"swapped duty of {body.day}")
        return once.Done(_swap(wanted), "/duty")

    return once.once(header.key, body, act)


def _person(person: Person, mask: Mask) -> OnDuty:
    """Colleagues by name; their private numbers as hidden as anybody's."""
    return OnDuty(name=person.name, number=mask.number(person.number))


def _swap(swap: Swap) -> SwapOut:
    return SwapOut(day=swap.day.isoformat(), one=swap.one, other=swap.other)


def _roster(roster: DutyRoster, mask: Mask) -> list[DutyOut]:
    return [
        DutyOut(
            line=str(duty.line), days=str(duty.days), begins=f"{duty.begins:%H:%M}", ends=f"{duty.ends:%H:%M}",
            order=duty.order, name=duty.person.name, number=mask.number(duty.person.number),
            username=duty.person.username,
        )
        for duty in roster.duties
    ]  # fmt: skip
