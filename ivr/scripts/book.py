"""Every script the hotline knows, by name and version. Old versions stay while a conversation is on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ivr.dialogue.engine import Plot, ScriptDrift
from ivr.dialogue.steps import Json, Script
from ivr.scripts import answer_survey, hand_over, other_errands, outgoing, recheck
from ivr.scripts.common import NEWEST, Vocabulary
from ivr.scripts.welcome import welcome

CURRENT_VERSION = NEWEST


class Scripts:
    """The book of scripts of one town."""

    def __init__(self, words: Vocabulary) -> None:
        self._first: dict[tuple[str, int], Callable[[Mapping[str, Json]], Script]] = {
            ("welcome", 1): lambda _: welcome(words),
            ("person", 1): lambda given: other_errands.to_person(given["reason"]),
            ("message", 1): lambda given: other_errands.leave_message(given["reason"]),
            ("danger", 1): lambda given: other_errands.in_danger(given["kind"], given["text"], given["recording"]),
            ("welcome", 2): lambda _: welcome(words, 2),
            ("person", 2): lambda given: hand_over.to_person(given["reason"]),
            ("message", 2): lambda given: hand_over.leave_message(given["reason"]),
            ("danger", 2): lambda given: hand_over.in_danger(given["kind"], given["text"], given["recording"]),
            ("remind", 2): lambda _: outgoing.remind(words),
            ("moved", 2): lambda _: outgoing.moved(words),
            ("missed", 2): lambda _: outgoing.missed(words),
            ("read", 2): lambda _: outgoing.read(words),
            ("recheck", 2): lambda _: recheck.recheck(words),
            ("answer_survey", 2): lambda _: answer_survey.answer_survey(),
            ("survey_unheard", 2): lambda _: answer_survey.unheard(),
            ("survey_end", 2): answer_survey.end,
            ("stop", 1): lambda _: outgoing.stop_calling(),
            ("stop", 2): lambda _: outgoing.stop_calling(),
        }

    def start(self, name: str, version: int, given: Mapping[str, Json]) -> Script:
        """A fresh run of a script. Raises ScriptDrift if that version is no longer known."""
        script = self._first.get((name, version))
        if script is None:
            raise ScriptDrift(f"no script {name} version {version}")
        return script(given)

    def plot(self, script: str = "welcome", version: int = CURRENT_VERSION) -> Plot:
        return Plot(self, script, version)
