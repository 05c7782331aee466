"""The town's own lists: the version that counts, or the demonstration town where none was imported."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from asr_models import confusions
from hotline.domain.catalogue import Town
from hotline.domain.errors import Refused
from hotline.domain.learnt import read_lessons, taught
from hotline.domain.lists import SHAPES, Document, completed, read_entries
from hotline.domain.town_document import rota_of, town_of
from hotline.domain.weekly_rota import WeeklyRota
from hotline.holidays import official
from hotline.intake.opening import read_shipped
from hotline.store.unit_of_work import Office
from ivr.understanding import sounds

DATA = Path(__file__).parent / "data"
T = TypeVar("T")


class BrokenList(Exception):
    """One of the town's lists cannot be read; the message names the file and the line."""


def read_document(folder: Path = DATA) -> Document:
    """The lists of a folder as one document. Raises BrokenList with everything that is wrong in them."""
    reading = read_shipped(folder)
    problems = list(reading.problems)
    document = {}
    for name, rows in reading.lists.items():
        entries, wrong = read_entries(SHAPES[name], rows)
        problems += wrong
        document[name] = [entry.values for entry in entries]
    if problems:
        raise BrokenList("\n".join(map(str, problems)))
    return completed(document)


def read_town(folder: Path = DATA, learnt: Path | None = None) -> Town:
    """The town's lists with what was learnt; by default the demonstration town. Raises BrokenList."""
    return with_lessons(town_of(read_document(folder)), learnt)


def with_lessons(town: Town, learnt: Path | None) -> Town:
    """The town with what was learnt, where anything was. Raises BrokenList."""
    if learnt is None or not learnt.exists():
        return town
    return taught(town, _read(learnt, read_lessons))


@cache
def demonstration() -> Document:
    """The lists that are shipped: version 0 of every database. Not to be changed by who reads it."""
    return read_document()


@cache
def demonstration_rota() -> WeeklyRota:
    """The rosters of the demonstration town on real days."""
    return rota_of(town_of(demonstration()), official)


def document_of(office: Office, number: int) -> Document:
    """The lists of a version; those that are shipped for 0. Raises KeyError for a version there is not."""
    if number == 0:
        return demonstration()
    found = office.catalogue.document(number)
    if found is None:
        raise KeyError(number)
    return completed(found)


def current_town(office: Office, learnt: Path | None = None) -> Town:
    """The town as its newest version has it. Raises BrokenList for what was learnt."""
    return with_lessons(town_of(document_of(office, office.catalogue.newest())), learnt)


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
