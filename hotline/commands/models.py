"""`hotline models`: which models there are, bring them, and read every byte of them again."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from asr_models.store import Progress as Told


@click.group()
def models() -> None:
    """Speech models: kept in the user's cache, outside the checkout, fetched once."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
def list_models(*, as_json: bool) -> None:
    """What each model is for, under which licence, and whether it is on this machine."""
    store = ModelStore()
    rows = [_described(store, name) for name in store.names]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        state = "installed" if row["installed"] else ("needed" if row["needed"] else "-")
        click.echo(f"{row['name']:<14} {state:<10} {row['megabytes'] or '?':>5} MB  {row['description']}")
        click.echo(f"{'':<35} {row['licence']}")


@models.command()
@click.argument("names", nargs=-1)
def fetch(names: tuple[str, ...]) -> None:
    """Bring models; without NAMES those a fresh machine needs. What is there and sound is left alone."""
    store = ModelStore()
    with _raised(), _bars(store) as told:
        for name in names or store.needed:
            path = store.fetch(name, told)
            if not store.entry(name).pinned:
                click.echo(f"{name}: no sha256 is published for it; what came first is trusted", err=True)
            if not sys.stderr.isatty():
                click.echo(f"{name}: {path}", err=True)


@models.command()
@click.argument("names", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="A JSON array.")
def verify(names: tuple[str, ...], *, as_json: bool) -> None:
    """Read every byte of models, by default of all installed ones. Ends with 1 if one is missing or damaged."""
    store = ModelStore()
    with _raised():
        chosen = names or [name for name in store.names if store.installed(name) or name in store.needed]
        found = [{"name": name, "problems": store.verify(name)} for name in chosen]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for row in found:
            problems = "; ".join(row["problems"])
            click.echo(
                f"{row['name']}: {problems}: run `hotline models fetch {row['name']}`"
                if problems
                else f"{row['name']}: sound"
            )
    if any(row["problems"] for row in found):
        sys.exit(1)


def _described(store: ModelStore, name: str) -> dict[str, Any]:
    entry = store.entry(name)
    return {
        "name": name,
        "kind": entry.kind,
        "description": entry.description,
        "licence": entry.licence,
        "megabytes": round(entry.download_bytes / 1e6),
        "needed": name in store.needed,
        "pinned": entry.pinned,
        "installed": store.installed(name),
    }


@contextmanager
def _bars(store: ModelStore) -> Iterator[Told]:
    """A progress bar for each model, on a terminal; elsewhere nothing."""
    columns = (TextColumn("{task.description:<14}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as progress:
        bars: dict[str, Any] = {}

        def told(name: str, arrived: int) -> None:
            if name not in bars:
                bars[name] = progress.add_task(name, total=store.entry(name).download_bytes or None)
            progress.update(bars[name], completed=arrived)

        yield told


@contextmanager
def _raised() -> Iterator[None]:
    try:
        yield
    except SpeechError as error:
        raise click.ClickException(str(error)) from error
