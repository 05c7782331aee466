"""When a caller has begun, paused and finished: on made-up probabilities, time counted in frames."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr_models.end_of_speech import STORY, EndOfSpeech, Happened, Patience, SoFar

FRAME = b"\0" * 320


def frame(number: int) -> bytes:
    return number.to_bytes(2, "little") * 160


class Line:
    """Speaks to an EndOfSpeech and keeps what happened, with the time."""

    def __init__(self, patience: Patience | None = None) -> None:
        self.ending = EndOfSpeech(patience)
        self.events: list[tuple[Happened, Any]] = []
        self.now = 0

    def say(self, chance: float, seconds: float, *, playing: bool = False, so_far: SoFar = SoFar.UNKNOWN) -> Line:
        for _ in range(round(seconds / 0.02)):
            happened = self.ending.hear(frame(self.now), speech=chance, playing=playing, so_far=so_far)
            self.now += 1
            if happened:
                self.events.append((happened, round(self.now * 0.02, 2)))
        return self

    @property
    def happened(self) -> list[Happened]:
        return [event for event, _ in self.events]


def test_an_answer_ends_after_the_silence_it_is_given() -> None:
    line = Line().say(0, 1).say(1, 1).say(0, 3)
    assert line.events == [
        (Happened.STARTED, 1.1),
        (Happened.PAUSED, pytest.approx(2.2, abs=0.05)),
        (Happened.ENDED, pytest.approx(3.25, abs=0.05)),
    ]
    assert line.ending.ended_by == "silence"


def test_an_answer_that_is_understood_ends_soon() -> None:
    line = Line().say(1, 1).say(0, 0.4).say(0, 1, so_far=SoFar.ANSWERED)
    assert line.events[-1] == (Happened.ENDED, pytest.approx(1.45, abs=0.05))
    assert line.ending.ended_by == "quick"


def test_an_answer_understood_late_ends_at_once() -> None:
    line = Line().say(1, 1).say(0, 0.9).say(0, 0.1, so_far=SoFar.ANSWERED)
    assert line.events[-1] == (Happened.ENDED, pytest.approx(1.92, abs=0.03))


def test_a_caller_who_goes_on_is_let_go_on() -> None:
    line = Line().say(1, 1).say(0, 0.6).say(1, 0.5).say(0, 2)
    assert line.happened == [Happened.STARTED, Happened.PAUSED, Happened.RESUMED, Happened.PAUSED, Happened.ENDED]


def test_a_story_is_let_finish() -> None:
    line = Line(STORY).say(1, 1).say(0, 1.9, so_far=SoFar.ANSWERED).say(1, 1).say(0, 2.2, so_far=SoFar.ANSWERED)
    assert line.happened.count(Happened.ENDED) == 1
    assert line.happened[-2:] == [Happened.PAUSED, Happened.ENDED]


def test_a_crackle_in_a_pause_is_not_going_on() -> None:
    line = Line().say(1, 1).say(0, 0.4).say(1, 0.04).say(0, 2)
    assert Happened.RESUMED not in line.happened


def test_silence_is_no_input_counted_from_the_end_of_the_prompt() -> None:
    line = Line().say(0, 5, playing=True).say(0, 6.4)
    assert line.events == []
    line.say(0, 0.2)
    assert line.events == [(Happened.NO_INPUT, 11.5)]
    assert line.ending.utterance() == b""


def test_a_click_is_not_speech() -> None:
    line = Line().say(0, 1).say(1, 0.08).say(0, 5.4)
    assert line.events == []


def test_a_short_yes_is_heard() -> None:
    line = Line().say(0, 1).say(1, 0.2).say(0, 1.5)
    assert line.happened == [Happened.STARTED, Happened.PAUSED, Happened.ENDED]


def test_the_onset_is_kept_from_before_it_was_certain() -> None:
    line = Line().say(0, 2).say(1, 0.5)
    first = int.from_bytes(line.ending.utterance()[:2], "little")
    assert first == 100 - 15
    assert len(line.ending.utterance()) == 320 * (125 - first)


class Prompted:
    """A prompt plays; the caller's side is so loud, and speech with such a chance."""

    def __init__(self, echo: int = 0) -> None:
        self.ending = EndOfSpeech()
        self.happened: list[Happened] = []
        self.hear(0.9 if echo else 0, 1.0, echo)

    def hear(self, chance: float, seconds: float, amplitude: int) -> Prompted:
        sound = (amplitude.to_bytes(2, "little") + (-amplitude).to_bytes(2, "little", signed=True)) * 80
        for _ in range(round(seconds / 0.02)):
            happened = self.ending.hear(sound, speech=chance, playing=True)
            self.happened += [happened] if happened else []
        return self


def test_barge_in_wants_sustained_and_certain_speech() -> None:
    assert Prompted().hear(0.9, 0.16, 3000).hear(0, 1, 0).happened == []
    assert Prompted().hear(0.6, 3, 3000).happened == []
    assert Prompted().hear(0.9, 0.18, 3000).happened == [Happened.STARTED]


def test_barge_in_forgives_a_gap() -> None:
    said = Prompted().hear(0.9, 0.12, 3000).hear(0.1, 0.1, 100).hear(0.9, 0.06, 3000)
    assert said.happened == [Happened.STARTED]


def test_our_own_prompt_coming_back_is_no_barge_in() -> None:
    assert Prompted(echo=800).hear(0.9, 5, 900).happened == []
    assert Prompted(echo=4000).hear(0.9, 0.2, 4000).happened == [Happened.STARTED], "too loud for an echo"
    assert Prompted(echo=800).hear(0.9, 1, 900).hear(0.9, 0.2, 3000).happened == [Happened.STARTED]


def test_somebody_who_never_stops_is_ended() -> None:
    line = Line(Patience(longest_s=5)).say(1, 10)
    assert line.events[-1] == (Happened.ENDED, pytest.approx(5, abs=0.5))
    assert line.ending.ended_by == "longest"
    assert len(line.ending.utterance()) <= 320 * 251


def test_after_the_end_nothing_happens_any_more() -> None:
    line = Line().say(1, 1).say(0, 2)
    events, length = list(line.events), len(line.ending.utterance())
    line.say(1, 3)
    assert (line.events, len(line.ending.utterance())) == (events, length)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.sampled_from(SoFar)), max_size=400))
def test_whatever_is_heard_the_order_of_events_holds(heard: list[tuple[float, bool, SoFar]]) -> None:
    ending = EndOfSpeech(Patience(no_input_s=1, end_s=0.6, longest_s=4))
    events = [
        happened
        for chance, playing, so_far in heard
        if (happened := ending.hear(FRAME, speech=chance, playing=playing, so_far=so_far))
    ]
    follows = {
        None: {Happened.STARTED, Happened.NO_INPUT},
        Happened.STARTED: {Happened.PAUSED, Happened.ENDED},
        Happened.PAUSED: {Happened.RESUMED, Happened.ENDED},
        Happened.RESUMED: {Happened.PAUSED, Happened.ENDED},
    }
    for before, after in zip([None, *events], events, strict=False):
        assert after in follows[before]


@pytest.mark.parametrize(("so_far", "silence"), [(SoFar.UNKNOWN, 1.3), (SoFar.BEGUN, 2.9), (SoFar.ANSWERED, 0.5)])
def test_who_stops_in_the_middle_is_waited_for(so_far: SoFar, silence: float) -> None:
    line = Line().say(1, 1).say(0, 4, so_far=so_far)
    assert line.happened == [Happened.STARTED, Happened.PAUSED, Happened.ENDED]
    assert line.events[-1][1] == pytest.approx(1 + silence, abs=0.08)


def test_who_goes_on_in_time_is_one_answer() -> None:
    line = Line().say(1, 1).say(0, 2.3, so_far=SoFar.BEGUN).say(1, 1, so_far=SoFar.BEGUN)
    assert line.happened == [Happened.STARTED, Happened.PAUSED, Happened.RESUMED]
