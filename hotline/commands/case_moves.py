"""`hotline cases sign CODE --as USER` and the like: a command for every move."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from hotline.commands.case_desk import at_desk, by_user, refusals_told
from hotline.domain.case_moves import MOST_EXTENSION_DAYS
from hotline.domain.grievances import CLASSES, KINDS, URGENCIES, WAYS
from hotline.views import grievance_view
from hotline.words import word

Command = Callable[..., Any]
as_json = click.option("--json", "json_", is_flag=True, help="Print the case as JSON.")
REASON = click.option("--reason", default="", help="Why; the resident reads it where it is told.")
UNIT = click.option("--unit", default="", help="As the list of officers calls it; by default the one responsible.")
INTO = click.option("--into", required=True, metavar="CODE", help="The case that goes on.")
DAYS = click.option("--days", required=True, type=click.IntRange(1, MOST_EXTENSION_DAYS), help="Working days.")


def _choice(name: str, values: tuple[str, ...]) -> Command:
    return click.option(name, default=None, type=click.Choice(values))


_CHANGES = (
    _choice("--kind", KINDS),
    _choice("--case-class", CLASSES),
    _choice("--urgency", URGENCIES),
    _choice("--tell-by", WAYS),
    click.option("--topic", default=None, help="Its id, as G1."),
    click.option("--village", default=None, help="Its id, as V02."),
    click.option("--accused", multiple=True, help="Name or user name of staff it is about."),
)
_MOVES: dict[str, tuple[str, tuple[Command, ...]]] = {
    "dispatch": ("Send it to a unit and its officer.", (UNIT, REASON)),
    "reassign": ("Take it from one unit and give it to another.", (UNIT, REASON)),
    "sign": ("Sign for it: whoever signs owns it.", ()),
    "return": ("Give it back: not this unit's field.", (REASON,)),
    "start": ("Work on it begins.", ()),
    "pause": ("Papers are missing: the clock stands still.", (REASON,)),
    "resume": ("The papers are there.", ()),
    "extend": ("Put the answer off, once.", (DAYS, REASON)),
    "answer": ("What was done, in --reason.", (REASON,)),
    "answer_at_once": ("Answer on the spot, in --reason.", (REASON,)),
    "review": ("The answer is right; the resident is told and asked.", ()),
    "send_back": ("The answer is not good enough.", (REASON,)),
    "call_back": ("The resident says it is solved.", ()),
    "close": ("It is done.", ()),
    "reopen": ("Not solved: take it up again.", (REASON,)),
    "accept_anew": ("Accept again what was answered, refused or handed over.", (REASON,)),
    "archive": ("File it.", ()),
    "urge": ("Put it under supervision.", (REASON,)),
    "merge": ("It tells of the same fact as another case.", (INTO, REASON)),
    "part": ("It was not the same fact after all.", (REASON,)),
    "refuse": ("It cannot be accepted; the resident reads why.", (REASON,)),
    "hand_over": ("Hand it over to 12345.", (REASON,)),
    "classify": ("Put right what was proposed.", (*_CHANGES, REASON)),
}


def _command(move: str) -> click.Command:
    line, options = _MOVES[move]

    def run(code: str, as_: str, *, json_: bool, **given: Any) -> None:
        changes = {name: value for name in _CHANGED if (value := given.pop(name, None))}
        with at_desk(as_) as desk, refusals_told():
            case = desk.work.make(code, move, desk.actor, {**given, "changes": changes})
            desk.office.commit()
            view = {"move": move, **grievance_view(case, desk.work.town)}
        if json_:
            click.echo(json.dumps(view, ensure_ascii=False, indent=1))
            return
        click.echo(f"{case.code}: {word('case_move', move)}, {word('case_status', case.status)}")

    made: Command = run
    for option in (as_json, *reversed(options), by_user, click.argument("code")):
        made = option(made)
    return click.command(move.replace("_", "-"), help=f"{line} ({word('case_move', move)})")(made)


_CHANGED = ("kind", "case_class", "urgency", "tell_by", "topic", "village", "accused")
MOVE_COMMANDS = tuple(_command(move) for move in _MOVES)
