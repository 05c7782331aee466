"""A simulated resident: what she wants, in which words, and how she answers and puts right what is read back."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from asr_models.phonetics import fold, syllables
from hotline.domain.catalogue import Town
from ivr.dialogue.turn import Turn
from ivr.evaluation.callers import VOICES
from ivr.evaluation.corpus import CorpusError
from ivr.scripts.wording import label, spoken_times
from ivr.surfaces.sentences import spoken

_KEYS_TOLD = re.compile(r"([^，。：]+)请按(\d)")
KINDS = ("piece", "breath", "grievance")
"""A booking told piece by piece, one told in one sentence, a grievance."""


@dataclass(frozen=True)
class Facts:
    """What should be in the database in the end, and how she calls it."""

    kind: str
    name: str
    village: str
    village_id: str
    matter: str
    matter_id: str
    when: str = ""
    starts_at: str = ""


@dataclass
class Resident:
    """Answers the open question; corrects the first thing that is read back wrongly."""

    facts: Facts
    words: Mapping[str, Sequence[str]]
    voice: str
    town: Town
    asked: Counter[str] = field(default_factory=Counter)
    noticed: str = ""
    """What was wrong with the last read-back, as she puts it right."""
    wrong_part: str = ""
    """Which part of the form that was."""

    def press(self, turn: Turn) -> str:
        """The key she presses where keys are told for what she means; empty where none is, or she is understood.

        Keys are told at the second misunderstanding: most people take them then, having been told.
        """
        told = "".join(sentence.text for sentence in spoken(turn, "voice"))
        meant = self._meant()
        if turn.key == "confirm":
            meant = [label(f"part.{self.wrong_part}")] if self.wrong_part else []
        found = (key for name, key in _KEYS_TOLD.findall(told) if name in meant)
        return next(found, "")

    def _meant(self) -> list[str]:
        """What her facts are called where keys are told for them."""
        facts, town = self.facts, self.town
        named = [facts.village, label("window")]
        if facts.kind == "grievance":
            return [*named, town.topics[facts.matter_id].spoken]
        return [*named, spoken_times([facts.starts_at]), town.services[facts.matter_id].spoken]

    def answer(self, turn: Turn) -> str:
        """What she says; the more often a question comes, the further down her list of wordings."""
        key, told = turn.key, "".join(sentence.text for sentence in spoken(turn, "voice"))
        number = self.asked[key]
        self.asked[key] += 1
        if key == "errand":
            return self._errand(told)
        if key == "confirm":
            return self._confirmed(turn, told)
        if key == "when" and "都可以" in told and self.facts.when:
            return self.facts.when
        known = {
            "service": [self.facts.matter],
            "topic": [self.facts.matter],
            "story": [self.facts.matter],
            "when": [self.facts.when],
        }
        texts = known.get(key) or self.words.get(key) or self.words["agreed"]
        return self._filled(texts[min(number, len(texts) - 1)])

    def _errand(self, told: str) -> str:
        if "别的事" in told:
            return self.words["more"][0]
        kind = {"piece": "errand"}.get(self.facts.kind, self.facts.kind)
        return self._filled(self.words[kind][self.asked["errand"] % len(self.words[kind])])

    def _confirmed(self, turn: Turn, told: str) -> str:
        if turn.ask is not None and turn.ask.prompt.name == "confirm.which":
            return self.noticed or self.words["agreed"][0]
        self.wrong_part, self.noticed = self._other_errand(turn) or self._wrong(told)
        if self.noticed:
            return f"不对，{self.noticed}"
        return self.words["agreed"][self.asked["confirm"] % len(self.words["agreed"])]

    def _other_errand(self, turn: Turn) -> tuple[str, str] | None:
        """The part, and what she says, where something is read back that she did not ring for."""
        filed = turn.ask is not None and turn.ask.prompt.name.startswith("confirm.grievance")
        if filed == (self.facts.kind == "grievance"):
            return None
        part = "report" if filed else "book"
        return part, self.words[f"not_{part}"][0]

    def _wrong(self, told: str) -> tuple[str, str]:
        """The first part that is not in what was read back, and how she puts it right; empty if all are."""
        facts = self.facts
        checks = [("village", facts.village, f"是{facts.village}")]
        if facts.kind == "grievance":
            checks.append(("topic", self.town.topics[facts.matter_id].spoken, f"是{facts.matter}"))
        else:
            checks.append(("when", spoken_times([facts.starts_at]), f"是{facts.when}"))
            checks.append(("service", self.town.services[facts.matter_id].spoken, f"办{facts.matter}"))
            checks.append(("place", label("window"), "到镇里窗口"))
        known = same_sound(facts.name, told) or label("unnamed") in told
        name = ("", "") if known else ("name", f"我叫{facts.name}")
        return next(((part, correction) for part, fact, correction in checks if fact not in told), name)

    def _filled(self, text: str) -> str:
        facts = self.facts
        kinds = {"service": facts.matter, "topic": facts.matter}
        return text.format(name=facts.name, village=facts.village, when=facts.when, **kinds)


def same_sound(name: str, told: str) -> bool:
    """Whether a name is in a sentence by its sound: which characters it is written with cannot be heard."""
    wanted, said = sound_of(name), sound_of(told)
    return any(said[at : at + len(wanted)] == wanted for at in range(len(said)))


def sound_of(text: str) -> list[str]:
    """Its syllables as the town's own people say them."""
    return [fold(one) for one in syllables(text)]


@dataclass(frozen=True)
class Plan:
    """Which calls: so many, drawn by seed from a split of `calls.yaml`."""

    path: Path
    split: str
    calls: int
    seed: int

    def residents(self, town: Town) -> list[Resident]:
        """The kinds in turn, everything else by dice. Raises CorpusError."""
        raw = self._read()
        dice = random.Random(f"{self.seed}{self.split}")  # to be repeated, not to be secret
        voices = VOICES[self.split]
        return [
            Resident(_facts(raw, KINDS[number % len(KINDS)], dice), raw["say"], voices[number % len(voices)], town)
            for number in range(self.calls)
        ]

    def _read(self) -> dict[str, Any]:
        try:
            return dict(yaml.safe_load(self.path.read_text("utf8"))[self.split])
        except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
            raise CorpusError(f"{self.path}: calls of {self.split!r} cannot be read: {error}") from error


def _facts(raw: Mapping[str, Any], kind: str, dice: random.Random) -> Facts:
    matter, matter_id = dice.choice(sorted(raw["topics" if kind == "grievance" else "services"].items()))
    when, starts_at = dice.choice(sorted(raw["times"].items()))
    village, village_id = dice.choice(sorted(raw["villages"].items()))
    booked = (when, starts_at) if kind != "grievance" else ("", "")
    return Facts(kind, dice.choice(raw["names"]), village, village_id, matter, matter_id, *booked)
