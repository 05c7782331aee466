"""A desk on a database of its own, in the demonstration town, at a time the test chooses."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from hotline.domain.calendar import TOWN_TIME, Timetable
from hotline.holidays import is_working_day
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from hotline.town import read_town
from ivr.clerk import OfficeRules
from ivr.contact import Evidence
from ivr.desk import Desk
from ivr.dialogue.turn import Turn
from ivr.front_desk import FrontDesk
from ivr.scripts.book import Scripts
from ivr.scripts.common import Vocabulary
from ivr.understanding.answer import Setting, Understood
from ivr.understanding.understand import understand_text

TOWN = read_town()
WORDS = Vocabulary(TOWN)
WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=TOWN_TIME)


@dataclass
class Watch:
    """A clock the test moves."""

    now: datetime = WEDNESDAY

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


@cache
def migrated() -> Path:
    """An empty database at the newest migration, made once a test run and copied."""
    path = Path(tempfile.mkdtemp()) / "migrated.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@dataclass
class Office:
    """Everything of the town hall but the telephone line."""

    folder: Path
    person: str = ""
    watch: Watch = field(default_factory=Watch)
    spoken: dict[str, str] = field(default_factory=dict)
    """What a recording at an address says: the ears of the keypad surface, by hand."""
    queued: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.url = f"sqlite:///{self.folder / 'town.sqlite'}"
        shutil.copy(migrated(), self.folder / "town.sqlite")
        self.open()

    def open(self) -> None:
        """Starts the office anew on the same database, as after a crash."""
        self.store = Store(self.url)
        self.store.clock = self.watch
        rules = OfficeRules(TOWN, Timetable(), is_working_day)
        self.desk = Desk(self.store, Scripts(WORDS), rules, self.watch, self.person)
        self.front = FrontDesk(
            self.store, self.desk, self.watch, self.queued.extend, self._transcribe, lambda: False
        )

    def _transcribe(self, address: str, turn: Turn, setting: Setting) -> tuple[Understood, Evidence]:
        words = self.spoken.get(address, "")
        sense = understand_text(turn.ask, words, setting) if turn.ask and words else Understood()
        return sense, Evidence(words, audio=address)
