"""From what was understood to what goes into the journal: commands, ladder, danger, resume."""

from __future__ import annotations

from ivr.dialogue.journal import Entry, Kind
from ivr.dialogue.steps import Json, Transfer, Wants
from ivr.dialogue.turn import GIVE_UP_AFTER, MORE, Turn
from ivr.understanding.answer import Command, Understood


def entry_for(turn: Turn, sense: Understood, recording: str = "") -> Entry:
    """The one entry that an utterance adds to the journal of a conversation whose open turn is `turn`.

    Danger comes before everything, a person before any question, and a third misunderstanding before a fourth.
    """
    key = turn.key
    if turn.transfer is not None:
        return Entry(Kind.ANSWERED, key, {"value": sense.value})
    if sense.danger:
        given = {"kind": sense.danger, "text": sense.text, "recording": recording}
        return Entry(Kind.DIVERTED, key, {"script": "danger", "given": given})
    if sense.command is not None:
        return _commanded(turn, sense, recording)
    if sense.value == MORE:
        return Entry(Kind.TURNED, key, {"more": True})
    if sense.unclear:
        return _missed(turn, sense, recording)
    if key == "resume":
        return Entry(Kind.RESUMED, key, {"go_on": bool(sense.value)})
    return Entry(Kind.ANSWERED, key, _answer(sense, recording))


def _answer(sense: Understood, recording: str) -> dict[str, Json]:
    return {
        "value": sense.value,
        "slots": dict(sense.slots),
        "denied": sense.denied,
        "text": sense.text,
        "recording": recording,
    }


def _commanded(turn: Turn, sense: Understood, recording: str) -> Entry:
    key = turn.key
    match sense.command:
        case Command.REPEAT:
            return Entry(Kind.TURNED, key, {"repeat": True})
        case Command.SLOWER:
            return Entry(Kind.TURNED, key, {"slower": True})
        case Command.PERSON:
            return diverted(key, "person", {"reason": "asked"})
        case Command.NO_MORE_CALLS:
            return diverted(key, "stop", {})
        case Command.CALL_OFF if key == "resume":
            return Entry(Kind.RESUMED, key, {"go_on": False})
        case Command.CALL_OFF:
            return Entry(Kind.CALLED_OFF, key)
        case Command.WRONG if key == "confirm":
            return Entry(Kind.ANSWERED, key, _answer(sense, recording) | {"value": False, "denied": True})
        case Command.WRONG if key == "resume":
            return Entry(Kind.RESUMED, key, {"go_on": False})
        case _:
            return Entry(Kind.BACK, key)


def _missed(turn: Turn, sense: Understood, recording: str) -> Entry:
    if turn.diverted == "message" or turn.key == "message":  # the last resort: whatever came, a person rings back
        return Entry(Kind.ANSWERED, turn.key, _answer(sense, recording) | {"value": ""})
    if turn.misses and recording and turn.ask is not None and turn.ask.slot.wants is Wants.NAME:
        return Entry(Kind.ANSWERED, turn.key, _answer(sense, recording))  # the recording stands for the name
    if turn.misses and sense.likely and _rates(turn):
        return Entry(Kind.ANSWERED, turn.key, _answer(sense, recording))  # “还可以” twice: it is no level
    if turn.misses + 1 >= GIVE_UP_AFTER:
        return _given_up(turn, sense, recording)
    payload = {"likely": list(sense.likely), "text": sense.text, "recording": recording}
    return Entry(Kind.MISSED, turn.key, payload)


def _rates(turn: Turn) -> bool:
    return turn.ask is not None and turn.ask.slot.wants is Wants.RATING


def _given_up(turn: Turn, sense: Understood, recording: str) -> Entry:
    """Another script takes over, with what was to be heard."""
    script = turn.ask.unheard if turn.ask else "message"
    given = {"reason": "not_understood"}
    if script != "message":
        given |= {"key": turn.key, "text": sense.text, "recording": recording}
    return diverted(turn.key, script, given)


def diverted(key: str, script: str, given: dict[str, Json]) -> Entry:
    return Entry(Kind.DIVERTED, key, {"script": script, "given": given})


def unreachable(transfer: Transfer) -> Entry:
    """Nobody took the call, or the medium cannot connect one."""
    return Entry(Kind.ANSWERED, transfer.key, {"value": "unavailable"})
