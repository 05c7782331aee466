"""Whoever sits at the command line and works on cases: who they are, the records before them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import click

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.domain.case_life import THE_MACHINE, Actor
from hotline.domain.catalogue import Town
from hotline.domain.dispatch import actor
from hotline.domain.errors import Refused
from hotline.own_texts import in_own_words
from hotline.rules import office_rules
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from hotline.town import current_town
from ivr.casework import Casework

as_user = click.option("--as", "as_", default="", metavar="USER", help="See as this user of the office does.")
by_user = click.option("--as", "as_", required=True, metavar="USER", help="The user of the office who does it.")
WHY = {
    "no_case": "there is no such case, or none this user may know of",
    "not_now": "the case is not in a state for that",
    "not_yours": "this user has no right to that",
    "no_reason": "give a --reason",
    "known": "a case with that reference from there is on record",
    "too_late": "a case can be returned within two working days of its dispatch only",
    "supervisor_names_the_unit": "after three dispatches the supervisor names the unit",
    "accused": "that officer is who the complaint is about",
    "extended": "it has been extended once already",
    "bad_days": "an extension has one to ten working days",
    "paused": "it is waiting for papers: resume it first",
    "not_paused": "it is not waiting for papers",
    "overdue": "its clock has run out already",
    "nobody_responsible": "the list of officers names nobody for it: give a --unit",
    "no_such_unit": "there is no such unit in the list of officers",
    "bad_merge": "it can only join another open case that is as confidential",
    "bad_case": "there is nothing of that kind",
    "moved_meanwhile": "somebody else has just moved it: look again",
}


@dataclass(frozen=True)
class AtDesk:
    office: Office
    work: Casework
    actor: Actor


@contextmanager
def at_desk(username: str) -> Iterator[AtDesk]:
    """Cases within one transaction, and who works on them."""
    with at_records(username) as at:
        works = office_rules(at.town).is_working_day
        yield AtDesk(at.office, Casework(at.town, works, at.office, utc_now()), at.actor)


@dataclass(frozen=True)
class AtRecords:
    office: Office
    town: Town
    actor: Actor
    settings: Settings


@contextmanager
def at_records(username: str) -> Iterator[AtRecords]:
    """The records within one transaction, and who works on them; by default whoever runs the machine."""
    settings = Settings.from_environment(os.environ)
    in_own_words(settings.data_dir)
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
            yield AtRecords(office, town, who, settings)
    finally:
        store.close()


@contextmanager
def refusals_told(why: Mapping[str, str] = WHY) -> Iterator[None]:
    """What the office says no to is one line and exit code 1."""
    try:
        yield
    except Refused as no:
        raise click.ClickException(f"refused ({no.reason}): {why.get(no.reason, no.reason)}") from no
