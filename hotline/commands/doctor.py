"""`hotline doctor`: is everything in order, and if not, how to mend it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import click

from hotline.checkup import Finding, examine
from hotline.config import Settings, SettingsError


@click.command()
@click.option("--json", "json_", is_flag=True, help="Print a JSON array instead of lines.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Where it will listen."
)
def doctor(port: int, *, json_: bool) -> None:
    """Check everything the hotline needs; exit 1 if something is not in order."""
    findings = []
    for finding in _findings(port):
        findings.append(finding)
        if not json_:
            click.echo(_line(finding))
    if json_:
        told = [{"check": f.check, "ok": f.ok, "says": f.says, "mend": f.mend} for f in findings]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    ill = sum(not finding.ok for finding in findings)
    if ill:
        if not json_:
            click.echo(f"{ill} of {len(findings)} need mending", err=True)
        raise SystemExit(1)


def _findings(port: int) -> Iterator[Finding]:
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        for problem in error.problems:
            what, _, mend = problem.partition(": ")
            yield Finding("settings", what, mend or problem)
        return
    yield from examine(settings.served_at(port), port)


def _line(finding: Finding) -> str:
    if finding.ok:
        return f"{click.style('✓', fg='green')} {finding.check}: {finding.says}"
    return f"{click.style('✗', fg='red')} {finding.check}: {finding.says} → {finding.mend}"
