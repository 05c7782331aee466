"""Journals written by an earlier build still replay: no conversation under way drifts when scripts are touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ivr.dialogue.engine import Plot, ScriptDrift, open_turn
from ivr.dialogue.journal import Entry, Kind
from ivr.dialogue.steps import Do, Json
from ivr.scripts.book import CURRENT_VERSION, Scripts
from tests.conversations.record import RECORDED
from tests.town import WORDS

JOURNALS = sorted(RECORDED.glob("*/*.json"))


def entries(path: Path) -> list[Entry]:
    return [Entry(Kind(e["kind"]), e["key"], e["payload"]) for e in json.loads(path.read_text("utf8"))]


def plot(path: Path) -> Plot:
    return Scripts(WORDS).plot(version=int(path.parent.name))


def nothing_new(do: Do) -> Json:
    raise AssertionError(f"the replay of a whole journal did {do.key}")


@pytest.mark.parametrize("path", JOURNALS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_recorded_conversation_replays_to_its_end(path: Path) -> None:
    assert open_turn(plot(path), entries(path), nothing_new).outcome == "done"


@pytest.mark.parametrize("path", JOURNALS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_a_journal_with_one_question_renamed_is_found_out(path: Path) -> None:
    journal = entries(path)
    at = next(i for i, entry in enumerate(journal) if entry.kind is Kind.ANSWERED)
    journal[at] = Entry(Kind.ANSWERED, "renamed", journal[at].payload)
    with pytest.raises(ScriptDrift):
        open_turn(plot(path), journal, nothing_new)


def test_there_is_a_journal_for_every_golden_dialogue() -> None:
    now = {path.stem for path in JOURNALS if path.parent.name == str(CURRENT_VERSION)}
    assert now == {path.stem for path in RECORDED.parent.glob("*.yaml")}
