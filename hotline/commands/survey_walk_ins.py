"""`hotline survey walk-ins`: takes in a station's list of whom it served without an appointment."""

from __future__ import annotations

import json
from pathlib import Path

import click

from hotline.clock import utc_now
from hotline.commands.lists import as_json, records
from hotline.domain.calendar import TOWN_TIME
from hotline.intake.walk_ins import WalkIn, read_walk_ins
from hotline.store.unit_of_work import Office
from hotline.town import current_town

LARGEST = 50_000_000


@click.command("walk-ins")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Check it and take nothing in.")
@as_json
def walk_ins(file: Path, *, dry_run: bool, json_: bool) -> None:
    """Take in FILE (CSV): day, number, service, place, clerk. With any error nothing is taken in; a visit that is
    on record already is passed over."""
    if file.stat().st_size > LARGEST:
        raise click.ClickException(f"{file.name} is larger than {LARGEST // 1_000_000} MB: make two lists of it")
    now = utc_now()
    with records() as store, store.open() as office:
        town = current_town(office)
        found, problems = read_walk_ins(file.name, file.read_bytes(), town, now.astimezone(TOWN_TIME).date())
        fresh = [] if problems else _fresh(office, found)
        if fresh and not dry_run:
            office.surveys.add_walk_ins([{**vars(one), "digest": one.digest, "imported_at": now} for one in fresh])
            office.commit()
    told = {
        "rows": len(found),
        "new": len(fresh),
        "known": len(found) - len(fresh),
        "problems": list(map(str, problems)),
    }
    if json_:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif problems:
        click.echo("\n".join(str(one) for one in problems), err=True)
    else:
        click.echo(
            f"{told['new']} new, {told['known']} on record already" + (" (nothing kept)" if dry_run else "")
        )
    if problems:
        raise SystemExit(1)


def _fresh(office: Office, found: list[WalkIn]) -> list[WalkIn]:
    known = office.surveys.known_digests([one.digest for one in found])
    return [one for one in found if one.digest not in known]
