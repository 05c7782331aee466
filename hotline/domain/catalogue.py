"""What the town offers and who serves: services, villages, topics of grievances, desks, clerks, rosters."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from hotline.domain.days import Override
from hotline.domain.errors import Refused
from hotline.domain.market import NO_MARKET, Market
from hotline.domain.rosters import Desk
from hotline.domain.staffing import Change, Clerk, Weekly

if TYPE_CHECKING:
    from hotline.domain.case_kinds import KindSign
    from hotline.domain.dispatch import Post


@dataclass(frozen=True)
class Service:
    id: str
    name: str
    """The official name."""
    aliases: tuple[str, ...]
    papers: tuple[str, ...]
    at_village: bool
    """Whether a village station can do it; otherwise the town window."""
    at_home: bool
    finishable: bool
    """False: out of office hours it is accepted but not finished."""
    minutes: int = 30
    """How long it takes."""
    pick_up: bool = False
    """Whether a car may be sent for somebody who cannot come by themselves (专车接送)."""

    @property
    def spoken(self) -> str:
        """The name as a clerk says it: without brackets, the first of what stands between strokes."""
        plain = re.sub(r"[(（].*?[)）]|[\"“”]", "", self.name)
        return re.split(r"[/、]", plain)[0]


@dataclass(frozen=True)
class Village:
    id: str
    name: str
    groups: int


@dataclass(frozen=True)
class Topic:
    id: str
    name: str
    examples: tuple[str, ...]
    unit: str

    @property
    def spoken(self) -> str:
        return "、".join(self.name.split("/")[:2])


@dataclass(frozen=True)
class Town:
    """One town's lists, by id, in the order of the files."""

    services: Mapping[str, Service]
    villages: Mapping[str, Village]
    topics: Mapping[str, Topic]
    market: Market = NO_MARKET
    desks: tuple[Desk, ...] = ()
    clerks: Mapping[str, Clerk] = field(default_factory=dict)
    rosters: tuple[Weekly, ...] = ()
    exceptions: tuple[Change, ...] = ()
    days: Mapping[date, Override] = field(default_factory=dict)
    """Where the town's calendar differs from the State Council's."""
    officers: tuple[Post, ...] = ()
    kinds: tuple[KindSign, ...] = ()


def rows(text: str, columns: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a TSV with # comments; Refused("bad_row") with its line where a column is missing or empty."""
    reader = csv.reader(text.splitlines(), delimiter="\t")
    header: list[str] = []
    for line, cells in enumerate(reader, start=1):
        if not cells or cells[0].startswith("#"):
            continue
        if not header:
            header = cells
            if missing := columns - set(header):
                raise Refused("bad_row", line=line, missing=sorted(missing))
            continue
        row = dict(zip(header, cells, strict=False))
        if missing := {c for c in columns if not row.get(c, "").strip()}:
            raise Refused("bad_row", line=line, missing=sorted(missing))
        yield line, row
