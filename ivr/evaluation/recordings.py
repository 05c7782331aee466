"""A folder of real recordings: how many characters are wrong, and whether the right one of a few is chosen.

`manifest.tsv` has a header with `file` and `transcript`; `category`, `slot` and `value` are welcome. Rows with a
slot are understood as the answer to that question; short rows of one category (words, digits) are told apart among
all of that category; the rest are read freely.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from asr_models.phonetics import syllables
from asr_models.recogniser import Expected, Recogniser
from asr_models.whisper_model import simplified
from ivr.evaluation.figures import Share
from ivr.evaluation.questions import question, setting
from ivr.evaluation.slots import flat
from ivr.understanding.expected import expected_for
from ivr.understanding.understand import understand_speech
from ivr.voice import mulaw, wav

CLOSED_UP_TO = 5
"""Characters up to which the rows of a category are a closed set."""


class ManifestError(Exception):
    """A folder that cannot be evaluated; the message names the line."""


@dataclass(frozen=True)
class Clip:
    """One row of the manifest."""

    path: Path
    transcript: str
    category: str
    slot: str
    value: str


def evaluate(folder: Path, ears: Recogniser) -> dict[str, Any]:
    """Figures by category. Raises ManifestError, SpeechError."""
    clips = read(folder)
    found: dict[str, Any] = {}
    for category in dict.fromkeys(clip.category for clip in clips):
        own = [clip for clip in clips if clip.category == category]
        if any(clip.slot for clip in own):
            found[category] = _slots([clip for clip in own if clip.slot], ears)
        elif len(own) > 1 and max(len(simplified(clip.transcript)) for clip in own) <= CLOSED_UP_TO:
            found[category] = _closed(own, ears)
        else:
            found[category] = _free(own, ears)
    return found


def read(folder: Path) -> list[Clip]:
    """The manifest's rows. Raises ManifestError naming the line."""
    path = folder / "manifest.tsv"
    try:
        lines = path.read_text("utf8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"{path}: {error}; a manifest.tsv with file and transcript is needed") from error
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    if missing := {"file", "transcript"} - set(rows.fieldnames or ()):
        raise ManifestError(f"{path}:1: the header lacks {', '.join(sorted(missing))}")
    clips = [_clip(folder, row, f"{path}:{rows.line_num}") for row in rows]
    if not clips:
        raise ManifestError(f"{path}: there are no rows")
    return clips


def _clip(folder: Path, row: Mapping[str, str | None], place: str) -> Clip:
    said = simplified(row["transcript"] or "")
    sound = (folder / (row["file"] or "")).resolve()
    if not said:
        raise ManifestError(f"{place}: the transcript has no Chinese characters")
    if folder.resolve() not in sound.parents or not sound.is_file():
        raise ManifestError(f"{place}: there is no recording {row['file']!r}")
    return Clip(sound, said, row.get("category") or "speech", row.get("slot") or "", row.get("value") or "")


def _pcm(clip: Clip) -> bytes:
    """As a telephone carries it: 8000 Hz, µ-law and back."""
    try:
        sound, rate = wav.read(clip.path)
    except wav.DamagedWav as error:
        raise ManifestError(str(error)) from error
    said = mulaw.to_pcm(mulaw.resample(sound, rate))
    return mulaw.pcm_bytes(mulaw.decode(mulaw.encode(said)))


def _free(clips: Sequence[Clip], ears: Recogniser) -> dict[str, Any]:
    wrong = {"characters": 0, "syllables": 0}
    total = {"characters": 0, "syllables": 0}
    for clip in clips:
        listener = ears.listen(Expected())
        listener.feed(_pcm(clip))
        heard = listener.finish().text
        for unit, wanted, got in (
            ("characters", tuple(clip.transcript), tuple(heard)),
            ("syllables", syllables(clip.transcript), syllables(heard)),
        ):
            wrong[unit] += Levenshtein.distance(wanted, got)
            total[unit] += len(wanted)
    rates = {f"{unit}_wrong": round(wrong[unit] / total[unit], 4) for unit in wrong}
    return {"kind": "free", "n": len(clips), "characters": total["characters"], **rates}


def _closed(clips: Sequence[Clip], ears: Recogniser) -> dict[str, Any]:
    words = list(dict.fromkeys(clip.transcript for clip in clips))
    right = 0
    for clip in clips:
        listener = ears.listen(Expected(tuple(words), closed=True))
        listener.feed(_pcm(clip))
        listener.finish()
        scores = listener.score(words)
        right += words[scores.index(max(scores))] == clip.transcript
    return {"kind": "closed", "choices": len(words), **Share(right, len(clips)).as_json()}


def _slots(clips: Sequence[Clip], ears: Recogniser) -> dict[str, Any]:
    right = 0
    for clip in clips:
        try:
            ask, against = question(clip.slot), setting(clip.slot)
        except KeyError:
            raise ManifestError(f"{clip.path.name}: there is no question {clip.slot!r}") from None
        listener = ears.listen(expected_for(ask, against))
        listener.feed(_pcm(clip))
        sense = understand_speech(ask, listener.finish(), listener.score, against)
        right += str(flat(sense).get("value")) == clip.value
    return {"kind": "slots", **Share(right, len(clips)).as_json()}


def told(figures: Mapping[str, Any]) -> str:
    """The figures as Markdown."""
    rows = ["| category | n | result |", "|---|---|---|"]
    for category, one in figures.items():
        if one["kind"] == "free":
            text = (
                f"{one['characters_wrong']:.1%} characters wrong, {one['syllables_wrong']:.1%} toneless syllables"
            )
        else:
            low, high = one["interval"]
            among = f" among {one['choices']}" if "choices" in one else ""
            text = f"{one['accuracy']:.1%} right{among} (95 %: {low:.1%} to {high:.1%})"
        rows.append(f"| {category} | {one['n']} | {text} |")
    return "\n".join(rows)
