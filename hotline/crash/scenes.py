"""The conversations of the crash test, read from a file, and the residents who are given a part in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import yaml

from hotline.clock import utc_now
from hotline.domain.calendar import TOWN_TIME, Timetable, bookable
from hotline.town import DATA, read_town
from ivr.scripts.wording import spoken_times

CONVERSATIONS = DATA / "crash" / "conversations.yaml"
FIRST_NUMBER = 13707370000
CONTESTED = 3
"""Times at a station with one seat that many residents want."""

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Scene:
    """One kind of conversation."""

    title: str
    ways: tuple[str, ...]
    """sms, keypad; the second from the first broken call on."""
    share: int
    answers: Mapping[str, Answer]
    wants: Mapping[str, int]
    leaves_at: str = ""


@dataclass(frozen=True)
class Cause:
    """Why the office rings somebody, and what they do."""

    title: str
    because: str
    """reminder, missed, moved or offer."""
    share: int
    """Of a hundred conversations; at least one."""
    hears: tuple[str, ...]
    """Prompts of which one must have been heard."""
    press: str = ""
    """The end of a label in the menu; empty: hangs up once it has been heard."""


@dataclass(frozen=True)
class Play:
    """The whole file."""

    questions: Mapping[str, Sequence[str]]
    over: Sequence[str]
    sorry: Sequence[str]
    telling: Mapping[str, Sequence[str]]
    words: Mapping[str, Sequence[str]]
    scenes: tuple[Scene, ...]
    rung: tuple[Cause, ...] = ()


@dataclass(frozen=True)
class Part:
    """One resident in one scene, with the words that fill it."""

    number: str
    """As the office keeps it."""
    scene: Scene
    words: Mapping[str, str]
    seed: int

    def say(self, question: str, times: int) -> str:
        """What is said at the so-manieth different asking of a question; empty where the scene has nothing."""
        wanted = self.scene.answers.get(question, {}).get("say", "")
        said = wanted if isinstance(wanted, str) else wanted[min(times, len(wanted) - 1)]
        return str(said).format(**self.words)

    def press(self, question: str) -> str:
        """The end of the label to be chosen, or any."""
        return str(self.scene.answers.get(question, {}).get("press", "any"))


def read_play(path: Path = CONVERSATIONS) -> Play:
    """Raises KeyError or TypeError where the file is not as its head says."""
    told = yaml.safe_load(path.read_text("utf8"))
    scenes = tuple(
        Scene(
            row["title"],
            tuple(row["ways"].split("->")),
            row["share"],
            told["usual"] | {key: told["usual"].get(key, {}) | own for key, own in row["answers"].items()},
            row["wants"],
            row.get("leaves_at", ""),
        )
        for row in told["scenes"]
    )
    rung = tuple(Cause(**row | {"hears": tuple(row["hears"])}) for row in told["rung"])
    words = (told["questions"], told["over"], told["sorry"], told["telling"], told["towns_words"])
    return Play(*words, scenes, rung)


def cast(play: Play, conversations: int, seed: int, now: datetime | None = None) -> list[Part]:
    """So many parts, the scenes by their shares, every word drawn with the seed."""
    dice = Random(seed)
    town = read_town()
    villages = [village.name for village in town.villages.values()]
    times = [at for at in bookable(now or utc_now(), Timetable()) if at.minute == 0]
    contested = [_said(at) for at in times[20 : 20 + CONTESTED]]
    deck = [scene for scene in play.scenes for _ in range(scene.share)]
    chosen = [deck[n % len(deck)] for n in range(conversations)]
    dice.shuffle(chosen)
    parts = []
    for n, scene in enumerate(chosen):
        words = {kind: dice.choice(list(given)) for kind, given in play.words.items()}
        words |= {"village": dice.choice(villages), "group": dice.choice("一二三四五六") + "组"}
        words |= {"when": _said(dice.choice(times)), "contested": dice.choice(contested)}
        parts.append(Part(str(FIRST_NUMBER + n), scene, words, dice.randrange(1 << 30)))
    return parts


def _said(at: datetime) -> str:
    return spoken_times([at.astimezone(TOWN_TIME).replace(tzinfo=None).isoformat()])
