"""Long lists in pages that skip and repeat nothing while rows are written: each begins after the last one seen."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from hotline.api.fields import LARGEST_ID, YEARS, Paging, Span
from hotline.api.problems import decline
from hotline.domain.calendar import TOWN_TIME
from hotline.store.tables import UtcTime
from hotline.store.unit_of_work import Office

Item = TypeVar("Item", bound=BaseModel)
Row = TypeVar("Row")

BAD_PLACE = "`after` is not from a page of this list: take `next` of the page before as it is, or leave it out."


class Page(BaseModel, Generic[Item]):
    """Some of a list."""

    items: list[Item]
    next: str | None = Field(description="Give it as `after` for the next page; null on the last one.")
    total: int | None = Field(description="How many there are in all, where `total` was asked for.")


@dataclass(frozen=True)
class Order:
    """By which columns a list goes, the last of them unique."""

    columns: tuple[InstrumentedAttribute[Any], ...]
    descending: bool = False

    def beyond(self, place: Sequence[Any]) -> ColumnElement[bool]:
        """Rows after this place; spelled out, for databases compare rows of several columns differently."""
        return or_(
            *(
                and_(
                    *(c == v for c, v in zip(self.columns[:n], place[:n], strict=True)),
                    column < place[n] if self.descending else column > place[n],
                )
                for n, column in enumerate(self.columns)
            )
        )

    def place_of(self, row: object) -> str:
        """Where a row stands, as text a client gives back."""
        values = [getattr(row, column.key) for column in self.columns]
        plain = [v.isoformat() if isinstance(v, datetime) else v for v in values]
        return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")

    def read_place(self, text: str) -> list[Any]:
        """The place a client gave back; declined with 422 where it is none."""
        try:
            values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            kinds = [datetime if isinstance(c.type, UtcTime) else c.type.python_type for c in self.columns]
            return [_read(kind, value) for kind, value in zip(kinds, values, strict=True)]
        except (ValueError, TypeError, OverflowError, RecursionError):
            decline(422, BAD_PLACE)


def _read(kind: type, value: object) -> object:
    """One column's value, within what databases take."""
    if kind is datetime:
        at = datetime.fromisoformat(str(value))
        if at.tzinfo is None or at.year not in YEARS:
            raise ValueError
        return at
    fits = isinstance(value, kind) and not isinstance(value, bool)
    if not fits or (isinstance(value, int) and not 0 <= value <= LARGEST_ID) or "\0" in str(value):
        raise ValueError
    return value


def page_of(
    office: Office, query: Select[Row], order: Order, paging: Paging
) -> tuple[Sequence[Row], str | None, int | None]:
    """The rows of one page, where the next one begins, and the total if it was asked for."""
    total = office.session.scalar(select(func.count()).select_from(query.subquery())) if paging.total else None
    if paging.after:
        query = query.where(order.beyond(order.read_place(paging.after)))
    columns = [column.desc() if order.descending else column for column in order.columns]
    rows = office.session.scalars(query.order_by(*columns).limit(paging.limit + 1)).all()
    more = len(rows) > paging.limit
    rows = rows[: paging.limit]
    return rows, order.place_of(rows[-1]) if more else None, total


def within(column: InstrumentedAttribute[datetime], span: Span) -> list[ColumnElement[bool]]:
    """The days of a span, in town time."""
    begins = [column >= datetime.combine(span.since, time(), TOWN_TIME)] if span.since else []
    ends = [column < datetime.combine(span.until + timedelta(1), time(), TOWN_TIME)] if span.until else []
    return [*begins, *ends]


def shown(rows: Sequence[Row], key: Callable[[Row], object]) -> str:
    """Which rows a page showed, for the record of looks."""
    if not rows:
        return "none"
    return f"{key(rows[0])}…{key(rows[-1])} ({len(rows)})"
