"""`hotline survey`: the weekly callback: drawn, explained, checked, worked, paused and stopped."""

from __future__ import annotations

import getpass
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.table import Table

from hotline.clock import utc_now
from hotline.commands.lists import as_json, records, show
from hotline.commands.survey_people import listed, people, told
from hotline.commands.survey_walk_ins import walk_ins
from hotline.config import Settings
from hotline.contact_rules import read_survey_rules
from hotline.domain.errors import Refused
from hotline.store.survey_draw import Made, Wish, faults_of, keep_draw, try_draw
from hotline.store.survey_steps import hold
from hotline.store.tables import SurveyRow
from hotline.store.unit_of_work import Office
from hotline.survey_views import draw_view, survey_view
from hotline.views import View
from hotline.words import word

_COLUMNS = ("week", "state", "drawn", "served", "candidates", "made_by", "made_at")
_EXPLAINED = ("matter", "number", "service", "place", "clerk", "day", "why", "chance", "weight")


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def survey(context: click.Context, *, json_: bool) -> None:
    """Every week's callback, the newest first. Last week is drawn on Monday by itself."""
    if context.invoked_subcommand is not None:
        return
    with records() as store, store.open() as office:
        views = [survey_view(office, row) for row in office.surveys.all()]
    show(views, _COLUMNS, json_=json_)


survey.add_command(people)
survey.add_command(listed)
survey.add_command(told)
survey.add_command(walk_ins)


@survey.command("list")
@as_json
@click.pass_context
def list_(context: click.Context, *, json_: bool) -> None:
    """Every week's callback, the newest first."""
    context.invoke(survey, json_=json_)


@survey.command()
@click.option("--week", required=True, help="The week they were served in: 2026-W47.")
@click.option("--seed", default="", help="What decides the draw; drawn by itself and written down if left out.")
@click.option("--size", type=click.IntRange(1), help="So many telephones, whatever the rules would draw.")
@click.option("--interval", type=click.FloatRange(0.01, 0.5), help="Or: half the wanted 95 % interval.")
@click.option("--explain", is_flag=True, help="Say of everybody served why they are in or out, and their chance.")
@click.option("--dry-run", is_flag=True, help="Draw, show, and keep nothing.")
@click.option("--by", default="", help="Who draws; the user of this machine if not given.")
@as_json
def draw(week: str, seed: str, size: int | None, interval: float | None, **how: object) -> None:
    """Draw whom to ring back of those served in a week: once a week, reproducible, with everybody's chance.

    As many telephones as the larger of two reasons wants: the interval of the town's satisfaction, and eight
    answers about each clerk who served, so that bad service is found within weeks (contact.toml: half_width,
    answers_a_clerk, response). `--explain` says what each came to.
    """
    settings = Settings.from_environment(os.environ)
    rules = read_survey_rules(settings.data_dir)
    if size is not None and interval is not None:
        raise click.UsageError("give --size or --interval, not both")
    rules = rules if interval is None else replace(rules, half_width=interval)
    wish = Wish(week, seed or secrets.token_hex(8), str(how["by"] or getpass.getuser()), size, rules)
    with records() as store, store.open() as office, _refusals():
        if how["dry_run"]:
            made = try_draw(office, wish)
        else:
            made = keep_draw(office, wish, utc_now(), office.catalogue.newest())
            office.commit()
    _show_draw(made, explain=bool(how["explain"]), json_=bool(how["json_"]))


@survey.command("check")
@click.argument("week")
@as_json
def check(week: str, *, json_: bool) -> None:
    """Make a recorded draw again from its frame, and say whether it comes out the same. Exit code 1 if not."""
    with records() as store, store.open() as office, _refusals():
        row = _of_week(office, week)
        faults = faults_of(office, row)
    if json_:
        click.echo(json.dumps({"week": week, "same": not faults, "faults": faults, "digest": row.plan["digest"]}))
    else:
        click.echo("\n".join(faults) if faults else f"{week}: drawn again, the same: {row.plan['digest'][:16]}")
    if faults:
        raise SystemExit(1)


@survey.command("recompute", hidden=True)
@click.argument("week")
@as_json
@click.pass_context
def recompute(context: click.Context, week: str, *, json_: bool) -> None:
    """The same as `check`."""
    context.invoke(check, week=week, json_=json_)


@survey.command("show")
@click.argument("week")
@as_json
def show_(week: str, *, json_: bool) -> None:
    """How far a week's callback has got, and how its attempts ended."""
    with records() as store, store.open() as office, _refusals():
        view = survey_view(office, _of_week(office, week))
    if json_:
        show([view], (), json_=True)
        return
    _show_state(view)


@survey.command()
@click.argument("week")
def pause(week: str) -> None:
    """Ring nobody more until `resume`; what has not left yet is taken back."""
    _move(week, "pause")


@survey.command()
@click.argument("week")
def resume(week: str) -> None:
    """Go on where it was paused."""
    _move(week, "resume")


@survey.command()
@click.argument("week")
def stop(week: str) -> None:
    """End it: nobody more is rung or written to."""
    _move(week, "stop")


def _move(week: str, move: str) -> None:
    with records() as store, store.open() as office, _refusals():
        found = _of_week(office, week)
        row = office.surveys.locked(found.id) or found
        hold(office, row, move, utc_now())
        office.commit()
    click.echo(f"{week}: {word('survey_state', row.state)}")


def _of_week(office: Office, week: str) -> SurveyRow:
    row = office.surveys.of_week(week)
    if row is None:
        raise Refused("no_survey", week=week)
    return row


@contextmanager
def _refusals() -> Iterator[None]:
    """What the office says no to, and what is no week, in one line."""
    try:
        yield
    except Refused as no:
        facts = {key: word("survey_state", str(value)) for key, value in no.facts.items()}
        raise click.ClickException(word("survey_refused", no.reason).format(**facts)) from no
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from wrong


def _show_draw(made: Made, *, explain: bool, json_: bool) -> None:
    view = draw_view(made, explain=explain)
    if json_:
        click.echo(json.dumps(view, ensure_ascii=False, indent=1))
        return
    kept = f"survey {made.survey}" if made.survey is not None else "nothing kept"
    click.echo(f"{view['week']}: {view['served']} served, {view['candidates']} could be drawn, "
               f"{view['drawn']} drawn with seed {view['seed']} ({kept})")  # fmt: skip
    if explain:
        click.echo(view["size_why"])
    table = Table("clerk", "served", "calls")
    for one in view["strata"]:
        table.add_row(one["clerk"] or "-", str(one["of"]), f"{one['calls']:.2f}")
    Console().print(table)
    for one in view.get("everybody", ()):
        one["why"], one["chance"] = word("survey_out", one["why"]), f"{one['chance']:.4f}"
    if explain:
        show(view["everybody"], _EXPLAINED, json_=False)


def _show_state(view: View) -> None:
    """Bars of how far people have got."""
    click.echo(
        f"{view['week']}: {word('survey_state', view['state'])}, {view['drawn']} drawn, seed {view['seed']}"
    )
    bars = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.completed:.0f}"),
    )
    with Progress(*bars, console=Console()) as progress:
        for state, n in view["people"].items():
            progress.add_task(word("survey_person", state), total=max(view["drawn"], 1), completed=n)
    for code, n in view["dispositions"].items():
        click.echo(f"{code} {word('aapor', code)}: {n}")
