"""`hotline appointments|grievances|calls|residents`: what is on record, as a table or as a JSON array."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from hotline.config import Settings
from hotline.domain.calendar import Place
from hotline.domain.catalogue import Town
from hotline.store.tables import ConversationRow, TurnRow
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from hotline.town import read_town
from hotline.views import View, appointment_view, call_view, grievance_view, resident_view, turn_view
from hotline.words import word
from ivr.scripts.wording import spoken_times

as_json = click.option("--json", "json_", is_flag=True, help="Print a JSON array instead of a table.")


@click.command()
@as_json
def appointments(*, json_: bool) -> None:
    """Appointments on record, soonest first."""
    with _records() as store:
        views = appointments_json(store, read_town())
    _show(views, ("code", "service_spoken", "when", "place_name", "name", "village", "status"), json_=json_)


@click.command()
@as_json
def grievances(*, json_: bool) -> None:
    """Grievances on record, oldest first."""
    with _records() as store:
        views = grievances_json(store, read_town())
    _show(views, ("code", "topic", "village", "where", "story", "urgency", "sign_by", "status"), json_=json_)


@click.command()
@as_json
@click.option("--turns", is_flag=True, help="With every answer: asked, heard, understood, how long it took.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1), help="At most so many.")
def calls(*, json_: bool, turns: bool, limit: int) -> None:
    """Calls on record, the latest first."""
    with _records() as store, store.open() as office:
        views = _calls(office, limit)
        if turns:
            for view in views:
                corrected = office.transcripts.corrections(view["sid"])
                view["turns"] = [
                    turn_view(turn, corrected.get(turn.id, "")) for turn in office.records.turns_of(view["sid"])
                ]
    columns = ("started_at", "number", "direction", "status", "surface", "outcome", "seconds")
    _show(views, (*columns, "turns") if not turns else columns, json_=json_)
    if turns and not json_:
        for view in views:
            _show_turns(view)


@click.command()
@as_json
def residents(*, json_: bool) -> None:
    """Residents known by their number."""
    town = read_town()
    with _records() as store, store.open() as office:
        views = [resident_view(r, town) for r in office.records.residents()]
    _show(views, ("number", "name", "village", "created_at"), json_=json_)


def appointments_json(store: Store, town: Town) -> list[View]:
    """Every appointment, soonest first, as `hotline appointments --json` prints it."""
    with store.open() as office:
        return [appointment_view(a, town, when=time_name, where=place_name) for a in office.appointments.all()]


def grievances_json(store: Store, town: Town) -> list[View]:
    """Every grievance, oldest first, as `hotline grievances --json` prints it."""
    with store.open() as office:
        return [grievance_view(g, town) for g in office.grievances.all()]


@contextmanager
def _records() -> Iterator[Store]:
    """The configured database, brought up to date first."""
    settings = Settings.from_environment(os.environ)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    try:
        yield store
    finally:
        store.close()


def _calls(office: Office, limit: int) -> list[View]:
    rows = office.records.calls(limit)
    named = {call.conversation for call in rows}
    found = office.session.scalars(select(ConversationRow).where(ConversationRow.id.in_(named)))
    conversations = {row.id: row for row in found}
    counted = select(TurnRow.call, func.count()).group_by(TurnRow.call)
    turns = dict(office.session.execute(counted).all())
    return [call_view(call, conversations.get(call.conversation), turns.get(call.sid, 0)) for call in rows]


def time_name(at: datetime) -> str:
    """十一月二十八号礼拜六上午九点."""
    return spoken_times([at.isoformat()])


def place_name(place: Place, village: str) -> str:
    """镇里窗口, 青山村便民服务站 or 上门."""
    return word("place", str(place)).format(village=village)


def _show(views: Sequence[View], columns: Sequence[str], *, json_: bool) -> None:
    if json_:
        click.echo(json.dumps(views, ensure_ascii=False, indent=1))
        return
    table = Table(*columns)
    for view in views:
        table.add_row(*(_cell(view[column]) for column in columns))
    Console().print(table if views else "nothing on record")


show = _show
"""For lists that lie in files of their own."""


def _show_turns(view: View) -> None:
    table = Table("turn", "key", "asked", "heard", "confidence", "understood", "ms", title=view["sid"])
    shown: tuple[Callable[[View], Any], ...] = (
        lambda t: t["turn"],
        lambda t: t["key"],
        lambda t: t["asked"],
        lambda t: t["heard"],
        lambda t: f"{t['confidence']:.2f}",
        lambda t: json.dumps(t["understood"], ensure_ascii=False),
        lambda t: json.dumps(t["timings_ms"]),
    )
    for turn in view["turns"]:
        table.add_row(*(_cell(part(turn)) for part in shown))
    Console().print(table)


def _cell(value: object) -> str:
    """As text that the table does not take for markup."""
    return "" if value is None else str(value).replace("[", "\\[")
