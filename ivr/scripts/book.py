"""Every script the hotline knows, by name and version. Old versions stay while a conversation is on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ivr.dialogue.engine import Plot, ScriptDrift
from ivr.dialogue.steps import Json, Script
from ivr.scripts import answer_survey, hand_over, other_errands, outgoing, recheck, rung_back
from ivr.scripts.common import NEWEST, Vocabulary
from ivr.scripts.welcome import welcome

CURRENT_VERSION = NEWEST


Start = Callable[[Mapping[str, Json]], Script]


class Scripts:
    """The book of scripts of one town."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        self._first: dict[tuple[str, int], Start] = {
            ("welcome", 1): lambda _: welcome(words),
            ("person", 1): lambda given: other_errands.to_person(given["reason"]),
            ("message", 1): lambda given: other_errands.leave_message(given["reason"]),
            ("danger", 1): lambda given: other_errands.in_danger(given["kind"], given["text"], given["recording"]),
            ("stop", 1): lambda _: outgoing.stop_calling(),
            **_of_edition(words, 2),
            **_of_edition(words, 3),
            **_of_edition(words, 4),
        }

    def start(self, name: str, version: int, given: Mapping[str, Json]) -> Script:
        """A fresh run of a script. Raises ScriptDrift if that version is no longer known."""
        script = self._first.get((name, version))
        if script is None:
            raise ScriptDrift(f"no script {name} version {version}")
        return script(given)

    def plot(self, script: str = "welcome", version: int = CURRENT_VERSION) -> Plot:
        return Plot(self, script, version)


def chosen_in(given: Mapping[str, Json]) -> tuple[str, str]:
    """The colleague who takes over, by name and number; nobody where a caller asked for a person."""
    return str(given.get("name", "")), str(given.get("number", ""))


def _of_edition(words: Vocabulary, edition: int) -> dict[tuple[str, int], Start]:
    """The scripts that the second and later editions share, each asking what its edition asks."""
    scripts: dict[str, Start] = {
        "welcome": lambda _: welcome(words, edition),
        "person": lambda given: hand_over.to_person(given["reason"], chosen_in(given)),
        "message": lambda given: hand_over.leave_message(given["reason"]),
        "danger": lambda given: hand_over.in_danger(given["kind"], given["text"], given["recording"]),
        "remind": lambda _: outgoing.remind(words, edition),
        "moved": lambda _: outgoing.moved(words),
        "missed": lambda _: outgoing.missed(words, edition),
        "read": lambda _: outgoing.read(words),
        "offer": lambda _: outgoing.offer(words),
        "solved": lambda _: outgoing.solved(words),
        "rate": lambda _: outgoing.rate(words),
        "recheck": lambda _: recheck.recheck(words),
        "rung_back": lambda _: rung_back.rung_back(words, edition),
        "answer_survey": lambda _: answer_survey.answer_survey(),
        "survey_unheard": lambda _: answer_survey.unheard(),
        "survey_end": answer_survey.end,
        "stop": lambda _: outgoing.stop_calling(),
    }
    return {(name, edition): start for name, start in scripts.items()}
