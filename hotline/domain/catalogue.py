"""What the town offers: services, villages, topics of grievances; read from the town's own lists."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotline.domain.errors import Refused
from hotline.domain.market import NO_MARKET, Market

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


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(p.strip() for p in cell.split("|") if p.strip())


def read_services(text: str) -> dict[str, Service]:
    """Services by id; columns id, name, spoken_aliases, papers, place, at_home, extended_hours."""
    wanted = {"id", "name", "spoken_aliases", "papers", "place", "at_home", "extended_hours"}
    return {
        row["id"]: Service(
            row["id"],
            row["name"],
            _parts(row["spoken_aliases"]),
            _parts(row["papers"]),
            row["place"] == "village",
            row["at_home"] == "yes",
            row["extended_hours"] == "full",
        )
        for _, row in rows(text, wanted)
    }


def read_villages(text: str) -> dict[str, Village]:
    """Villages by id; columns id, name, groups."""
    return {
        row["id"]: Village(row["id"], row["name"], int(row["groups"]))
        for _, row in rows(text, {"id", "name", "groups"})
    }


def read_topics(text: str) -> dict[str, Topic]:
    """Grievance topics by id; columns id, topic, utterances, default_unit."""
    return {
        row["id"]: Topic(row["id"], row["topic"], _parts(row["utterances"]), row["default_unit"])
        for _, row in rows(text, {"id", "topic", "utterances", "default_unit"})
    }


def read_market(text: str) -> Market:
    """The town's market days, one row at most; columns calendar (lunar, common) and days, parted by strokes."""
    found = list(rows(text, {"calendar", "days"}))
    if not found:
        return Market()
    line, row = found[0]
    if len(found) > 1:
        raise Refused("bad_row", line=found[1][0])
    try:
        return Market.parse(row["calendar"], _parts(row["days"]))
    except ValueError as wrong:
        raise Refused("bad_row", line=line) from wrong
