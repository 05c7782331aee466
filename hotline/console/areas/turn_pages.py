"""The answers of a call as staff go through them: what was heard, what may be wrong, what it was taken for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.console.languages import term
from hotline.console.parts import parts
from hotline.console.sound import sound_file
from hotline.console.times import to_minute
from hotline.console.unmasking import mask_for
from hotline.domain.catalogue import Town
from hotline.domain.doubtful import Spot, spots
from hotline.domain.transcripts import Piece, differences
from hotline.masking import Mask
from hotline.store.names import names_of
from hotline.store.tables import CallRow, CorrectionRow, StaffRow, TurnRow
from hotline.store.unit_of_work import Office
from hotline.views import village_name

WHOLLY_PERSONAL = frozenset({"name", "callback_number"})
"""Questions whose answers are a name or a number, however they were heard."""


@dataclass(frozen=True)
class TurnLine:
    """One answer of a caller on the page of its call."""

    id: int
    number: int
    question: str
    asked: str
    heard: str
    spots: list[Spot]
    """What stands now, put right or as heard, in pieces; the doubtful ones with what else they may be."""
    corrected: str
    """What staff heard; empty if nobody has put it right."""
    corrected_by: str
    seen: int
    """The id of the correction that counts; 0 if there is none."""
    careful: list[Piece]
    """The second transcript in pieces, with what it reads otherwise; empty if it is the same or not there."""
    others: list[tuple[str, str]]
    confidence: int
    understood: list[tuple[str, str]]
    """What it was taken for: the question and the answer by name."""
    timings: list[tuple[str, int]]
    audio: bool
    hidden: bool
    """Whether names or numbers in it are masked: then it cannot be put right."""
    at: str

    @property
    def as_json(self) -> dict[str, Any]:
        """What the page's script works with."""
        return {
            "id": self.id,
            "seen": self.seen,
            "audio": self.audio,
            "locked": self.hidden or not self.audio,
            "spots": [{"text": s.text, "doubtful": s.doubtful, "choices": s.choices} for s in self.spots],
        }


def mask_of(office: Office, row: CallRow) -> Mask:
    """What hides the names and numbers in the words of a call."""
    return mask_for("call", row.sid, names_of(office, [row.number]).get(row.number, ()))


def turn_lines(office: Office, row: CallRow, town: Town, mask: Mask) -> list[TurnLine]:
    """Every answer of a call."""
    turns = office.records.turns_of(row.sid)
    latest = office.transcripts.latest([turn.id for turn in turns])
    names = staff_names(office, {one.username for one in latest.values()})
    return [_line(turn, town, _Hidden(mask, turn), (latest.get(turn.id), names)) for turn in turns]


def staff_names(office: Office, usernames: set[str]) -> dict[str, str]:
    """What colleagues are called."""
    rows = ((username, office.session.get(StaffRow, username)) for username in usernames if username)
    return {username: row.name if row else username for username, row in rows}


def is_hidden(turn: TurnRow, mask: Mask) -> bool:
    """Whether a viewer with this mask sees less of the answer than was said."""
    return _Hidden(mask, turn).anything


class _Hidden:
    """Masks the words of one answer."""

    def __init__(self, mask: Mask, turn: TurnRow) -> None:
        self._mask = mask
        said = [turn.heard, turn.careful or "", *(text for text, _ in map(_alternative, turn.alternatives))]
        self._wholly = turn.key in WHOLLY_PERSONAL
        self.anything = not mask.lifted and (self._wholly or any(mask.words(text) != text for text in said))

    def text(self, text: str) -> str:
        return str(self._mask.wholly(text)) if self._wholly else self._mask.words(text)

    def words(self, text: str) -> str:
        return self._mask.words(text)

    def answer(self, question: str, value: str) -> str:
        return str(self._mask.wholly(value)) if question in WHOLLY_PERSONAL else self._mask.words(value)


def _line(
    turn: TurnRow, town: Town, hide: _Hidden, put_right: tuple[CorrectionRow | None, Mapping[str, str]]
) -> TurnLine:
    correction, names = put_right
    others = [(hide.text(text), sure) for text, sure in map(_alternative, turn.alternatives[1:])]
    return TurnLine(
        id=turn.id,
        number=turn.turn,
        question=term("question", turn.key),
        asked=hide.words(turn.asked),
        heard=hide.text(turn.heard),
        spots=_spots(turn, correction, hide),
        corrected=hide.text(correction.text) if correction else "",
        corrected_by=names.get(correction.username, "") if correction else "",
        seen=correction.id if correction else 0,
        careful=[] if hide.anything else _careful(turn),
        others=others,
        confidence=round(turn.confidence * 100),
        understood=_understood(turn, town, hide),
        timings=[(term("timing", name), round(ms)) for name, ms in turn.timings_ms.items() if _is_number(ms)],
        audio=sound_file(turn.audio, parts().settings.recordings) is not None,
        hidden=hide.anything,
        at=to_minute(turn.at),
    )


def _spots(turn: TurnRow, correction: CorrectionRow | None, hide: _Hidden) -> list[Spot]:
    if correction is not None or hide.anything:
        return [Spot(hide.text(correction.text if correction else turn.heard))]
    others = [text for text, _ in map(_alternative, turn.alternatives[1:])]
    return spots(turn.heard, turn.careful or "", others, turn.confidence)


def _careful(turn: TurnRow) -> list[Piece]:
    pieces = differences(turn.heard, turn.careful or "")
    return pieces if any(differs for _, differs in pieces) else []


def _alternative(other: Any) -> tuple[str, str]:
    """Text and confidence, however the recogniser's list was written."""
    if isinstance(other, Mapping):
        return str(other.get("text", "")), str(other.get("confidence", ""))
    if isinstance(other, Sequence) and not isinstance(other, str) and other:
        return str(other[0]), str(other[1]) if len(other) > 1 else ""
    return str(other), ""


def _understood(turn: TurnRow, town: Town, hide: _Hidden) -> list[tuple[str, str]]:
    """The answer, what else was said with it, and the rest of what is not empty."""
    sense = turn.understood
    said = {turn.key: sense.get("value"), **(sense.get("slots") or {})}
    rest = {name: value for name, value in sense.items() if name not in {"value", "slots"}}
    told = [
        (term("question", name), hide.answer(name, _named(name, v, town)))
        for name, v in said.items()
        if v or v is False
    ]
    return told + [(term("sense", name), hide.text(_plain(value))) for name, value in rest.items() if value]


def _named(question: str, value: Any, town: Town) -> str:
    """Services, villages, topics and places by their names, all else as it is."""
    if question == "service" and value in town.services:
        return town.services[value].spoken
    if question == "topic" and value in town.topics:
        return town.topics[value].spoken
    if question == "village":
        return village_name(town, str(value))
    return term(question, _plain(value))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
