"""Corrections teach words: proposed where they help, shown where they hurt, kept when told to, and then used."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from asr_models import phonetics
from hotline.cli import cli
from hotline.config import KNOWN, Settings
from hotline.domain.appointments import Wanted
from hotline.domain.calendar import Place
from hotline.domain.errors import Refused
from hotline.domain.learnt import Lesson, as_text, read_lessons, taught
from hotline.store.tables import ConversationRow, TurnRow
from hotline.store.unit_of_work import Store
from hotline.town import BrokenList, learn_sounds, read_town
from ivr.dialogue.steps import Ask, Prompt, Slot, Wants
from ivr.evaluation import learning
from ivr.scripts.common import Vocabulary
from ivr.understanding import sounds
from ivr.understanding.answer import Setting
from ivr.understanding.understand import understand_text
from tests.understanding.test_times import NOW as MONDAY

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
TOWN = read_town()
CARD = next(id_ for id_, one in TOWN.services.items() if one.spoken.startswith("老年人优待证"))


def corrected(said: str, heard: str = "", turn: int = 1) -> learning.Corrected:
    return learning.Corrected(turn, (heard,) if heard else (), said, {"service": CARD})


def a_booking(store: Store, name: str, service: str, said: str, heard: str) -> None:
    with store.open() as office:
        office.conversations.add(
            ConversationRow(
                id=name, number="13900000001", script="welcome", version=1, surface="voice", state="done",
                opened_at=NOW, touched_at=NOW,
            )
        )  # fmt: skip
        wanted = Wanted(service, Place.WINDOW, NOW + timedelta(days=len(name)), "王桂花", "V01", "13900000001")
        office.appointments.add(wanted, code=f"30729{len(name)}", seat=0, conversation=name)
        turn = TurnRow(
            conversation=name, call=name, surface="voice", turn=1, key="service", asked="办什么？", heard=heard,
            alternatives=[[heard, 0.5]], confidence=0.5, understood={}, audio="a.wav", timings_ms={}, at=NOW,
        )  # fmt: skip
        office.records.add(turn)
        assert office.transcripts.correct(turn.id, said, "liu") == name
        office.commit()


def learn(folder: Path, *words: str) -> dict[str, Any]:
    clean = dict.fromkeys(KNOWN) | {"HOTLINE_DATA_DIR": str(folder)}
    done = CliRunner().invoke(cli, ["learn", "--json", *words], env=clean)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_words_that_do_not_lead_there_are_proposed_without_what_carries_no_sense() -> None:
    found = learning.lessons([corrected("我想办那个红本本"), corrected("老年证")], TOWN, MONDAY)
    assert found == [Lesson("service", CARD, "红本本")]


def test_a_lesson_is_understood_once_it_is_taught() -> None:
    town = taught(TOWN, [Lesson("service", CARD, "红本本"), Lesson("service", "gone", "没有了的事")])
    for known, value in ((TOWN, None), (town, CARD)):
        ask = Ask(Slot("service", Wants.CHOICE, Vocabulary(known).services), Prompt("service"))
        assert understand_text(ask, "我来办红本本", Setting(MONDAY)).value == value


def test_a_word_that_means_something_else_already_is_seen_to_hurt() -> None:
    rows = learning.rows([], TOWN)
    before = learning.right(rows, TOWN, MONDAY)
    taken = next(row for row, was in zip(rows, before, strict=True) if was and row.wanted != CARD)
    after = learning.right(rows, taught(TOWN, [Lesson("service", CARD, taken.texts[0])]), MONDAY)
    assert any(was and not is_ for was, is_ in zip(before, after, strict=True))


def test_corrections_are_tried_and_kept_only_when_told_to(empty_store: Store, tmp_path: Path) -> None:
    a_booking(empty_store, "c1", CARD, "我要办红本本", "我要半红笨笨")
    a_booking(empty_store, "c22", CARD, "办老年证", "半老年整")
    shown = learn(tmp_path)
    assert (shown["corrections"], shown["kept"]) == (2, 0)
    [lesson] = shown["proposed"]
    assert (lesson["phrase"], lesson["id"], lesson["hurts"]) == ("红本本", CARD, [])
    assert "service: 我要办红本本" in lesson["helps"]
    settings = Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)})
    assert not settings.learnt.exists()
    assert learn(tmp_path, "--apply")["kept"] == 1
    assert "红本本" in read_town(learnt=settings.learnt).services[CARD].aliases
    again = learn(tmp_path, "--apply")
    assert (again["proposed"], again["kept"]) == ([], 0)


def test_what_was_learnt_is_written_and_read_alike() -> None:
    lessons = [Lesson("service", "1", "红本本"), Lesson("topic", "G1", "黑灯瞎火")]
    assert read_lessons(as_text(lessons)) == lessons
    assert "黑灯瞎火" in taught(TOWN, lessons).topics["G1"].examples


@pytest.mark.parametrize("row", ["village\t1\t红本本", "service\t\t红本本", "service\t1"])
def test_a_broken_file_names_its_line(row: str) -> None:
    with pytest.raises(Refused) as wrong:
        read_lessons(f"kind\tid\tphrase\n{row}\n")
    assert wrong.value.facts["line"] == 2


def test_syllables_taken_for_others_are_counted() -> None:
    found = learning.confusions(
        [corrected("石桥村", "席桥村"), corrected("石桥村", "席挑村"), corrected("对", "不对")]
    )
    assert found == {("shi", "xi"): 2, ("qiao", "tiao"): 1}


def test_a_towns_own_counts_of_sounds_are_kept_and_then_compared_by(empty_store: Store, tmp_path: Path) -> None:
    for number in range(1, 5):
        a_booking(empty_store, "c" * number, CARD, "办老年证老年证", "办老恋证老恋证")
    assert learn(tmp_path)["sounds"] == {"syllables": 28, "helps": [], "hurts": []}
    settings = Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path)})
    assert not settings.confusions.exists()
    learn(tmp_path, "--apply")

    before = phonetics.distance("nian", "lian"), phonetics.distance("nei", "lei")
    learn_sounds(settings.confusions)
    try:
        assert phonetics.distance("niang", "liang") <= 0.1
        assert phonetics.distance("pan", "ban") > 0.15, "never counted: as it was"
    finally:
        sounds.learn({})
    assert (phonetics.distance("nian", "lian"), phonetics.distance("nei", "lei")) == before


def test_sounds_often_confused_come_nearer_until_that_is_forgotten() -> None:
    table, before = sounds.TABLE, phonetics.distance("ma", "ba")
    counts = Counter({("initial", "m", "b"): 60, ("initial", "m", "m"): 60, ("initial", "b", "b"): 60})
    sounds.learn(counts)
    try:
        near = phonetics.distance("ma", "ba")
        assert near < before
        assert table.costs[table.number("ma")][table.number("ba")] == round(1000 * near)
    finally:
        sounds.learn({})
    assert phonetics.distance("ma", "ba") == before
    assert table.costs[table.number("ma")][table.number("ba")] == round(1000 * before)


def test_a_broken_table_of_sounds_is_told_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "confusions.tsv"
    broken.write_text("kind\tsaid\theard\ttimes\ninitial\tb\tp\tmany\n", "utf8")
    with pytest.raises(BrokenList, match=r"confusions\.tsv: line 2"):
        learn_sounds(broken)
