"""The console put together for this service: where it meets the telephone's words and the queues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from flask import Blueprint

from asr_models.store import ModelStore
from hotline.administration import Administration, ModelState
from hotline.bootstrap import Enqueue
from hotline.config import Settings
from hotline.console.application import console
from hotline.console.parts import Parts
from hotline.own_texts import TownLetters
from hotline.records_api import behind
from hotline.store.unit_of_work import Office, Store
from hotline.town import document_of
from hotline.words import word
from ivr.desk import Desk
from ivr.editions import Edition
from ivr.scripts.wording import spoken_prompts
from ivr.taking_over import TakingOver
from ivr.voice.speaker import Speaker
from ivr.voice.studio import PromptStudio
from tasks.workplace import carrier_of


def staff_pages(
    settings: Settings, store: Store, newest: Callable[[Office], Edition], enqueue: Enqueue, *, desk: Desk
) -> Blueprint:
    """The staff's pages over these records, and over the calls under way at this desk."""
    taking = TakingOver(desk, cache(lambda: carrier_of(settings)), enqueue)
    return console(replace(console_parts(settings, store, newest, enqueue), take_over=taking.take))


def console_parts(
    settings: Settings, store: Store, newest: Callable[[Office], Edition], enqueue: Enqueue
) -> Parts:
    """What the pages stand on, where they reach no call."""
    return Parts(
        **vars(behind(settings, store, newest, enqueue)),
        settings=settings,
        studio=PromptStudio(settings.prompts, spoken_prompts(), _script_of, _synthetic),
        administration=Administration(document_of, TownLetters(settings.data_dir), models, settings.asr),
    )


def _script_of(prompt: str) -> str:
    """The talk a prompt belongs to, as the studio lists them."""
    return word("prompt_script", prompt.removeprefix("sms.").partition(".")[0])


@cache
def _synthetic() -> Speaker:
    """The voice as it is without recordings; made when first listened to."""
    return Speaker(ModelStore())


def models() -> list[ModelState]:
    """The speech models of the manifest, and which are here."""
    store = ModelStore()
    return [ModelState(name, store.installed(name), name in store.needed) for name in store.names]
