"""Fields that every resource shares: what they admit, so that nothing odd reaches the records."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic.json_schema import SkipJsonSchema

LARGEST_ID = 2**31 - 1
YEARS = range(2000, 2200)
"""Others overflow where zones are added and taken away, and nobody books in them."""
ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
"""No control characters: PostgreSQL keeps no NUL, and a log line or a letter wants none of the others."""


def _digits(value: object) -> object:
    """Digits of the ASCII only: １２ and 1_2 are numbers to Python."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,10}", value):
        raise ValueError("digits 0 to 9 only")
    return value


def _written(value: object) -> object:
    """A date or time as ISO 8601 writes it, not as a number of seconds."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?", value):
        raise ValueError("ISO 8601, such as 2026-11-28 or 2026-11-28T09:00:00+08:00")
    if not isinstance(value, str | date):
        raise ValueError("text in ISO 8601")  # noqa: TRY004 -- pydantic makes a field's problem of it
    return value


def _in_our_time(value: date) -> date:
    if value.year not in YEARS:
        raise ValueError("a year from 2000 to 2199")
    return value


Id = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_digits)]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="Six digits, as the resident was told.")]
Day = Annotated[date, BeforeValidator(_written), AfterValidator(_in_our_time)]
Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_our_time)]
Words = Annotated[str, Field(pattern=ONE_LINE, max_length=80)]
Name = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$", max_length=40)]
Text = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$", max_length=500)]
Rating = Annotated[int, Field(ge=1, le=5, strict=True)]
ListId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,20}$")]
"""The id of a service, village or topic in the town's lists."""
Number = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{4,18}$", json_schema_extra={"example": "13812341234"})]
Absent = SkipJsonSchema[None]
"""For what may be left out: `Words | Absent = None`."""
Reason = Annotated[
    str, Field(pattern=ONE_LINE, min_length=4, max_length=120, description="Why names and numbers must be seen.")
]


def left_out_not_null(schema: dict[str, Any]) -> None:
    """What need not be sent has no default of null in the document: a query cannot hold null."""
    for field in schema.get("properties", {}).values():
        if field.get("default", "") is None:
            del field["default"]


class Asked(BaseModel):
    """What a client sends: a field nobody knows is an error, not a wish that is passed over."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=left_out_not_null)

    @field_validator("*", mode="before")
    @classmethod
    def _not_null(cls, value: object) -> object:
        """What is not meant is left out: null would look like a wish to empty it."""
        if value is None:
            raise ValueError("leave it out instead of sending null")
        return value


class Unmasking(Asked):
    """Names and numbers are masked unless a reason is given, which is written down."""

    unmask: Reason | Absent = None


class Paging(Unmasking):
    """Where a page begins and how long it is."""

    after: Annotated[str, Field(pattern=r"^[A-Za-z0-9_=-]*$", max_length=300)] | Absent = Field(
        None, description="`next` of the page before, as it is."
    )
    limit: Annotated[int, Field(ge=1, le=200), BeforeValidator(_digits)] = 50
    total: bool = Field(default=False, description="Whether to count them all: costs a look at every row.")


class Span(Paging):
    """Days in town time, both included."""

    since: Day | Absent = None
    until: Day | Absent = None
