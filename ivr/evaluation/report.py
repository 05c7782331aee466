"""The figures as people read them: tables in Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ivr.evaluation.slots import Judged

BARS = {
    "clean": {"closed": 0.97, "times": 0.95, "numbers": 0.80},
    "hard": {"closed": 0.90, "times": 0.88, "numbers": 0.60},
}


def written(figures: Mapping[str, Any], failures: Sequence[Judged]) -> str:
    """The report as Markdown."""
    lines = ["# Evaluation", "", f"Split `{figures['split']}`, seed {figures['seed']}, synthetic voices.", ""]
    for name in [key for key in ("clean", "hard") if key in figures]:
        lines += [f"## Line: {name}", "", *_groups(figures[name], BARS.get(name, {})), ""]
    lines += ["## By slot", "", "| line | slot | right | n | 95 % |", "|---|---|---|---|---|"]
    for line, slots in figures["by_slot"].items():
        lines += [_row(line, slot, one) for slot, one in slots.items()]
    lines += ["", "## What went wrong", ""]
    lines += [_failure(one) for one in failures]
    return "\n".join(lines) + "\n"


def _failure(one: Judged) -> str:
    sample = one.told.sample
    return f"- {sample.slot}, {one.told.voice}: {sample.text} → {one.heard} → {dict(one.understood)}"


def _groups(found: Mapping[str, Any], bars: Mapping[str, float]) -> list[str]:
    rows = ["| group | right | n | 95 % | wanted |", "|---|---|---|---|---|"]
    for group, one in found.items():
        if isinstance(one, Mapping) and "accuracy" in one:
            bar = f"{bars[group]:.0%}" if group in bars else ""
            rows.append(f"| {group} | {_percent(one)} | {one['n']} | {_interval(one)} | {bar} |")
    return [*rows, "", f"Wrong values accepted without being said back: {found['accepted_wrong']:.2%}"]


def _row(line: str, slot: str, one: Mapping[str, Any]) -> str:
    return f"| {line} | {slot} | {_percent(one)} | {one['n']} | {_interval(one)} |"


def _percent(one: Mapping[str, Any]) -> str:
    return f"{one['accuracy']:.1%}"


def _interval(one: Mapping[str, Any]) -> str:
    low, high = one["interval"]
    return f"{low:.1%} to {high:.1%}"
