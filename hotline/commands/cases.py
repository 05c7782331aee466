"""`hotline cases`: what is under way, whose it is, what is late; the moves of a case are in `case_moves`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from asr_models import phonetics
from hotline.commands.case_desk import AtDesk, as_user, at_desk, refusals_told
from hotline.commands.case_moves import MOVE_COMMANDS
from hotline.commands.counter import open_case
from hotline.commands.lists import cell, grievances
from hotline.commands.lists import show as show_views
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import STATES, moves_open
from hotline.domain.case_moves import Event
from hotline.domain.discretion import visible
from hotline.domain.escalation import alerts
from hotline.domain.grievances import KINDS, URGENCIES, Grievance
from hotline.store.case_search import LONGEST_PAGE, PAGE, Sought
from hotline.views import View, grievance_view, town_time
from hotline.words import word

as_json = click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")
CODE = click.argument("code")


@click.group()
def cases() -> None:
    """Cases: find them, move them, see what is late. Texts to residents leave with the worker's next sweep."""


for command in (open_case, *MOVE_COMMANDS):
    cases.add_command(command)


@cases.command("list")
@as_user
@as_json
@click.option("--status", multiple=True, type=click.Choice(STATES), help="May be given several times.")
@click.option("--kind", default="", type=click.Choice(("", *KINDS)))
@click.option("--urgency", default="", type=click.Choice(("", *URGENCIES)))
@click.option("--topic", default="", help="Its id, as G1.")
@click.option("--village", default="", help="Its id, as V02.")
@click.option("--unit", default="")
@click.option("--supervised", is_flag=True, help="Only those under supervision (督办).")
@click.option("--before", default=0, help="Only older ones than this id: the last of the page before.")
@click.option("--limit", default=PAGE, show_default=True, type=click.IntRange(1, LONGEST_PAGE))
def list_(*, as_: str, json_: bool, **sought: Any) -> None:
    """The newest cases that fit, a page at a time."""
    wanted = Sought(page=sought.pop("limit"), statuses=sought.pop("status"), **sought)
    with at_desk(as_) as desk:
        _show(desk, desk.office.grievances.search(wanted, desk.actor), json_=json_)


@cases.command()
@click.argument("text")
@as_user
@as_json
@click.option("--before", default=0, help="Only older ones than this id.")
@click.option("--limit", default=PAGE, show_default=True, type=click.IntRange(1, LONGEST_PAGE))
def search(text: str, *, as_: str, json_: bool, before: int, limit: int) -> None:
    """Cases in whose story, place, answer or code TEXT stands; one character is enough."""
    with at_desk(as_) as desk:
        found = desk.office.grievances.search(Sought(text=text, before=before, page=limit), desk.actor)
        _show(desk, found, json_=json_)


@cases.command()
@CODE
@as_user
@as_json
def show(code: str, *, as_: str, json_: bool) -> None:
    """One case with its history and the moves that USER could make now."""
    with at_desk(as_) as desk, refusals_told():
        case = desk.work.see(code, desk.actor)
        history = [_event(one) for one in desk.office.grievances.history(case.id)]
        moves = moves_open(case.standing, desk.actor)
        view = {**grievance_view(case, desk.work.town), "history": history, "moves": moves}
    if json_:
        click.echo(json.dumps(view, ensure_ascii=False, indent=1))
        return
    console = Console()
    for name, value in view.items():
        if name != "history" and value not in ("", None, [], False):
            console.print(f"[bold]{name}[/] {cell(value)}", highlight=False)
    table = Table("at", "move", "from", "to", "by", "reason")
    for row in history:
        table.add_row(*(cell(row[c]) for c in ("at", "move", "from", "to", "by", "reason")))
    console.print(table)


@cases.command()
@as_user
@as_json
def due(*, as_: str, json_: bool) -> None:
    """Cases of which a clock has run out, and who is to be told."""
    with at_desk(as_) as desk:
        late = (visible(case, desk.actor) for case in desk.office.grievances.every_late(desk.work.now))
        views = [_late(desk, case) for case in late if case is not None]
    show_views([view for view in views if view["late"]], ("code", "unit", "officer", "late", "due"), json_=json_)


@cases.command()
@CODE
@as_user
@as_json
def repeats(code: str, *, as_: str, json_: bool) -> None:
    """Cases that may tell of the same fact as CODE; `hotline cases merge` is for a person to decide."""
    with at_desk(as_) as desk, refusals_told():
        found = desk.work.repeats(code, desk.actor, sounds)
        views = [{**vars(repeat), "story": case.story, "where": case.where} for repeat, case in found]
    show_views(views, ("code", "likeness", "words", "sound", "place", "where", "story"), json_=json_)


def sounds(text: str) -> list[str]:
    """Syllables, those merged that Hunan speakers do not keep apart."""
    return [phonetics.fold(syllable) for syllable in phonetics.syllables(text)]


def _show(desk: AtDesk, found: Iterable[Grievance], *, json_: bool) -> None:
    views = [{"id": case.id, **grievance_view(case, desk.work.town)} for case in found]
    for view in views if not json_ else ():
        view["status"], view["kind"] = word("case_status", view["status"]), word("case_kind", view["kind"])
    columns = ("id", "code", "kind", "topic", "village", "story", "unit", "officer", "status", "answer_by")
    show_views(views, columns, json_=json_)


def _late(desk: AtDesk, case: Grievance) -> View:
    what = alerts(case, desk.work.now, desk.work.is_working_day)
    return {
        "code": case.code,
        "unit": case.unit,
        "officer": case.officer,
        "late": [f"{word('late', one.what)} → {one.level}" for one in what],
        "due": town_time(min((one.due for one in what), default=None)),
    }


def _event(event: Event) -> View:
    return {
        "at": event.at.astimezone(TOWN_TIME).isoformat(timespec="seconds"),
        "move": event.move,
        "from": event.came_from,
        "to": event.went_to,
        "by": event.actor,
        "role": event.role,
        "reason": event.reason,
        "facts": dict(event.facts),
    }


for name, command in cases.commands.items():
    grievances.add_command(command, name)
