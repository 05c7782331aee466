"""`hotline call`: a synthetic caller rings the running service and tries to get what its goal says."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click
from rich.console import Console

from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from ivr.exchange.callers.voices import NAMES
from ivr.exchange.goal import GoalError, load
from ivr.exchange.remote_line import NoLine
from ivr.exchange.ringing import Conditions, caller_of, ring
from ivr.exchange.synthetic import unseen
from ivr.exchange.watching import shown, verdict


@click.command()
@click.option("--goal", "goal_file", required=True, type=click.Path(path_type=Path, dir_okay=False), help="YAML.")
@click.option("--voice", default="", type=click.Choice(["", *NAMES, "wav"]), help="Instead of the goal's.")
@click.option("--snr", type=float, help="Speech over noise, in dB; a silent room without it.")
@click.option("--loss", default=0.0, type=click.FloatRange(0, 90), help="Lost frames, in percent.")
@click.option("--drop-after", default=0, type=click.IntRange(0), help="Cut the line after so many answers.")
@click.option("--seed", default=0, help="The same seed rings the same way.")
@click.option("--json", "json_", is_flag=True, help="Print the report as JSON at the end, and nothing else.")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The running service.")
@click.option("--token", default="", envvar="HOTLINE_LINE_TOKEN", help="Line token, from another machine.")
def call(
    goal_file: Path,
    *,
    voice: str,
    snr: float | None,
    loss: float,
    drop_after: int,
    seed: int,
    json_: bool,
    url: str,
    token: str,
) -> None:
    """Let a synthetic caller ring with a goal; exit 1 if the call did not go as the goal expects."""
    try:
        conditions = Conditions(voice, snr, loss, drop_after=drop_after, seed=seed, files=goal_file.parent)
        watch = unseen if json_ else shown(Console(highlight=False, markup=False, soft_wrap=True).print)
        caller = caller_of(load(goal_file), ModelStore(), conditions, watch)
        report = asyncio.run(ring(url, caller, token))
    except (GoalError, NoLine, SpeechError) as problem:
        raise click.ClickException(str(problem)) from problem
    except ConnectionError as gone:
        raise click.ClickException("the exchange is gone") from gone
    click.echo(report.as_json() if json_ else verdict(report))
    sys.exit(0 if report.met else 1)
