"""Whoever sits at the command line and works on the callback ledger: who they are, the rows before them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from hotline.clock import utc_now
from hotline.commands import case_desk
from hotline.domain.case_life import Actor
from hotline.rules import office_rules
from hotline.store.unit_of_work import Office
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
    """The ledger within one transaction, and who works on it."""
    with case_desk.at_records(username) as at:
        works = office_rules(at.town).is_working_day
        yield AtLedger(at.office, Ledgerwork(at.town, works, at.office, utc_now(), at.settings.proofs), at.actor)


def refusals_told() -> AbstractContextManager[None]:
    """What the office says no to is one line and exit code 1."""
    return case_desk.refusals_told(WHY)
