"""What a job finds when it starts: the database and the carrier, built once a process from its environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

from hotline.config import Settings, SettingsError
from hotline.contact_rules import read_contact_rules
from hotline.domain.calling import ContactRules
from hotline.store.unit_of_work import Store
from ivr.carriers.base import Carrier
from ivr.carriers.twilio import TwilioCarrier
from tasks.at_once import at_once
from tasks.queues import embedded


@dataclass(frozen=True)
class Workplace:
    store: Store
    carrier: Carrier
    rules: ContactRules


@cache
def workplace() -> Workplace:
    """This process's own. Raises SettingsError."""
    settings = Settings.from_environment(os.environ)
    store = records(settings.database_url)
    own = embedded(settings)
    store.announce = at_once(own.url if own else settings.redis_url)
    return Workplace(store, carrier_of(settings), read_contact_rules(settings.data_dir))


@cache
def records(url: str) -> Store:
    """Of this process, and of those it forks: `rehearsal` has them ready."""
    return Store(url)


def carrier_of(settings: Settings) -> Carrier:
    """The carrier of these settings. Raises SettingsError where the exchange's address is not known."""
    if settings.carrier == "exchange" and not settings.api_base_url:
        raise SettingsError(
            [
                "TWILIO_API_BASE_URL is not set: the built-in exchange lives in `hotline serve`,"
                " which starts a worker of its own; for another one give the address of that service."
            ]
        )
    return TwilioCarrier(
        (settings.account_sid, settings.auth_token),
        number=settings.number,
        public_url=settings.public_url,
        api_base_url=settings.api_base_url,
    )
