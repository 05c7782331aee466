"""`hotline residents`: who is known by their number, putting that right, and how they wish to be reached."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click
from sqlalchemy import or_, select

from hotline.clock import utc_now
from hotline.command_line import with_list
from hotline.commands.lists import as_json, records, show
from hotline.commands.person_data import erase_one, export_one
from hotline.domain.residents import plain_number
from hotline.store.tables import ResidentRow
from hotline.store.unit_of_work import Office
from hotline.town import current_town
from hotline.views import View, resident_view, town_time

COLUMNS = ("number", "name", "village", "created_at")
MANNERS = ("slow", "keypad", "human_first")


@click.group(invoke_without_command=True)
@as_json
@click.option("--search", default="", help="Only those with this in their name, or this number.")
@click.option("--village", default="", help="Only those of this village, such as V03.")
@click.pass_context
def residents(context: click.Context, *, json_: bool, search: str, village: str) -> None:
    """Residents known by their number."""
    if context.invoked_subcommand is not None:
        return
    row = ResidentRow
    wanted = select(row).order_by(row.id)
    if search:
        wanted = wanted.where(or_(row.name.contains(search, autoescape=True), row.number == plain_number(search)))
    if village:
        wanted = wanted.where(row.village == village)
    with records() as store, store.open() as office:
        town = current_town(office)
        views = [resident_view(found, town) for found in office.session.scalars(wanted)]
    show(views, COLUMNS, json_=json_)


@residents.command("show")
@click.argument("number")
@as_json
def show_one(number: str, *, json_: bool) -> None:
    """One of them, with how they wish to be reached."""
    with records() as store, store.open() as office:
        called = plain_number(number)
        if office.records.resident(called) is None and office.contact_wishes.of(called) is not None:
            view = {"number": called} | _wishes(office, called)  # has rung, and never told a name
        else:
            view = _view(office, _found(office, number))
    _say(view, json_=json_)


@residents.command()
@click.argument("number")
@click.option("--name", default="", help="As it is written.")
@click.option("--village", default="", help="Its id, such as V03.")
@as_json
def correct(number: str, *, name: str, village: str, json_: bool) -> None:
    """Put right the name or village of whoever has NUMBER."""

    def put_right(office: Office, row: ResidentRow) -> None:
        villages = current_town(office).villages
        if village and village not in villages:
            raise click.BadParameter(f"one of {', '.join(villages)}", param_hint="--village")
        if not name.strip() and not village:
            raise click.UsageError("say what is right: --name or --village")
        office.records.know_resident(row.number, name=name.strip()[:40], village=village)

    _change(number, put_right, json_=json_)


@residents.command("opt-out")
@click.argument("number")
@as_json
def opt_out(number: str, *, json_: bool) -> None:
    """From now on NUMBER gets only what it asks for."""

    def stop(office: Office, row: ResidentRow) -> None:
        office.contact_wishes.opt_out(row.number, "staff", utc_now())

    _change(number, stop, json_=json_)


@residents.command("opt-in")
@click.argument("number")
@as_json
def opt_in(number: str, *, json_: bool) -> None:
    """NUMBER is written to and rung again."""
    _change(number, lambda office, row: office.contact_wishes.opt_in(row.number, utc_now()), json_=json_)


@residents.command()
@click.argument("number")
@click.argument("channel", type=click.Choice(["sms", "voice", "silent", "none"]))
@as_json
def prefer(number: str, channel: str, *, json_: bool) -> None:
    """Reach NUMBER by CHANNEL from now on: sms, voice, silent for no news at all, none for no preference."""
    kept = "" if channel == "none" else channel
    _change(number, lambda office, row: office.contact_wishes.prefer(row.number, kept, utc_now()), json_=json_)


def _change(number: str, what: Callable[[Office, ResidentRow], Any], *, json_: bool) -> None:
    """One transaction, and how they are known then."""
    with records() as store, store.open() as office:
        row = _found(office, number)
        what(office, row)
        view = _view(office, row)
        office.commit()
    _say(view, json_=json_)


def _found(office: Office, number: str) -> ResidentRow:
    row = office.records.resident(plain_number(number))
    if row is None:
        raise click.ClickException(f"nobody is known by {number}: hotline residents lists who is")
    return row


def _view(office: Office, row: ResidentRow) -> View:
    return resident_view(row, current_town(office)) | _wishes(office, row.number)


def _wishes(office: Office, number: str) -> View:
    wish = office.contact_wishes.of(number)
    return {
        "channel": wish.channel if wish else "",
        "text_to": wish.text_to if wish else "",
        "opted_out_at": town_time(wish.opted_out_at) if wish else None,
        "opted_out_by": wish.opted_out_by if wish else "",
        "manner": [name for name in MANNERS if wish is not None and getattr(wish, name)],
    }


def _say(view: View, *, json_: bool) -> None:
    if json_:
        click.echo(json.dumps(view, ensure_ascii=False, indent=1))
        return
    for name, value in view.items():
        click.echo(f"{name:>13}  {'' if value is None else value}")


residents.add_command(export_one)
residents.add_command(erase_one)
with_list(residents)
