"""What the matrix of every route, role and place tries: one table for the parameters of addresses.

A new page whose address has a parameter needs one line in PARAMETERS; one that has none needs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from tests.console.hall import SECRET, SPARE


@dataclass(frozen=True)
class Samples:
    """Records of a kind: of village V01 (and the window), of V02 (and home visits), and one that is secret."""

    own: str
    other: str = ""
    secret: str = ""


RECORDS: Mapping[str, Samples] = {
    "appointment": Samples("307294", "400001"),
    "call": Samples("CA1", "CA2", "CA3"),
    "turn": Samples("1", "3", "5"),
    "callback": Samples("1", "2"),
    "case": Samples("118822", "400002", SECRET),
    "ledger": Samples("1", "2"),
    "message": Samples("1", "2"),
    "resident": Samples("1", "2"),
    "waiting": Samples("1", "2"),
    "call_out": Samples("1", "2"),
    "survey": Samples("1"),
    "survey_person": Samples("1"),
    "week": Samples("2026-W47"),
    "month": Samples("2026-11"),
    "day": Samples("2026-11-28"),
    "user": Samples(SPARE),
    "list": Samples("services"),
    "version": Samples("0"),
}
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "/admin/lists/<int:number>/restore": {"number": "version"},
    "/admin/lists/<name>": {"name": "list"},
    "/admin/staff/<username>": {"username": "user"},
    "/admin/staff/<username>/lock": {"username": "user"},
    "/admin/staff/<username>/password": {"username": "user"},
    "/calls/<sid>": {"sid": "call"},
    "/turns/<int:turn>/audio": {"turn": "turn"},
    "/turns/<int:turn>/correction": {"turn": "turn"},
}
"""The kind of record each parameter of an address names. Helpers of other areas add their rules here."""
ABSENT_AT_FIRST: frozenset[str] = frozenset({"/me/second.svg"})
"""Addresses of what the town hall of the tests has none of: 404 for who may open them is no finding."""
FORMS: Mapping[str, Mapping[str, str]] = {"/turns/<int:turn>/correction": {"text": "我来办医保"}}
"""What is sent with a form so that it gets as far as asking whose record it is; nothing, where none is named."""
ONE_DESK = {"appointment", "waiting"}
"""Of these a clerk sees those of their own desk; of all else those of the town."""
WORKERS = {"ledger"}
"""Seen by whose work they are: who among the clerks is a matter of the row's owner."""


def routes(app: Flask) -> Iterator[tuple[Rule, str, frozenset[str]]]:
    """Every address of the pages with each method it knows, and the roles it says are allowed."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not rule.endpoint.startswith("console.") or rule.endpoint == "console.static":
            continue
        roles = frozenset(getattr(app.view_functions[rule.endpoint], "roles", frozenset()))
        for method in sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}):
            yield rule, method, roles


def unknown(app: Flask) -> list[str]:
    """Addresses with parameters nobody has given samples for."""
    return sorted(
        {rule.rule for rule, _, _ in routes(app) if set(rule.arguments) - set(PARAMETERS.get(rule.rule, {}))}
    )


def addresses(app: Flask, rule: Rule) -> Mapping[str, str]:
    """The address for a record of one's own village, of another, and a secret one; what there is of these."""
    kinds = PARAMETERS.get(rule.rule, {})
    found = {}
    for which in ("own", "other", "secret"):
        values = {name: getattr(RECORDS[kind], which) or RECORDS[kind].own for name, kind in kinds.items()}
        if which != "own" and not any(getattr(RECORDS[kind], which) for kind in kinds.values()):
            continue
        found[which] = app.url_map.bind("localhost").build(rule.endpoint, values)
    return found


def sees(who: str, rule: str, which: str) -> bool | None:
    """Whether this person of PEOPLE may know of such a record; None where it depends on the row."""
    kinds = set(PARAMETERS.get(rule, {}).values())
    if which == "secret":
        return who == "supervisor"
    if kinds & WORKERS and who in ("window", "station", "visits", "village"):
        return None
    if who in ("village", "station"):
        return which == "own"
    if kinds & ONE_DESK and who in ("window", "visits"):
        return which == ("own" if who == "window" else "other")
    return True
