"""How a resident wishes to be reached, and whether at all."""

from __future__ import annotations

from typing import Any, Literal

from flask import Response
from pydantic import BaseModel, Field, StrictBool

from hotline.api import residents
from hotline.api.doors import for_roles, look
from hotline.api.fields import Absent, Asked
from hotline.api.once import MatchHeader, check_match
from hotline.api.parts import parts
from hotline.api.problems import decline
from hotline.api.residents import OneResident
from hotline.api.resource import WRITING, gives, one, resource
from hotline.domain.rights import WRITERS
from hotline.store.tables import ContactWishRow
from hotline.store.unit_of_work import Office
from hotline.views import town_time

api = resource("wishes", "How residents wish to be reached.")
NO_NUMBER = "Nobody is reached without a number."


class WishesOut(BaseModel):
    """The wishes of one resident; they belong to the number."""

    id: int
    channel: str = Field(description="sms, voice, silent for no news at all, or empty for no preference.")
    opted_out: bool = Field(description="True: only what they ask for is sent.")
    opted_out_at: str | None
    opted_out_by: str = Field(description="sms, voice, carrier or staff.")


class Wished(Asked):
    """What they wish now; what is left out stays."""

    channel: Literal["sms", "voice", "silent", "none"] | Absent = None
    opted_out: StrictBool | Absent = None


@api.get("/residents/<id>/wishes", responses=gives(WishesOut, 404))
@for_roles()
def read(path: OneResident) -> Response:
    """How one resident wishes to be reached, with the ETag a change must send back."""
    with parts().opened() as office:
        row = residents.held(office, path.id)
        wishes = _wishes(office, row.id, row.number)
        look(office, f"wishes of resident {row.id}")
        office.commit()
    return _answer(wishes)


@api.patch("/residents/<id>/wishes", responses=gives(WishesOut, *WRITING, 404, 409, 412, 428))
@for_roles(WRITERS)
def wish(path: OneResident, header: MatchHeader, body: Wished) -> Response:
    """Opts a resident out or in again, or notes by which way they want to be told."""
    here = parts()
    with here.opened() as office:
        row = residents.held(office, path.id)
        check_match(header, _wishes(office, row.id, row.number).model_dump())
        if not row.number:
            decline(409, NO_NUMBER)
        if body.channel is not None:
            office.contact_wishes.prefer(row.number, body.channel.replace("none", ""), here.clock())
        if body.opted_out is True:
            office.contact_wishes.opt_out(row.number, "staff", here.clock())
        if body.opted_out is False:
            office.contact_wishes.opt_in(row.number, here.clock())
        wishes = _wishes(office, row.id, row.number)
        look(office, f"changed wishes of resident {row.id}")
        office.commit()
    return _answer(wishes)


def _wishes(office: Office, resident: int, number: str) -> WishesOut:
    row = office.session.get(ContactWishRow, number)
    known: dict[str, Any] = {"channel": "", "opted_out": False, "opted_out_at": None, "opted_out_by": ""}
    if row is not None:
        known = {
            "channel": row.channel,
            "opted_out": row.opted_out_at is not None,
            "opted_out_at": town_time(row.opted_out_at),
            "opted_out_by": row.opted_out_by,
        }
    return WishesOut(id=resident, **known)


def _answer(wishes: WishesOut) -> Response:
    return one(wishes, wishes.model_dump())
