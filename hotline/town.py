"""The town's own lists, read from files a town replaces with its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from asr_models import confusions
from hotline.domain.case_kinds import read_kinds
from hotline.domain.catalogue import Town, read_market, read_services, read_topics, read_villages
from hotline.domain.dispatch import faults, read_officers
from hotline.domain.errors import Refused
from hotline.domain.learnt import read_lessons, taught
from ivr.understanding import sounds

DATA = Path(__file__).parent / "data"
T = TypeVar("T")


class BrokenList(Exception):
    """One of the town's lists cannot be read; the message names the file and the line."""


def read_town(folder: Path = DATA, learnt: Path | None = None) -> Town:
    """The town's lists with what was learnt; by default the demonstration town. Raises BrokenList."""
    town = Town(
        _read(folder / "service-catalogue.tsv", read_services),
        _read(folder / "villages.tsv", read_villages),
        _read(folder / "grievance-topics.tsv", read_topics),
        _read(folder / "market-days.tsv", read_market),
        _read(folder / "officers.tsv", read_officers),
        _read(folder / "case-kinds.tsv", read_kinds),
    )
    if wrong := faults(town.officers, town.topics, town.villages):
        raise BrokenList(f"officers.tsv: {wrong[0]}" + (f", and {len(wrong) - 1} more" if wrong[1:] else ""))
    if learnt is None or not learnt.exists():
        return town
    return taught(town, _read(learnt, read_lessons))


def learn_sounds(path: Path) -> None:
    """Compares sounds by a town's own counts too, where it has any. Raises BrokenList."""
    if path.exists():
        sounds.learn(_read(path, confusions.read))


def _read(path: Path, reader: Callable[[str], T]) -> T:
    try:
        return reader(path.read_text("utf8"))
    except Refused as wrong:
        raise BrokenList(f"{path.name}, line {wrong.facts.get('line', '?')}: {_why(wrong)}") from wrong
    except (OSError, ValueError) as wrong:
        raise BrokenList(f"{path.name}: {wrong}") from wrong


def _why(wrong: Refused) -> str:
    missing = wrong.facts.get("missing")
    return f"nothing under {', '.join(missing)}" if isinstance(missing, list) else "not what it should hold"
