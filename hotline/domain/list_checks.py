"""What must hold between the lists of a town: every name known, nobody at two desks, nothing said twice."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from hotline.domain.dispatch import Post, faults
from hotline.domain.lists import Entry, Problem
from hotline.domain.roster_checks import check_exceptions, check_rosters

Lists = Mapping[str, Sequence[Entry]]
"""Every list of the town: those that were just read, and those that stay."""


def problems_between(lists: Lists) -> list[Problem]:
    """Everything that is wrong, or odd, between the lists."""
    checks: tuple[Callable[[Lists], Iterator[Problem]], ...] = (
        _aliases, _market, _desks, _villages, _places, check_rosters, check_exceptions, _idle, _officers,
    )  # fmt: skip
    return [problem for check in checks for problem in check(lists)]


def _aliases(lists: Lists) -> Iterator[Problem]:
    """A caller's word must mean one service."""
    said: dict[str, Entry] = {}
    for entry in lists["services"]:
        words = [("name", entry.get("name")), *(("spoken_aliases", w) for w in entry.get("spoken_aliases") or ())]
        for column, word in words:
            if not word:
                continue
            same = said.setdefault(_folded(word), entry)
            if same is not entry:
                told = f"{word!r} is also said for service {same.get('id')}, line {same.row.origin.line}"
                yield entry.row.problem(column, told, "keep it for one of the two")


def _folded(word: str) -> str:
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


def _market(lists: Lists) -> Iterator[Problem]:
    for entry in lists["market"]:
        if entry.get("calendar") == "lunar" and any(day > 30 for day in entry.get("days") or ()):
            yield entry.row.problem("days", "no lunar month has a 31st", "remove the day")


def _desks(lists: Lists) -> Iterator[Problem]:
    villages = {entry.get("id") for entry in lists["villages"]}
    for entry in lists["desks"]:
        desk, kind, village = entry.get("id"), entry.get("kind"), entry.get("village")
        if kind is None or desk is None or village is None:
            continue
        if kind == "village" and village not in villages:
            near = "one of " + ", ".join(sorted(map(str, villages))[:12])
            yield entry.row.problem("village", f"{village!r} is no village of the list", f"write {near}")
        elif kind != "village" and village:
            yield entry.row.problem("village", f"a {kind} desk is in no village", "leave it empty")
        wanted = f"village:{village}" if kind == "village" else kind
        if desk != wanted and not (kind == "window" and desk.removeprefix("window:").isdigit()):
            numbered = " or window:1, window:2, …" if kind == "window" else ""
            yield entry.row.problem("id", f"{desk!r} is no {kind} desk", f"write {wanted}{numbered}")


def _villages(lists: Lists) -> Iterator[Problem]:
    stations = {entry.get("village") for entry in lists["desks"] if entry.get("kind") == "village"}
    for entry in lists["villages"] if lists["desks"] else ():
        if entry.get("id") and entry.get("id") not in stations:
            told = f"village {entry.get('id')} has no station"
            yield entry.row.problem("id", told, "add its desk, or leave it so", warning=True)
    names: dict[str, Entry] = {}
    for entry in lists["villages"]:
        name = entry.get("name")
        if name and names.setdefault(name, entry) is not entry:
            yield entry.row.problem("name", f"{name!r} is the name of another village too", "tell them apart")


def _places(lists: Lists) -> Iterator[Problem]:
    kinds = {entry.get("kind") for entry in lists["desks"]}
    for entry in lists["services"] if lists["desks"] else ():
        for column, kind, wanted in (
            ("place", "village", entry.get("place") == "village"),
            ("at_home", "home", entry.get("at_home") is True),
        ):
            if wanted and kind not in kinds:
                told = f"nobody serves at a {kind} desk: the list of desks has none"
                yield entry.row.problem(column, told, "add one, or offer the service elsewhere", warning=True)


def _idle(lists: Lists) -> Iterator[Problem]:
    """Desks without anybody, and clerks without a desk: odd, but allowed."""
    staffed: dict[str, set[str]] = defaultdict(set)
    for entry in (*lists["rosters"], *lists["exceptions"]):
        for column in ("clerk", "desk"):
            staffed[column].add(entry.get(column) or "")
    for name, column in (("desks", "desk"), ("clerks", "clerk")):
        for entry in lists[name] if lists["rosters"] else ():
            if entry.get("id") and entry.get("id") not in staffed[column]:
                yield entry.row.problem("id", f"no roster names {entry.get('id')}", "see to it", warning=True)


def _officers(lists: Lists) -> Iterator[Problem]:
    """Every topic in every village is somebody's; where there is no such list cases are given out by hand."""
    rows = [entry for entry in lists["officers"] if {"topic", "village", "unit", "officer"} <= set(entry.values)]
    posts = [
        Post(*(str(row.get(c) or "") for c in ("topic", "village", "unit", "officer", "deputy"))) for row in rows
    ]
    topics, villages = ([str(entry.get("id")) for entry in lists[name]] for name in ("topics", "villages"))
    for fault in faults(posts, topics, villages) if posts else ():
        yield rows[0].row.problem("topic", fault, "add or mend its row")
