"""From the JSON document of a town's lists to the town itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from hotline.domain.calendar import Hours, Place
from hotline.domain.case_kinds import KindSign
from hotline.domain.catalogue import Service, Topic, Town, Village
from hotline.domain.days import DayKind, OfficeCalendar, Official, Override
from hotline.domain.dispatch import Post
from hotline.domain.lists import Document, Json
from hotline.domain.market import NO_MARKET, Market
from hotline.domain.rosters import Desk
from hotline.domain.staffing import Change, ChangeKind, Clerk, Weekly
from hotline.domain.weekly_rota import WeeklyRota

Values = Mapping[str, Json]


def town_of(document: Document) -> Town:
    """The town of a document that was accepted; a list it lacks is empty."""

    def rows(name: str) -> list[dict[str, Json]]:
        return document.get(name, [])

    return Town(
        {row["id"]: _service(row) for row in rows("services")},
        {row["id"]: Village(row["id"], row["name"], row["groups"]) for row in rows("villages")},
        {row["id"]: _topic(row) for row in rows("topics")},
        next((_market(row) for row in rows("market")), NO_MARKET),
        tuple(_desk(row) for row in rows("desks")),
        {row["id"]: Clerk(row["id"], row["name"], row["post"], row["number"]) for row in rows("clerks")},
        tuple(weekly_of(row) for row in rows("rosters")),
        tuple(change_of(row) for row in rows("exceptions")),
        {date.fromisoformat(row["date"]): _override(row) for row in rows("days")},
        tuple(post_of(row) for row in rows("officers")),
        tuple(KindSign(row["kind"], tuple(row["topics"]), tuple(row["words"])) for row in rows("kinds")),
    )


def calendar_of(town: Town, official: Official) -> OfficeCalendar:
    """Which days the town's office works: its own word before the State Council's."""
    return OfficeCalendar(official, town.days, town.market)


def rota_of(town: Town, official: Official) -> WeeklyRota:
    """The town's rosters on real days."""
    return WeeklyRota(town.desks, town.rosters, town.exceptions, calendar_of(town, official))


def weekly_of(row: Values) -> Weekly:
    hours = tuple(_hours(span) for span in row["hours"])
    since = date.fromisoformat(row["since"]) if row["since"] else date.min
    until = date.fromisoformat(row["until"]) if row["until"] else date.max
    return Weekly(row["clerk"], row["desk"], tuple(row["days"]), hours, since, until)


def change_of(row: Values) -> Change:
    """An exception; a day without a time is meant from its beginning, and as an end to its end."""
    begins = datetime.fromisoformat(row["begins"])
    said = row["ends"] or row["begins"][:10]
    ends = datetime.fromisoformat(said)
    if "T" not in said:
        ends += timedelta(days=1)
    return Change(ChangeKind(row["kind"]), begins, ends, row["clerk"], row["desk"], row.get("note", ""))


def post_of(row: Values) -> Post:
    return Post(row["topic"], row["village"], row["unit"], row["officer"], row["deputy"], row["phone"])


def _hours(span: str) -> Hours:
    first, _, last = span.partition("-")
    return Hours(time.fromisoformat(first), time.fromisoformat(last))


def _service(row: Values) -> Service:
    return Service(
        row["id"],
        row["name"],
        tuple(row["spoken_aliases"]),
        tuple(row["papers"]),
        row["place"] == "village",
        row["at_home"],
        row["extended_hours"] == "full",
        row["minutes"],
        row["pick_up"],
    )


def _topic(row: Values) -> Topic:
    return Topic(row["id"], row["topic"], tuple(row["utterances"]), row["default_unit"])


def _market(row: Values) -> Market:
    return Market(frozenset(row["days"]), row["calendar"] == "lunar")


def _desk(row: Values) -> Desk:
    return Desk(row["id"], row["name"], Place(row["kind"]), row["seats"], row["village"])


def _override(row: Values) -> Override:
    return Override(DayKind(row["kind"]), row["like"], row["name"])
