"""`hotline messages`: what waits, what arrived, who opted out; and what a person does about one of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from hotline.clock import utc_now
from hotline.command_line import with_list
from hotline.commands.lists import show
from hotline.config import Settings
from hotline.domain.errors import Refused
from hotline.domain.messages import STATES
from hotline.domain.residents import masked_number
from hotline.outbox_desk import send_again, take_back
from hotline.store.tables import ContactWishRow, MessageRow
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade

_COLUMNS = ("id", "created_at", "kind", "number", "state", "segments", "attempts", "due_at", "error")
T = TypeVar("T")


@click.group(invoke_without_command=True)
@click.option("--json", "json_", is_flag=True, help="Print a JSON array instead of a table.")
@click.option("--state", type=click.Choice(STATES), help="Only those in this state.")
@click.option("--limit", default=200, show_default=True, type=click.IntRange(1), help="At most so many.")
@click.pass_context
def messages(ctx: click.Context, *, json_: bool, state: str | None, limit: int) -> None:
    """Texts to residents, the newest first."""
    if ctx.invoked_subcommand is not None:
        return
    with records() as store, store.open() as office:
        views = [message_view(row) for row in office.messages.latest(state or "", limit)]
    show(views, _COLUMNS, json_=json_)


@messages.command("show")
@click.argument("message", type=int)
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
def show_one(message: int, *, json_: bool) -> None:
    """Everything of MESSAGE, with its text."""
    with records() as store, store.open() as office:
        view = message_view(_found(office.session.get(MessageRow, message), message), whole=True)
    if json_:
        click.echo(json.dumps(view, ensure_ascii=False, indent=1))
        return
    for name, value in view.items():
        click.echo(f"{name:>11}  {'' if value is None else value}")


@messages.command()
@click.argument("message", type=int)
@click.option("--json", "json_", is_flag=True, help="Print the message that waits now as JSON.")
def retry(message: int, *, json_: bool) -> None:
    """Send MESSAGE again: at once if it waits, else as a new one. You answer for its not having arrived."""
    again = _do(lambda office: send_again(office, message))
    _say(again, f"message {again} waits to be sent", json_=json_)


@messages.command()
@click.argument("message", type=int)
@click.option("--json", "json_", is_flag=True, help="Print the message as JSON.")
def withdraw(message: int, *, json_: bool) -> None:
    """Take MESSAGE back before it leaves."""
    _do(lambda office: take_back(office, message))
    _say(message, f"message {message} is withdrawn", json_=json_)


WHY = {
    "unknown": "there is no message {id}",
    "sent_again": "message {id} has been sent again before: see its newer one",
    "nothing_to_send": "message {id} is {state}: there is nothing to send again",
    "not_waiting": "message {id} is {state}: only what waits can be taken back",
}


def _do(what: Callable[[Office], T]) -> T:
    """One transaction; a refusal is one line."""
    with records() as store, store.open() as office:
        try:
            done = what(office)
        except Refused as no:
            raise click.ClickException(WHY[no.reason].format(**no.facts)) from no
        office.commit()
    return done


def _say(message: int, line: str, *, json_: bool) -> None:
    with records() as store, store.open() as office:
        view = message_view(_found(office.session.get(MessageRow, message), message))
    click.echo(json.dumps(view, ensure_ascii=False, indent=1) if json_ else line)


@messages.command("opt-outs")
@click.option("--json", "json_", is_flag=True, help="Print a JSON array instead of a table.")
def opt_outs(*, json_: bool) -> None:
    """Numbers nobody writes to or rings but for what they ask for."""
    with records() as store, store.open() as office:
        views = [_wish_view(row) for row in office.contact_wishes.opt_outs()]
    show(views, ("number", "opted_out_at", "by"), json_=json_)


@messages.command()
@click.argument("number")
@click.argument("channel", type=click.Choice(["sms", "voice", "none"]))
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
def prefer(number: str, channel: str, *, json_: bool) -> None:
    """Reach NUMBER by CHANNEL from now on: sms, voice, or none for no preference."""
    with records() as store, store.open() as office:
        office.contact_wishes.prefer(number, "" if channel == "none" else channel, utc_now())
        office.commit()
    click.echo(json.dumps({"number": number, "channel": channel}) if json_ else "noted")


def message_view(row: MessageRow, *, whole: bool = False) -> dict[str, Any]:
    """A message as lists show it; with number and text only where one is looked at."""
    names = ("id", "reason", "kind", "channel", "state", "segments", "attempts", "error", "sid")
    moments = ("created_at", "due_at", "expires_at", "sent_at")
    view: dict[str, Any] = {name: getattr(row, name) for name in names}
    view |= {name: _moment(getattr(row, name)) for name in moments}
    if not whole:
        return view | {"number": masked_number(row.to)}
    return view | {"number": row.to, "body": row.body, "spoken": row.spoken, "about": row.about}


def _wish_view(row: ContactWishRow) -> dict[str, Any]:
    return {"number": row.number, "opted_out_at": _moment(row.opted_out_at), "by": row.opted_out_by}


def _moment(at: Any) -> str | None:
    return at.isoformat() if at else None


def _found(row: MessageRow | None, message: int) -> MessageRow:
    if row is None:
        raise click.ClickException(f"there is no message {message}")
    return row


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


with_list(messages)
