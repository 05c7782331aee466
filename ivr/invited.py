"""Somebody the weekly callback wrote to writes back: yes and no belong to it, anything else to the office."""

from __future__ import annotations

from datetime import timedelta

from hotline.store.unit_of_work import Office, Store
from ivr.contact import Contact
from ivr.scripts.answer_survey import consent_question
from ivr.understanding.answer import Setting
from ivr.understanding.understand import understand_text

ANSWERS_WITHIN = timedelta(days=3)
"""A text is answered when there is time for it; so long the question stays open."""
_KEYS = {"1": "yes", "2": "no"}


def script_for(store: Store, number: str, text: tuple[str, Setting], otherwise: str) -> str:
    """The script a text begins, if it begins one."""
    body, setting = text
    with store.open() as office:
        if not number or office.surveys.texted(number) is None:
            return otherwise
    ask = consent_question({"kind": "visit", "day": "", "done": "", "service": ""})
    sense = understand_text(ask, body, Setting(setting.now, _KEYS, setting.market))
    answers = sense.value is not None or "why" in sense.slots
    return "answer_survey" if answers and not sense.danger else otherwise


def patience(office: Office, contact: Contact, usual: timedelta) -> timedelta:
    """How long a conversation stays open to be gone on with."""
    if contact.surface != "sms" or not contact.number:
        return usual
    person = office.surveys.texted(contact.number)
    return ANSWERS_WITHIN if person is not None and person.conversation else usual
