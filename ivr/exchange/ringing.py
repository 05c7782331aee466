"""Sets up synthetic callers: a goal, a voice, a line of some quality; and lets them ring an exchange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.exchange.call_report import CallReport
from ivr.exchange.callers.voices import CallerVoice, Habits
from ivr.exchange.goal import Goal
from ivr.exchange.line import Line
from ivr.exchange.remote_line import plugged_in
from ivr.exchange.synthetic import Manner, Moment, Speech, SyntheticCaller, unseen
from ivr.exchange.wav_voice import VOICE as FROM_FILES
from ivr.exchange.wav_voice import wav_speech
from ivr.voice import mulaw
from ivr.voice.speaker import Models

DEFAULT_VOICE = "elder-f1"


@dataclass(frozen=True)
class Conditions:
    """What a call is like beside its goal; what is empty or zero is as the goal says, or perfect."""

    voice: str = ""
    snr_db: float | None = None
    loss_percent: float = 0.0
    drop_after: int = 0
    seed: int = 0
    files: Path = Path()
    """Where the WAV files of a goal with `voice: wav` lie."""


def caller_of(
    goal: Goal, models: Models, conditions: Conditions, watch: Callable[[Moment], None] = unseen
) -> SyntheticCaller:
    """A caller ready to be plugged in. Raises SpeechError for an unknown voice."""
    name = conditions.voice or goal.voice or DEFAULT_VOICE
    goal = replace(goal, voice=name)
    line = Line(conditions.snr_db, conditions.loss_percent, seed=conditions.seed)
    manner = Manner(seed=conditions.seed, drop_after=conditions.drop_after, room=line.room, watch=watch)
    return SyntheticCaller(goal, _speech(goal, models, conditions.files), manner)


def _speech(goal: Goal, models: Models, files: Path) -> Speech:
    if goal.voice == FROM_FILES:
        return wav_speech(files)
    voice = CallerVoice(goal.voice, models)
    habits = Habits(hesitant=goal.hesitant, local=goal.local)
    return lambda text: mulaw.encode(voice.say(text, goal.speed, habits))


async def ring(url: str, caller: SyntheticCaller, token: str = "") -> CallReport:
    """Prepares the caller, rings the running service at `url`, stays to the end. Raises NoLine, SpeechError."""
    await caller.prepare()
    async with plugged_in(url, caller, token=token):
        return await caller.call()
