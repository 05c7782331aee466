"""A crash test under way: how far it is, and an end that leaves no process behind."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import Progress

from hotline.crash.machine import NotRecovered

TOLD_EVERY = 20
"""Conversations or calls, where no bar can be drawn: a run takes a quarter of an hour."""

Outcome = TypeVar("Outcome")
Advance = Callable[[int, int], None]
"""Told how many are over, and how many kills were made."""


def followed(
    console: Console, name: str, total: int, trial: Callable[[Advance], Coroutine[Any, Any, Outcome]]
) -> Outcome:
    """Runs a trial of so many; a bar shows how far it is, or a line now and then. Raises ClickException, Abort."""
    with Progress(console=console, transient=True) as bar:
        task, said = bar.add_task(name, total=total), [0]

        def told(over: int, kills: int) -> None:
            bar.update(task, completed=over, description=f"{name}, {kills} kills")
            if not console.is_terminal and over // TOLD_EVERY > said[0]:
                said[0] = over // TOLD_EVERY
                console.print(f"{name}: {over} of {total}, {kills} kills")

        try:
            return asyncio.run(_stoppable(trial(told)))
        except NotRecovered as error:
            raise click.ClickException(f"the service did not come up again:\n{error}") from error


async def _stoppable(trial: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Told to stop (SIGTERM), it puts away what it started, as with Ctrl-C."""
    running = asyncio.ensure_future(trial)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
    try:
        return await running
    except asyncio.CancelledError as stopped:
        raise click.Abort from stopped
