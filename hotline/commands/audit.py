"""`hotline audit`: whether the audit trail is whole."""

from __future__ import annotations

import json

import click

from hotline.commands.lists import as_json, records
from hotline.domain.audit import FIRST, Head
from hotline.store.audit import checked

WHY = {
    "changed": "its content or its order is not what was written",
    "missing": "it is not there",
    "extra": "there are lines that are in no chain",
    "short": "the end is cut off",
    "other": "the end is another than the one noted",
}


@click.group()
def audit() -> None:
    """The audit trail: who looked at what, came in, or changed something."""


@audit.command()
@click.option("--head", default="", metavar="PLACE:SEAL", help="A head noted before, such as a backup's.")
@as_json
def verify(head: str, *, json_: bool) -> None:
    """Follow the chain from its first line to its last. Exit code 1 where it breaks."""
    noted = _head(head) if head else None
    with records() as store, store.open() as office:
        found = checked(office.session, noted)
    if json_:
        told = {"whole": found.whole, "lines": found.lines, "broken": found.broken, "why": found.why,
                "head": f"{found.head.place}:{found.head.seal}"}  # fmt: skip
        click.echo(json.dumps(told))
    elif found.whole:
        click.echo(f"whole: {found.lines} lines. Note the head elsewhere: {found.head.place}:{found.head.seal}")
    else:
        click.echo(f"line {found.broken}: {WHY[found.why]}. Before it {found.lines} lines are good.")
    if not found.whole:
        raise SystemExit(1)


def _head(written: str) -> Head:
    place, _, sealed = written.partition(":")
    if not (place.isascii() and place.isdigit() and len(sealed) == len(FIRST)):
        raise click.BadParameter("PLACE:SEAL, as `hotline audit verify` and backups give it", param_hint="--head")
    return Head(int(place), sealed)
