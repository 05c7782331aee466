"""Looks into filled records, timed: shared by `hotline bench cases` and `hotline bench search`."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ivr.evaluation.figures import percentile

WANTED_MS = 100
"""Asked for by the issues these were built from."""
REPEATS = 20


def timed(look: Callable[[], int]) -> dict[str, float]:
    """Milliseconds of a look that says how much it found: the first, the median and the 95th of all."""
    spans, found = [], 0
    for _ in range(REPEATS):
        began = time.perf_counter()
        found = look()
        spans.append((time.perf_counter() - began) * 1000)
    return {
        "n": REPEATS,
        "first": round(spans[0], 1),
        "median": round(statistics.median(spans), 1),
        "p95": round(percentile(spans, 0.95), 1),
        "found": found,
    }


def show(told: Mapping[str, Any], *, as_json: bool) -> None:
    """What was measured (`ms`: looks by name), as JSON or as a table with what is wanted."""
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    table = Table("milliseconds", "n", "first", "median", "95th", "found", "wanted", title=told["database"])
    for name, row in told["ms"].items():
        table.add_row(name, *(str(row[c]) for c in ("n", "first", "median", "p95", "found")), str(WANTED_MS))
    Console().print(table)
