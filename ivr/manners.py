"""How somebody likes to be spoken to on the telephone, as their wishes say; the console writes them down."""

from __future__ import annotations

from dataclasses import dataclass

from hotline.store.unit_of_work import Office
from ivr.contact import Contact


@dataclass(frozen=True)
class Manners:
    """What holds from the first word of a call."""

    slow: bool = False
    """Slowly, without their having to say so each time."""
    keypad: bool = False
    """By keys, never by live audio."""
    human_first: bool = False
    """Greeted, then put through to a person."""


def manners_of(office: Office, contact: Contact) -> Manners:
    """Of whoever this is; the ordinary ones in texts, and where no number is shown."""
    wishes = office.contact_wishes.of(contact.number) if contact.number and contact.surface != "sms" else None
    return Manners(wishes.slow, wishes.keypad, wishes.human_first) if wishes else Manners()
