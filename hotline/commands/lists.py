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

from hotline.commands.case_desk import as_user, at_desk
from hotline.config import Settings
from hotline.domain.calendar import Place
from hotline.domain.case_life import THE_MACHINE, Actor
from hotline.domain.catalogue import Town
from hotline.domain.discretion import visible
from hotline.store.tables import ConversationRow, TurnRow
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from hotline.town import current_town
from hotline.views import View, appointment_view, call_view, grievance_view, turn_view
from hotline.words import word
from ivr.scripts.wording import spoken_times

as_json = click.option("--json", "json_", is_flag=True, help="Print a JSON array instead of a table.")


@click.group(invoke_without_command=True)
@as_json
@as_user
@click.pass_context
def grievances(context: click.Context, *, json_: bool, as_: str) -> None:
    """Grievances on record, oldest first; or one of the commands below, which `hotline cases` has too."""
    if context.invoked_subcommand is not None:
        return
    with at_desk(as_) as desk:
        views = _seen(desk.office, desk.work.town, desk.actor)
    show(views, ("code", "topic", "village", "where", "story", "urgency", "sign_by", "status"), json_=json_)


@click.command()
@as_json
@click.option("--turns", is_flag=True, help="With every answer: asked, heard, understood, how long it took.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1), help="At most so many.")
def calls(*, json_: bool, turns: bool, limit: int) -> None:
    """Calls on record, the latest first."""
    with records() as store, store.open() as office:
        views = _calls(office, limit)
        if turns:
            for view in views:
                corrected = office.transcripts.corrections(view["sid"])
                view["turns"] = [
                    turn_view(turn, corrected.get(turn.id, "")) for turn in office.records.turns_of(view["sid"])
                ]
    columns = ("started_at", "number", "direction", "status", "surface", "outcome", "seconds")
    show(views, (*columns, "turns") if not turns else columns, json_=json_)
    if turns and not json_:
        for view in views:
            _show_turns(view)


def appointments_json(store: Store, town: Town) -> list[View]:
    """Every appointment, soonest first, as `hotline appointments --json` prints it."""
    with store.open() as office:
        return [appointment_view(a, town, when=time_name, where=place_name) for a in office.appointments.all()]


def grievances_json(store: Store, town: Town) -> list[View]:
    """Every grievance, oldest first, as `hotline grievances --json` prints it."""
    with store.open() as office:
        return _seen(office, town, THE_MACHINE)


def _seen(office: Office, town: Town, viewer: Actor) -> list[View]:
    seen = (visible(g, viewer) for g in office.grievances.all())
    return [grievance_view(g, town) for g in seen if g is not None]


@contextmanager
def records() -> Iterator[Store]:
    """The configured database, brought up to date first."""
    settings = Settings.from_environment(os.environ)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    try:
        yield store
    finally:
        store.close()


def records_town(store: Store) -> Town:
    """The town as the newest import has it."""
    with store.open() as office:
        return current_town(office)


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


def show(views: Sequence[View], columns: Sequence[str], *, json_: bool) -> None:
    if json_:
        click.echo(json.dumps(views, ensure_ascii=False, indent=1))
        return
    table = Table(*columns)
    for view in views:
        table.add_row(*(cell(view[column]) for column in columns))
    Console().print(table if views else "nothing on record")


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
        table.add_row(*(cell(part(turn)) for part in shown))
    Console().print(table)


def cell(value: object) -> str:
    """As text that the table does not take for markup."""
    text = "、".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text.replace("[", "\\[")
