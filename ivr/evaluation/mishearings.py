"""What a recogniser makes of sentences said by the voices of the train split, sound by sound."""

from __future__ import annotations

import random
from collections import Counter

from asr_models.confusions import Confusion
from asr_models.phonetics import syllables
from asr_models.recogniser import Expected, Recogniser
from ivr.evaluation.confusing import confused
from ivr.evaluation.ear_corpus import lines
from ivr.evaluation.ear_speakers import Lesson
from ivr.evaluation.line import through

_READINGS = 2


def counts(lesson: Lesson, ears: Recogniser, dice: random.Random) -> Counter[Confusion]:
    """Over the likeliest readings of one lesson, heard over a line drawn by dice. Raises SpeechError."""
    (line,) = lines(dice, 1)
    listener = ears.listen(Expected())
    listener.feed(through(lesson.pcm, line, dice.randrange(1 << 30)))
    found: Counter[Confusion] = Counter()
    for reading in listener.finish().alternatives[:_READINGS]:
        found += confused(lesson.said, syllables(reading.text))
    return found
