"""What the second ear learns from: sentences said by the voices of the train split, mixed and shifted into many.

A third are wordings of the train split, a sixth days and hours, the rest figures and words of the language at
random, so that the ear learns sounds and not sentences. Real people's recordings are never used: they are for
measuring.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from asr_models.concealment import concealed
from asr_models.second_ear import Floats, paired
from asr_models.whisper_model import WhisperModel
from hotline.domain.catalogue import rows
from ivr.evaluation.ear_speakers import Lesson, another_throat
from ivr.evaluation.line import Line, through
from ivr.exchange.noises import KINDS
from ivr.understanding import lexicon
from ivr.voice import mulaw
from ivr.voice.pronounce import word_counts

LONGEST = 26
"""Characters: some six seconds."""
_FIGURES = "零幺一二三四五六七八九洞"
_AMOUNTS = "零幺一二两三四五六七八九十洞百千点半"


class Sentences:
    """Texts drawn by dice."""

    def __init__(self, wordings: Sequence[str], words: Path, dice: random.Random) -> None:
        """`words`: a table of kinds (day, part, hour, minute, short) and words. Raises OSError, Refused."""
        self._wordings, self._dice = wordings, dice
        table = rows(words.read_text("utf8"), {"kind", "words"})
        self._of = {row["kind"]: row["words"].split() for _, row in table}
        counts = word_counts()
        self._words = list(counts)
        single, compound = lexicon.lines("surnames.txt")
        self._surnames = [*single, *compound.split()]
        self._known = list(accumulate(1 / (place + 8) for place in range(len(self._surnames))))
        self._given = "".join(lexicon.lines("given_characters.txt"))
        self._spellings = [
            [way for row in lexicon.rows(table) for way in lexicon.words(row["phrases"])]
            for table in ("surname_spellings.tsv", "name_spellings.tsv")
        ]
        # the frequent ones often, the rare ones too
        self._often = list(accumulate(count**0.6 for count in counts.values()))

    def draw(self) -> str:
        text = self._any()
        while not 0 < len(text) <= LONGEST:
            text = self._any()
        return text

    def _any(self) -> str:
        dice = self._dice
        kind = dice.random()
        if kind < 0.27:
            return dice.choice(self._wordings)
        if kind < 0.42:
            return self._time()
        if kind < 0.49:
            return "".join(dice.choice(self._of["short"]) for _ in range(dice.randint(1, 2)))
        if kind < 0.62:
            return self._figures()
        if kind < 0.72:
            return self._name()
        if kind < 0.78:
            return self._spelled()
        return "".join(dice.choices(self._words, cum_weights=self._often, k=dice.randint(1, 5)))

    def _time(self) -> str:
        dice = self._dice
        before = dice.choice(self._of["short"]) if dice.random() < 0.3 else ""
        day = dice.choice(self._of["day"]) if dice.random() < 0.8 else ""
        part = dice.choice(self._of["part"]) if dice.random() < 0.7 else ""
        hour = dice.choice(self._of["hour"]) + "点" if dice.random() < 0.7 else ""
        minute = dice.choice(self._of["minute"]) if hour and dice.random() < 0.7 else ""
        return before + day + part + hour + minute

    def _name(self) -> str:
        """A surname and one or two characters that given names are made of, as people introduce themselves."""
        given = "".join(self._dice.choices(self._given, k=self._dice.choice((1, 2, 2, 2, 2))))
        before = self._dice.choice(("", "", "我叫", "我是", "我姓"))
        return f"{before}{self._dice.choices(self._surnames, cum_weights=self._known)[0]}{given}"

    def _spelled(self) -> str:
        """弓长张，秀气的秀: how a surname and a character are told, one of them or both."""
        told = [self._dice.choice(several) for several in self._spellings]
        return "，".join(self._dice.choice((told, told[:1], told[1:])))

    def _figures(self) -> str:
        dice = self._dice
        first = (dice.choice(_FIGURES if dice.random() < 0.7 else _AMOUNTS) for _ in range(dice.randint(2, 6)))
        more = (dice.choice(_FIGURES) for _ in range(dice.randint(2, 4))) if dice.random() < 0.5 else ()
        return "，".join(filter(None, ("".join(first), "".join(more))))


def hearings(lesson: Lesson, model: WhisperModel, dice: random.Random, number: int) -> Iterator[Floats]:
    """What the encoder makes of a lesson by so many throats and lines, begun at another moment each time."""
    for line in lines(dice, number):
        said = another_throat(lesson.pcm, dice)
        pcm = concealed(through(said, line, dice.randrange(1 << 30)))
        encoded = model.encode(pcm[2 * dice.randrange(mulaw.RATE // 5) :])
        yield paired(encoded.features, encoded.audio_s)


def lines(dice: random.Random, number: int) -> Iterator[Line]:
    """Lines good and bad, each unlike the others."""
    for _ in range(number):
        yield Line(
            "drawn",
            snr_db=dice.uniform(6, 28),
            noise=dice.choice((*KINDS, "white", "white")),
            loss=dice.choice((0, 0, 0.02, 0.04)),
            burst=dice.choice((1, 1, 3)),
            level_db=dice.uniform(-15, 8),
        )
