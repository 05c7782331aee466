"""What is taken in for a resident by command: `cases open`, `appointments book`, `wait` and `leave`."""

from __future__ import annotations

import getpass
import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from hotline.clock import utc_now
from hotline.commands.case_desk import at_records, by_user, refusals_told
from hotline.commands.lists import place_name, records, time_name
from hotline.domain.appointments import Wanted
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.case_life import SUPERVISOR, Actor
from hotline.domain.catalogue import Town
from hotline.domain.errors import Refused
from hotline.domain.grievances import KINDS, SOURCES, URGENCIES, WAYS, Told
from hotline.domain.residents import plain_number
from hotline.domain.waiting import Entry
from hotline.rules import office_rules
from hotline.store.unit_of_work import Office
from hotline.town import current_town
from hotline.views import View, appointment_view, grievance_view, town_time, village_name
from hotline.words import word
from ivr.clerking.counter import Counter

LONGEST_STORY = 4000
as_json = click.option("--json", "json_", is_flag=True, help="Print it as JSON.")
SERVICE = click.option("--service", required=True, help="Its id in the catalogue.")
PLACE = click.option("--place", required=True, type=click.Choice([str(place) for place in Place]))
VILLAGE = click.option("--village", required=True, help="Its id, as V02.")
NAME = click.option("--name", required=True)
NUMBER = click.option("--number", required=True, help="Where they are told.")


@click.command("open")
@by_user
@click.option("--source", required=True, type=click.Choice(SOURCES[1:]), help="city: sent on by 12345.")
@click.option("--reference", default=None, help="Its number where it came from; there is one case of each.")
@click.option("--topic", required=True, help="Its id, as G1.")
@click.option("--story", required=True, help="What is wrong; - reads it from standard input.")
@click.option("--village", default="", help="Its id, as V02.")
@click.option("--group", default="")
@click.option("--where", default="")
@click.option("--name", default="", help="Left out: told without a name.")
@click.option("--number", default="", help="Where they are told how it goes.")
@click.option("--kind", default="", type=click.Choice(("", *KINDS)), help="Left out: proposed.")
@click.option("--urgency", default="", type=click.Choice(("", *URGENCIES)), help="Left out: by the topic.")
@click.option("--tell-by", default="sms", type=click.Choice(WAYS))
@click.option("--accused", multiple=True, help="Name or user name of staff it is about.")
@as_json
def open_case(as_: str, story: str, number: str, accused: tuple[str, ...], *, json_: bool, **told: Any) -> None:
    """Open a case told at the counter, in a letter or to 12345, and send it to its unit."""
    said = (sys.stdin.read() if story == "-" else story).strip()[:LONGEST_STORY]
    if not said:
        raise click.UsageError("there is no story: what is wrong?")
    plain = plain_number(number) if number else ""
    with at_records(as_) as at, refusals_told():
        _check_lists(at.town, topic=told["topic"], village=told["village"])
        counter = Counter(at.office, office_rules(at.town), at.actor, utc_now(), _request())
        opened = counter.open_case(Told(story=said, number=plain, callback_number=plain, **told), accused)
        at.office.commit()
        view = grievance_view(opened, at.town)
    status = word("case_status", opened.status)
    _print(view, f"{opened.code}: {status} {opened.unit} {opened.officer}", json_=json_)


@click.command()
@SERVICE
@PLACE
@VILLAGE
@NAME
@NUMBER
@click.option("--at", "at", required=True, type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]))
@click.option("--for-whom", default="", help="Who comes, where it is not who is told: 老伴, 父亲 …")
@as_json
def book(service: str, at: datetime, number: str, *, json_: bool, **given: Any) -> None:
    """Book a place, at a time of the town's; the code is texted."""
    with _counter() as (counter, town):
        _check_lists(town, service=service, village=given["village"])
        place = Place(given.pop("place"))
        wanted = Wanted(service, place, at.replace(tzinfo=TOWN_TIME), number=plain_number(number), **given)
        booked = counter.book(wanted)
        view = appointment_view(booked, town, when=time_name, where=place_name)
    _print(view, f"{booked.code} {view['when']} {view['place_name']}", json_=json_)


@click.command()
@SERVICE
@PLACE
@VILLAGE
@NAME
@NUMBER
@click.option("--wish", default="any", show_default=True, help="2026-11-28, 2026-11-28/morning, */evening …")
@as_json
def wait(service: str, place: str, number: str, *, json_: bool, **given: Any) -> None:
    """Put somebody on the waiting list, once for a matter; a free place is offered to who is next."""
    with _counter() as (counter, town):
        _check_lists(town, service=service, village=given["village"])
        entry = Entry(0, service, Place(place), number=plain_number(number), **given)
        view = _waiting_view(counter.wait(entry), town)
    _print(view, f"{view['id']} {view['service']} {view['state']}", json_=json_)


@click.command()
@click.argument("entry", type=int)
@as_json
def leave(entry: int, *, json_: bool) -> None:
    """Take somebody off the waiting list; a place held for them goes to the next."""
    with _counter() as (counter, town):
        view = _waiting_view(counter.leave(entry), town)
    _print(view, f"{view['id']} {view['state']}", json_=json_)


@contextmanager
def _counter() -> Iterator[tuple[Counter, Town]]:
    """One transaction of whoever is logged in to this machine; a refusal is one line."""
    with records() as store, store.open() as office:
        town = current_town(office)
        who = Actor(getpass.getuser(), SUPERVISOR)
        try:
            yield _at(office, town, who), town
        except Refused as no:
            raise click.ClickException(word("refused", no.reason)) from no
        office.commit()


def _at(office: Office, town: Town, who: Actor) -> Counter:
    return Counter(office, office_rules(town), who, utc_now(), _request())


def _request() -> str:
    """Stands where a caller's conversation would."""
    return f"cli:{secrets.token_hex(16)}"


def _check_lists(town: Town, *, service: str = "", topic: str = "", village: str = "") -> None:
    named = (
        ("service", service, town.services),
        ("topic", topic, town.topics),
        ("village", village, town.villages),
    )
    for kind, wanted, known in named:
        if wanted and wanted not in known:
            raise click.UsageError(f"there is no {kind} {wanted}: see `hotline catalogue`")


def _waiting_view(entry: Entry, town: Town) -> View:
    found = town.services.get(entry.service)
    return {
        "id": entry.id,
        "service": found.spoken if found else entry.service,
        "place": place_name(entry.place, village_name(town, entry.village)),
        "name": entry.name,
        "number": entry.number,
        "wish": entry.wish,
        "state": entry.state,
        "held_until": town_time(entry.held_until),
        "joined_at": town_time(entry.joined_at),
    }


def _print(view: View, line: str, *, json_: bool) -> None:
    click.echo(json.dumps(view, ensure_ascii=False, indent=1) if json_ else line)


AT_THE_COUNTER = (book, wait, leave)
"""Commands of `hotline appointments`."""
