"""`hotline learn`: what staff's corrections teach, what it would help and hurt, and then to keep it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from asr_models import confusions
from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Town
from hotline.domain.learnt import Lesson, as_text, read_lessons, taught
from hotline.store.tables import AppointmentRow, GrievanceRow, TurnRow
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from hotline.town import current_town
from ivr.evaluation import learning
from ivr.understanding import sounds

MOST_CONFUSIONS = 20


@dataclass(frozen=True)
class Trial:
    """What lessons are tried on: the town, rows, and which of them come right as things are."""

    town: Town
    now: datetime
    rows: Sequence[learning.Row]
    before: Sequence[bool]

    def outcome(self, town: Town) -> dict[str, list[str]]:
        """Rows that are right now and were not, and the other way round."""
        after = learning.right(self.rows, town, self.now)
        changed = [
            (row.name, was)
            for row, was, is_now in zip(self.rows, self.before, after, strict=True)
            if was != is_now
        ]
        return {
            "helps": [name for name, was in changed if not was],
            "hurts": [name for name, was in changed if was],
        }


@click.command()
@click.option(
    "--apply", is_flag=True, help="Keep what hurts nothing; the service takes it up when it starts anew."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def learn(*, apply: bool, as_json: bool) -> None:
    """Propose words and sounds learnt from corrections, and show on which rows they help and hurt."""
    settings = Settings.from_environment(os.environ)
    upgrade(settings.database_url)
    store, now = Store(settings.database_url), utc_now().astimezone(TOWN_TIME)
    with store.open() as office:
        corrected, town = _corrected(office), current_town(office, settings.learnt)
    store.close()
    rows = learning.rows(corrected, town)
    trial = Trial(town, now, rows, learning.right(rows, town, now))
    found = [
        {**asdict(lesson), **trial.outcome(taught(town, [lesson]))}
        for lesson in learning.lessons(corrected, town, now)
    ]
    counts = learning.sounds(corrected)
    by_sound = {"syllables": sum(counts.values()) // 2, **_tried(counts, trial)}
    kept = [Lesson(one["kind"], one["id"], one["phrase"]) for one in found if not one["hurts"]] if apply else []
    if kept:
        old = read_lessons(settings.learnt.read_text("utf8")) if settings.learnt.exists() else []
        _replace(settings.learnt, as_text([*old, *kept]))
    if apply and counts and not by_sound["hurts"]:
        _replace(settings.confusions, confusions.as_text(counts, "Counted by `hotline learn` from corrections."))
    counted = {
        "corrections": len(corrected),
        "rows": len(rows),
        "right_before": sum(trial.before),
        "kept": len(kept),
    }
    _print(
        {**counted, "proposed": found, "sounds": by_sound}, learning.confusions(corrected), town, as_json=as_json
    )


def _tried(counts: Counter[confusions.Confusion], trial: Trial) -> dict[str, list[str]]:
    """What the town's own counts of sounds would change."""
    sounds.learn(counts)
    try:
        return trial.outcome(trial.town)
    finally:
        sounds.learn({})


def _replace(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text, "utf8")
    part.replace(path)


def _corrected(office: Office) -> list[learning.Corrected]:
    """Corrections of answers whose conversation came to a booking or a case."""
    texts = office.transcripts.corrections()
    turns = office.transcripts.turns(texts)
    wanted = _wanted(office, turns)
    return [
        learning.Corrected(turn.id, _heard(turn), texts[turn.id], wanted.get(turn.conversation, {}))
        for turn in turns
    ]


def _heard(turn: TurnRow) -> tuple[str, ...]:
    others = (str(one[0]) for one in turn.alternatives[1:] if one)
    return tuple(text for text in (turn.heard, *others) if text)


def _wanted(office: Office, turns: Sequence[TurnRow]) -> dict[str, dict[str, str]]:
    """What each conversation came to, where it came to one thing only."""
    named = {turn.conversation for turn in turns}
    booked = select(AppointmentRow.conversation, AppointmentRow.service).where(
        AppointmentRow.conversation.in_(named)
    )
    told = select(GrievanceRow.conversation, GrievanceRow.topic).where(GrievanceRow.conversation.in_(named))
    found = [(conversation, "service", value) for conversation, value in office.session.execute(booked)]
    found += [(conversation, "topic", value) for conversation, value in office.session.execute(told)]
    times = Counter(conversation for conversation, _, _ in found)
    return {conversation: {kind: value} for conversation, kind, value in found if times[conversation] == 1}


def _print(figures: dict[str, Any], confusions: Counter[tuple[str, str]], town: Town, *, as_json: bool) -> None:
    often = confusions.most_common(MOST_CONFUSIONS)
    if as_json:
        listed = [{"said": said, "heard": heard, "times": times} for (said, heard), times in often]
        click.echo(json.dumps({**figures, "confusions": listed}, ensure_ascii=False, indent=1))
        return
    console = Console()
    table = Table("words", "for", "helps", "hurts", title=f"{figures['corrections']} corrections")
    for one in figures["proposed"]:
        known = (town.services if one["kind"] == "service" else town.topics)[one["id"]]
        table.add_row(one["phrase"], known.spoken, "\n".join(one["helps"]), "\n".join(one["hurts"]))
    console.print(table)
    for (said, heard), times in often:
        console.print(f"{said} heard as {heard}: {times}")
    by_sound = figures["sounds"]
    console.print(
        f"sounds of {by_sound['syllables']} syllables help {by_sound['helps']}, hurt {by_sound['hurts']}"
    )
    console.print(
        f"tried on {figures['rows']} rows, {figures['right_before']} right before; kept {figures['kept']}"
    )
