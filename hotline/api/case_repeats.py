"""Which cases may tell of the same fact as one: suggested by words, sound and place; a person decides."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel

from hotline.api import grievances
from hotline.api.doors import for_roles, look, sight, viewer
from hotline.api.fields import Unmasking
from hotline.api.grievances import OneGrievance
from hotline.api.parts import parts
from hotline.api.resource import gives, one, resource

api = resource("case_repeats", "Cases that may tell of the same fact.")


class RepeatOut(BaseModel):
    """A case that may tell of the same fact, and how like it is: each from 0 to 1."""

    code: str
    likeness: float
    words: float
    sound: float
    place: float
    status: str
    where: str
    story: str


class RepeatList(BaseModel):
    """The likest first; `merge` is for a person to decide."""

    items: list[RepeatOut]


@api.get("/grievances/<code>/repeats", responses=gives(RepeatList, 404))
@for_roles()
def repeats(path: OneGrievance, query: Unmasking) -> Response:
    """Cases under way that may tell of the same fact, by words, sound and place."""
    here = parts()
    with here.opened() as office:
        case, _ = grievances.held(office, path.code)
        found = here.now_serving.case_moves(office, here.clock()).repeats(
            case.code, viewer(), here.now_serving.sounds
        )
        within = [(one_, other) for one_, other in found if sight().covers(sight().desk, other.village)]
        look(office, f"repeats of grievance {case.code}", query.unmask)
        office.commit()
    items = [
        RepeatOut(
            **vars(repeat),
            status=other.status,
            where=grievances.mask_of(query.unmask, other.name).words(other.where),
            story=grievances.mask_of(query.unmask, other.name).words(other.story),
        )
        for repeat, other in within
    ]
    return one(RepeatList(items=items))
