"""Puts the parts together: the only place that knows which implementation stands behind each contract."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from asr_models.no_ears import NoEars
from asr_models.opening import open_recogniser
from asr_models.recogniser import Recogniser
from asr_models.store import ModelStore
from hotline.clock import Clock, utc_now
from hotline.config import Settings
from hotline.contact_rules import read_contact_rules
from hotline.domain.catalogue import Town
from hotline.domain.town_document import town_of
from hotline.own_texts import in_own_words
from hotline.rules import office_rules
from hotline.store.unit_of_work import Office, Store
from hotline.store.upgrade import upgrade
from hotline.town import document_of, learn_sounds, read_town, with_lessons
from ivr.desk import Desk
from ivr.editions import Edition, Editions
from ivr.front_desk import FrontDesk
from ivr.listening import AudioShelf
from ivr.live.call import LiveParts
from ivr.recorded_words import RecordedWords
from ivr.scripts.book import Scripts
from ivr.scripts.common import Vocabulary
from ivr.scripts.letters import check_letters
from ivr.scripts.wording import fixed_prompts
from ivr.voice.speaker import Speaker

log = logging.getLogger(__name__)

Enqueue = Callable[[tuple[int, ...]], None]
"""Has outbox rows sent, after the commit that wrote them."""


@dataclass(frozen=True)
class Hotline:
    """A service, wired up but not yet listening."""

    settings: Settings
    store: Store
    town: Town
    desk: Desk
    front: FrontDesk
    live: LiveParts
    speaker: Speaker
    enqueue: Enqueue
    pools: tuple[ThreadPoolExecutor, ...] = field(default=())

    def newest_town(self, office: Office) -> Town:
        """The lists that count now, whatever was imported since this process began."""
        return self.desk.newest(office).rules.town

    def close(self) -> None:
        for pool in self.pools:
            pool.shutdown(wait=False, cancel_futures=True)
        self.live.recogniser.close()
        self.store.close()


def open_desk(settings: Settings, town: Town, clock: Clock = utc_now) -> Desk:
    """The desk on a migrated database: all that texts and keys need."""
    check_letters()
    in_own_words(settings.data_dir)
    upgrade(settings.database_url)
    store = Store(settings.database_url)
    editions = Editions(
        _rung(settings, edition_of(0, town)), lambda office, number: _edition(settings, office, number)
    )
    with store.open() as office:
        newest = editions.newest(office)
    return Desk(store, newest.scripts, newest.rules, clock, settings.duty_number, editions)


def edition_of(number: int, town: Town) -> Edition:
    """A version of the town, ready to serve."""
    return Edition(number, Scripts(Vocabulary(town)), office_rules(town))


def _edition(settings: Settings, office: Office, number: int) -> Edition:
    return _rung(settings, edition_of(number, with_lessons(town_of(document_of(office, number)), settings.learnt)))


def _rung(settings: Settings, edition: Edition) -> Edition:
    """The edition with the town's own hours for calls."""
    return replace(edition, rules=replace(edition.rules, calling=read_contact_rules(settings.data_dir).calling))


def build(
    settings: Settings,
    enqueue: Enqueue,
    *,
    recogniser: Recogniser | None = None,
    clock: Clock = utc_now,
    caption: Callable[[str, str], None] = lambda _call, _words: None,
) -> Hotline:
    """A whole service. Raises SpeechError where a model is missing, naming the command that fetches it."""
    models = ModelStore()
    town = read_town(learnt=settings.learnt)
    learn_sounds(settings.confusions)
    desk = open_desk(settings, town, clock)
    ears = recogniser or open_recogniser(settings.asr, models)
    speaker = Speaker(models, recorded_dir=settings.prompts, names=fixed_prompts())
    shelf = AudioShelf(settings.recordings)
    thinking, beside = ThreadPoolExecutor(2, "thinking"), ThreadPoolExecutor(8, "beside")
    words = RecordedWords(settings.api_base_url, (settings.account_sid, settings.auth_token), ears, shelf, clock)
    front = FrontDesk(desk.store, desk, clock, enqueue, words.understood, lambda: not isinstance(ears, NoEars))
    live = LiveParts(desk, ears, speaker, shelf, clock, enqueue, thinking, beside, caption)
    return Hotline(settings, desk.store, desk.rules.town, desk, front, live, speaker, enqueue, (thinking, beside))
