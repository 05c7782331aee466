"""Whoever sits at the command line and works on the callback ledger: who they are, the rows before them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.case_life import THE_MACHINE, Actor
from hotline.domain.dispatch import actor
from hotline.domain.errors import Refused
from hotline.rules import office_rules
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from hotline.town import current_town
from ivr.ledgerwork import Ledgerwork

WHY = {
    "no_row": "there is no such row, or none this user may know of",
    "not_now": "the row is not in a state, or not of a kind, for that",
    "not_yours": "this user has no right to that",
    "no_reason": "give a --reason",
    "no_proof": "attach what shows it first: --proof FILE",
    "no_owner": "name who gets it: --to",
    "no_such_topic": "the town's lists have no such topic",
    "accused": "the row is about that person",
    "extended": "it has been extended once already",
    "bad_days": "the time may be put off to the 6th to 15th working day",
    "still_asking": "the resident is still being asked: only after that it is closed by hand",
    "proof_size": "the file is empty or too large: a picture or PDF of up to 10 MB",
    "proof_form": "that is neither a picture (JPEG, PNG, WebP) nor a whole PDF",
    "proof_acts": "that PDF holds a script, a form or another file: print it to a plain one",
    "confirmed": "somebody has signed it already",
    "moved_meanwhile": "somebody else has just moved it: look again",
}


@dataclass(frozen=True)
class AtLedger:
    office: Office
    work: Ledgerwork
    actor: Actor


@contextmanager
def at_ledger(username: str) -> Iterator[AtLedger]:
    """The records within one transaction, and who works on them; by default whoever runs the machine."""
    settings = Settings.from_environment(os.environ)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    try:
        with store.open() as office:
            town, who = current_town(office), THE_MACHINE
            if username:
                row = office.session.get(StaffRow, username)
                if row is None:
                    raise click.ClickException(f"nobody is called {username}: see `hotline staff add`")
                who = actor(town.officers, row.username, row.role, row.name)
            rules = office_rules(town)
            yield AtLedger(office, Ledgerwork(town, rules.is_working_day, office, utc_now(), settings.proofs), who)
    finally:
        store.close()


@contextmanager
def refusals_told() -> Iterator[None]:
    """What the office says no to is one line and exit code 1."""
    try:
        yield
    except Refused as no:
        raise click.ClickException(f"refused ({no.reason}): {WHY.get(no.reason, no.reason)}") from no
