"""`hotline residents export` and `hotline residents erase`: one person's data, handed out or taken away."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from hotline.clock import utc_now
from hotline.commands.lists import records
from hotline.config import Settings
from hotline.domain.errors import Refused
from hotline.domain.residents import plain_number
from hotline.person_data import Asked, Kept, erase, export
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Office
from hotline.town import current_town

NUMBER = click.argument("number")
BY = click.option("--as", "as_", required=True, metavar="USER", help="The user of the office who does it.")
REASON = click.option("--reason", required=True, help="Why; it is written down.")


@click.command("export")
@NUMBER
@BY
@REASON
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The ZIP file.")
def export_one(number: str, as_: str, reason: str, out: Path) -> None:
    """Write all data of whoever has NUMBER into a ZIP of JSON and recordings, for them."""
    settings = Settings.from_environment(os.environ)
    with records() as store, store.open() as office:
        _known(office, as_)
        asked = Asked(as_, reason, utc_now())
        try:
            made = export(office, plain_number(number), asked, viewer=None, recordings=settings.recordings)
        except Refused as no:
            raise click.ClickException(_why(no)) from no
        office.commit()
    out.touch(mode=0o600)
    out.write_bytes(made)
    click.echo(f"{len(made)} bytes → {out}")


@click.command("erase")
@NUMBER
@BY
@REASON
@click.option("--yes", is_flag=True, help="Do not ask once more.")
@click.option("--json", "json_", is_flag=True, help="Print what was erased as JSON.")
def erase_one(number: str, as_: str, reason: str, *, yes: bool, json_: bool) -> None:
    """Erase whoever has NUMBER from the records, with their recordings; this cannot be taken back."""
    settings = Settings.from_environment(os.environ)
    with records() as store:
        with store.open() as office:
            _known(office, as_)
            kept = Kept(settings, current_town(office))
        if not yes:
            click.confirm("Erase this person's data for good?", abort=True)
        try:
            gone = erase(store, plain_number(number), Asked(as_, reason, utc_now()), kept)
        except Refused as no:
            raise click.ClickException(_why(no)) from no
    if json_:
        click.echo(json.dumps(vars(gone), ensure_ascii=False, indent=1))
        return
    click.echo(
        f"{sum(gone.counts.values())} rows and {gone.files} recordings; kept rows stand on {gone.pseudonym}"
    )


def _known(office: Office, username: str) -> None:
    if office.session.get(StaffRow, username) is None:
        raise click.ClickException(f"nobody is called {username}: see `hotline staff add`")


def _why(no: Refused) -> str:
    if no.reason == "owed":
        return f"not yet: first finish or call off {no.facts['what']}"
    if no.reason == "no_reason":
        return "give a --reason of at least four characters"
    return "nothing is on record of that number"
