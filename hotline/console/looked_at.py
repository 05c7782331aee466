"""What a line of the audit trail says, for people: lines are sealed as they were written, in plain English.

How each is written, and what it says, stands side by side in the words' section `looked`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.words import names, word

NUMBER, ONE_WORD = r"\d+", r"[\w-]+"
SEVERAL = frozenset({"found", "place"})
"""Named like kinds of words, and more than one word."""
BY_PROGRAM = "api: "
"""Before what was asked for by a program, not on a page."""
_PLACE = re.compile(r"\\\{(\w+)\\\}")


def described(what: str) -> str:
    """A line's `what` in the person's language; as it was written where nobody foresaw it."""
    if what.startswith(BY_PROGRAM):
        return _("%(what)s（由程序）", what=described(what.removeprefix(BY_PROGRAM)))
    return _by("looked", what)


def _by(section: str, what: str) -> str:
    for written, form in _forms(section):
        if found := form.fullmatch(what):
            return term(section, written, **_said(found.groupdict()))
    return what


@cache
def _forms(section: str) -> list[tuple[str, re.Pattern[str]]]:
    """How lines are written, those first that leave the least open."""
    written = sorted(names(section), key=lambda one: (-len(_PLACE.sub("", re.escape(one))), one))
    return [(one, re.compile(_PLACE.sub(_open, re.escape(one)), re.DOTALL)) for one in written]


def _open(place: re.Match[str]) -> str:
    name = place[1]
    kind_or_state = names(name) and name not in SEVERAL
    return f"(?P<{name}>{NUMBER if name == 'n' else ONE_WORD if kind_or_state else '.+'})"


def _said(places: Mapping[str, str]) -> dict[str, str]:
    return {name: _value(name, value) for name, value in places.items()}


def _value(name: str, value: str) -> str:
    """Kinds and states by their words; codes, days and names as they are."""
    if name == "lists":
        return _("、").join(term("list", one) for one in value.split(", "))
    if name == "found":
        counts = (one.rpartition(" ") for one in value.split(", "))
        return _("、").join(f"{term('found', kind)} {n}" for kind, _space, n in counts)
    if name == "changes":
        changes = value.replace("added as ", "added, ").split(", ")
        return _("、").join(_by("looked_change", one) for one in changes)
    if name == "place":
        return value
    return term(name, value) if word(name, value) != value else value
