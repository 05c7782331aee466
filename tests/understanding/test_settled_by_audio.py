"""What the audio has to say: a score stands in for the recogniser's, favouring what was really said."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ivr.evaluation.questions import question, setting
from ivr.understanding import understand_speech
from ivr.understanding.rescoring import MOST_SENTENCES
from tests.understanding.test_garbled_speech import hearing


class Ears:
    """Scores a sentence by how many of its words were really said; remembers what it was asked."""

    def __init__(self, *said: str) -> None:
        self.said = said
        self.batches: list[Sequence[str]] = []

    def score(self, sentences: Sequence[str]) -> list[float]:
        self.batches.append(sentences)
        return [4.0 * sum(word in sentence for word in self.said) - 6.0 for sentence in sentences]


@pytest.mark.parametrize("said", ["樟树村", "枫树村"])
def test_of_two_villages_that_sound_alike_the_audio_decides(said: str) -> None:
    ears = Ears(said)
    sense = understand_speech(question("village"), hearing("我是双书村的人呢"), ears.score, setting())
    assert sense.value == {"樟树村": "V07", "枫树村": "V09"}[said]


@pytest.mark.parametrize(("said", "meant"), [("对", True), ("不对", False), ("可以", True)])
def test_a_short_answer_written_as_nonsense_is_told_by_the_audio(said: str, meant: bool) -> None:
    def score(sentences: Sequence[str]) -> list[float]:
        return [0.0 if sentence == said else -9.0 for sentence in sentences]

    assert understand_speech(question("confirm"), hearing("舞台"), score, setting()).value is meant


def test_a_short_answer_like_nothing_usual_is_not_understood() -> None:
    def score(sentences: Sequence[str]) -> list[float]:
        return [0.0 if sentence == "舞台" else -20.0 for sentence in sentences]

    assert understand_speech(question("confirm"), hearing("舞台"), score, setting()).unclear


def test_a_level_that_may_be_either_is_asked_about_when_spoken_too() -> None:
    def score(sentences: Sequence[str]) -> list[float]:
        return [0.0 if sentence == "还可以" else -9.0 for sentence in sentences]

    sense = understand_speech(question("rating"), hearing("孩可意"), score, setting())
    assert (sense.value, sense.likely) == (None, ("4", "3"))


def test_something_the_audio_does_not_bear_out_is_dropped() -> None:
    def score(sentences: Sequence[str]) -> list[float]:
        return [0.0 if sentence == "我们经常冲的自来水又停了" else -30.0 for sentence in sentences]

    sense = understand_speech(question("errand"), hearing("我们经常冲的自来水又停了"), score, setting())
    assert "village" not in sense.slots


def test_a_time_that_was_not_offered_is_still_heard() -> None:
    ears = Ears("九点半")
    sense = understand_speech(question("which"), hearing("酒店吧"), ears.score, setting("which"))
    assert sense.value == "*T09:30"


def test_the_missing_day_of_a_time_is_found_among_the_free_ones() -> None:
    ears = Ears("星期五", "晚上七点")
    sense = understand_speech(question("when"), hearing("请求晚上七点吧"), ears.score, setting())
    assert sense.value in ("2026-11-27/evening", "2026-11-27T19:00")


def test_what_is_heard_clearly_is_not_scored() -> None:
    ears = Ears()
    understand_speech(question("village"), hearing("石桥村"), ears.score, setting())
    understand_speech(question("service"), hearing("老年证"), ears.score, setting())
    assert ears.batches == []


def test_a_batch_of_guesses_stays_small() -> None:
    ears = Ears("医保")
    said = "那可文本我就问一下一包怎么交明天晚上吃点半在十巧村"
    understand_speech(question("errand"), hearing(said, said[1:], said[2:]), ears.score, setting())
    assert all(len(batch) <= MOST_SENTENCES for batch in ears.batches)


def test_spoken_danger_that_is_only_like_danger_needs_the_audio() -> None:
    said = "他去房子加了我家"

    def score(sentences: Sequence[str]) -> list[float]:
        return [0.0 if sentence == said else -9.0 for sentence in sentences]

    assert not understand_speech(question("story"), hearing(said), score, setting()).danger


def test_silence_is_not_understood() -> None:
    assert understand_speech(question("errand"), hearing(), None, setting()).unclear
