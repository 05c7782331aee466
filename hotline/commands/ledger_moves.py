"""`hotline ledger confirm ROW --as USER` and the like: a command for every move."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hotline.commands.case_desk import by_user
from hotline.commands.ledger_desk import AtLedger, at_ledger, refusals_told
from hotline.domain.errors import Refused
from hotline.domain.ledger.entries import FIX_AT_MOST_DAYS, FIX_WITHIN_DAYS
from hotline.domain.ledger.proposals import Kind
from hotline.ledger_views import entry_view
from hotline.store.proofs import LARGEST_PROOF
from hotline.words import word

Command = Callable[..., Any]
REASON = click.option(
    "--reason", default="", help="Why, or what came of it; told to the resident where they are told."
)
PROOF = click.option(
    "--proof",
    "proof",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A picture or PDF that shows what was mended; several may be given.",
)
DAYS = click.option(
    "--days",
    required=True,
    type=click.IntRange(FIX_WITHIN_DAYS + 1, FIX_AT_MOST_DAYS),
    help="Until which working day after the answer.",
)
KIND = click.option("--kind", required=True, type=click.Choice([str(kind) for kind in Kind]))
TOPIC = click.option("--topic", default=None, help="Its id, as G15.")
TO = click.option("--to", "owner", required=True, help="User name, or name as in the list of officers.")
_MOVES: dict[str, tuple[str, str, tuple[Command, ...]]] = {
    "confirm": ("confirm", "It is what was proposed.", (TOPIC, REASON)),
    "reclassify": ("confirm", "It is something else than was proposed.", (KIND, TOPIC, REASON)),
    "dismiss": ("dismiss", "It is nothing for the ledger.", (REASON,)),
    "call": ("call", "A person has called the resident; what was said, in --reason.", (REASON,)),
    "rectify": ("rectify", "It is mended; how, in --reason: the resident is asked.", (PROOF, REASON)),
    "extend": ("extend", "More time, once.", (DAYS, REASON)),
    "close": ("close", "Close it by hand: the resident could not be asked.", (REASON,)),
    "reopen": ("reopen", "It is not solved.", (REASON,)),
    "publicise": ("publicise", "Praise that everybody may read.", (REASON,)),
    "keep-private": ("keep_private", "Praise that is not made public.", (REASON,)),
    "study": ("study", "A suggestion is being looked into.", (REASON,)),
    "adopt": ("adopt", "It will be done; what, in --reason: the resident is told.", (REASON,)),
    "decline": ("decline", "It cannot be done; why, in --reason: the resident is told.", (REASON,)),
    "tell": ("tell", "The resident has been told by a person.", (REASON,)),
    "hand-to": ("hand_to", "Give it to somebody else.", (TO, REASON)),
}
"""Command: the move, its line in the help, what it takes."""


def _command(name: str) -> click.Command:
    move, line, options = _MOVES[name]

    def run(row: int, as_: str, *, json_: bool, **given: Any) -> None:
        with at_ledger(as_) as desk, refusals_told():
            for path in given.pop("proof", ()):
                _prove(desk, row, path)
            entry = desk.work.make(row, move, desk.actor, given)
            desk.office.commit()
            view = entry_view(entry, desk.work.town, desk.actor)
        told = f"{row}: {word('ledger_move', move)}, {word('ledger_state', entry.state)}"
        click.echo(json.dumps(view, ensure_ascii=False, indent=1) if json_ else told)

    made: Command = run
    as_json = click.option("--json", "json_", is_flag=True, help="Print the row as JSON.")
    for option in (as_json, *reversed(options), by_user, click.argument("row", type=int)):
        made = option(made)
    return click.command(name, help=f"{line} ({word('ledger_move', move)})")(made)


def _prove(desk: AtLedger, row: int, path: Path) -> None:
    if path.stat().st_size > LARGEST_PROOF:
        raise Refused("proof_size", most=LARGEST_PROOF)
    desk.work.prove(row, desk.actor, path.name, path.read_bytes())


MOVE_COMMANDS = tuple(_command(name) for name in _MOVES)
