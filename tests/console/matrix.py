"""What the matrix of every route, role and place tries: one table for the parameters of addresses.

A new page whose address has a parameter needs one line in PARAMETERS; one that has none needs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from tests.console.hall import MONTH, PROOF, SECRET, SPARE


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
    "callback": Samples("1", "2", "3"),
    "case": Samples("118822", "400002", SECRET),
    "ledger": Samples("1", "2"),
    "message": Samples("1", "2"),
    "resident": Samples("1", "2"),
    "waiting": Samples("1", "2"),
    "call_out": Samples("1", "2"),
    "survey": Samples("1"),
    "survey_person": Samples("1"),
    "note": Samples("1", "2"),
    "feed": Samples("1", "2"),
    "proof": Samples(PROOF),
    "reply": Samples("1"),
    "month": Samples(MONTH),
    "paper": Samples("bulletin"),
    "csv": Samples("ledger"),
    "sentence": Samples("errand"),
    "callback_move": Samples("take"),
    "recording": Samples("story"),
    "user": Samples(SPARE),
    "list": Samples("services"),
    "version": Samples("0"),
    "text": Samples("sms.booked"),
}
PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "/admin/lists/<int:number>/restore": {"number": "version"},
    "/admin/lists/<name>": {"name": "list"},
    "/admin/texts/<name>": {"name": "text"},
    "/admin/staff/<username>": {"username": "user"},
    "/admin/staff/<username>/lock": {"username": "user"},
    "/admin/staff/<username>/password": {"username": "user"},
    "/appointments/<code>": {"code": "appointment"},
    "/appointments/<code>/drag": {"code": "appointment"},
    "/appointments/<code>/moves": {"code": "appointment"},
    "/appointments/feed/<int:id>/end": {"id": "feed"},
    "/callbacks/<int:task>": {"task": "callback"},
    "/callbacks/<int:task>/<move>": {"task": "callback", "move": "callback_move"},
    "/calls/<sid>": {"sid": "call"},
    "/calls/<sid>/appointments": {"sid": "call"},
    "/calls/<sid>/appointments/<code>/cancel": {"sid": "call", "code": "appointment"},
    "/calls/<sid>/appointments/<code>/move": {"sid": "call", "code": "appointment"},
    "/calls/<sid>/cases": {"sid": "call"},
    "/calls/<sid>/cases/<code>/classify": {"sid": "call", "code": "case"},
    "/calls/<sid>/corrections": {"sid": "call"},
    "/calls/<sid>/reviewed": {"sid": "call"},
    "/calls/<sid>/times": {"sid": "call"},
    "/cases/<code>": {"code": "case"},
    "/cases/<code>/audio/<which>": {"code": "case", "which": "recording"},
    "/cases/<code>/moves": {"code": "case"},
    "/cases/<code>/repeats": {"code": "case"},
    "/cases/replies/<int:template>": {"template": "reply"},
    "/ledger/<int:row>": {"row": "ledger"},
    "/ledger/<int:row>/audio": {"row": "ledger"},
    "/ledger/<int:row>/moves": {"row": "ledger"},
    "/ledger/<int:row>/proofs": {"row": "ledger"},
    "/ledger/<int:row>/proofs/<digest>": {"row": "ledger", "digest": "proof"},
    "/live/<sid>/note": {"sid": "call"},
    "/live/<sid>/take": {"sid": "call"},
    "/notes/<int:number>/done": {"number": "note"},
    "/reports/papers/<kind>/<period>": {"kind": "paper", "period": "month"},
    "/reports/papers/<kind>/<period>/page": {"kind": "paper", "period": "month"},
    "/reports/papers/<kind>/<period>/signature": {"kind": "paper", "period": "month"},
    "/reports/papers/<kind>/<period>/word": {"kind": "paper", "period": "month"},
    "/reports/tables/<period>.xlsx": {"period": "month"},
    "/reports/tables/<period>/<name>.csv": {"period": "month", "name": "csv"},
    "/residents/<int:id>": {"id": "resident"},
    "/residents/<int:id>/erase": {"id": "resident"},
    "/residents/<int:id>/export": {"id": "resident"},
    "/residents/<int:id>/wishes": {"id": "resident"},
    "/studio/<name>": {"name": "sentence"},
    "/studio/<name>/recordings": {"name": "sentence"},
    "/studio/<name>/sound/<int:version>": {"name": "sentence", "version": "version"},
    "/studio/<name>/use": {"name": "sentence"},
    "/survey-people/<int:who>": {"who": "survey_person"},
    "/survey-people/<int:who>/told": {"who": "survey_person"},
    "/surveys/<int:survey>": {"survey": "survey"},
    "/surveys/<int:survey>/draw": {"survey": "survey"},
    "/surveys/<int:survey>/moves": {"survey": "survey"},
    "/surveys/<int:survey>/people": {"survey": "survey"},
    "/turns/<int:turn>/audio": {"turn": "turn"},
}
"""The kind of record each parameter of an address names."""
ASKING: Mapping[str, str] = {
    "/appointments/events": "?start=2026-11-23T00:00:00%2B08:00&end=2026-11-30T00:00:00%2B08:00&by=window",
    "/calls/<sid>/times": "?service=1&place=window&village=V01",
}
"""What is asked for behind the question mark where a page must be told."""
ABSENT_AT_FIRST: frozenset[str] = frozenset({"/me/second.svg"})
"""Addresses of what the town hall of the tests has none of: 404 for who may open them is no finding."""
FORMS: Mapping[str, Mapping[str, str]] = {"/turns/<int:turn>/correction": {"text": "我来办医保"}}
"""What is sent with a form so that it gets as far as asking whose record it is; nothing, where none is named."""
FRAMED = {"/reports/board/page", "/reports/papers/<kind>/<period>/page"}
"""Papers as they are printed: shown in a frame of a page of ours, of nobody else's."""
TELLERS = {"/cases/<code>/audio/<which>", "/ledger/<int:row>/audio"}
"""The voice of who told it: never for who does not work on it."""
ONE_DESK = {"appointment", "waiting"}
"""Of these a clerk sees those of their own desk; of all else those of the town."""
ONES_OWN = {"note", "feed"}
"""Nobody but who made them: the first is of the window, the second of somebody who never logs in."""
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
        found[which] = app.url_map.bind("localhost").build(rule.endpoint, values) + ASKING.get(rule.rule, "")
    return found


def sees(who: str, rule: str, which: str) -> bool | None:
    """Whether this person of PEOPLE may know of such a record; None where it depends on the row."""
    kinds = set(PARAMETERS.get(rule, {}).values())
    if kinds & ONES_OWN:
        return who == "window" and which == "own"
    if rule in TELLERS and who in ("administrator", "auditor"):
        return False
    if which == "secret":
        return who == "supervisor"
    if kinds & WORKERS and who in ("window", "station", "visits", "village"):
        return None
    if who in ("village", "station"):
        return which == "own"
    if kinds & ONE_DESK and who in ("window", "visits"):
        return which == ("own" if who == "window" else "other")
    return True
