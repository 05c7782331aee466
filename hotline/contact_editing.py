"""The town's hours for texts and calls changed from the console: `contact.toml` written anew, checked before."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from hotline import town_files
from hotline.contact_rules import FILE, contact_rules_in
from hotline.domain.calling import ContactRules
from hotline.domain.errors import Refused

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
BEFORE = town_files.before(Path(FILE)).name


@dataclass(frozen=True)
class Wish:
    """What somebody wants: stretches for calls, no texts from when to when (as 08:30), attempts by kind."""

    hours: tuple[tuple[str, str], ...]
    quiet: tuple[str, str]
    attempts: Mapping[str, int]


def state_of(folder: Path) -> str:
    """What the file says now, as a digest; another one once somebody has changed it."""
    return town_files.state_of(folder / FILE)


def written(folder: Path, wish: Wish) -> tuple[str, ContactRules]:
    """The file as it would be, and its rules; what the wish does not speak of stays.

    Refused: hours_none, hours_bad, hours_overlap, attempts_bad; broken, where the file that lies there is none.
    """
    if not wish.hours:
        raise Refused("hours_none")
    if not all(CLOCK.fullmatch(at) for stretch in (*wish.hours, wish.quiet) for at in stretch):
        raise Refused("hours_bad")
    path = folder / FILE
    try:
        text = path.read_text("utf8") if path.exists() else ""
        given = tomllib.loads(text) if contact_rules_in(text) else {}
    except (ValueError, TypeError) as wrong:
        raise Refused("broken") from wrong
    calls = given.get("calls", {}) | {"hours": [list(one) for one in wish.hours], "attempts": dict(wish.attempts)}
    new = given | {"calls": calls, "texts": given.get("texts", {}) | {"quiet": list(wish.quiet)}}
    text = "\n".join([f"# {FILE}: written by the console; {BEFORE} is what it was.", *_lines(new)]) + "\n"
    if not all(1 <= n <= 10 for n in wish.attempts.values()):
        raise Refused("attempts_bad")
    try:
        rules = contact_rules_in(text)
    except (ValueError, TypeError) as wrong:
        raise Refused("hours_bad") from wrong
    stretches = sorted(rules.calling.hours, key=lambda one: one.first)
    if any(one.last > other.first for one, other in pairwise(stretches)):
        raise Refused("hours_overlap")
    return text, rules


def put(folder: Path, text: str, seen: str) -> None:
    """Puts it in place, whole or not at all. Refused("overtaken") where it is not what was seen any more."""
    town_files.put(folder / FILE, text, seen)


def _lines(table: Mapping[str, Any], name: str = "") -> Iterator[str]:
    """A table as TOML: numbers, words and lists of them are written as in JSON; tables within follow."""
    plain = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    if name and plain:
        yield f"[{name}]"
    for key, value in plain.items():
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _lines(value, f"{name}.{key}" if name else key)
