"""Recordings are removed when their time is over, on either database; what a decision rests on is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from hotline.config import Settings, SettingsError
from hotline.domain.grievances import Told
from hotline.store.tables import SurveyAnswerRow, Table, TurnRow
from hotline.store.unit_of_work import Store
from tasks import retention
from tasks.retention import AT_ONCE, forget_recordings
from tests.tasks.spoken import answered, talked

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=90)
LONG_AGO, OF_LATE = BEFORE - timedelta(days=1), BEFORE + timedelta(days=1)


@pytest.fixture
def store(either_store: Store) -> Store:
    talked(either_store, LONG_AGO)
    return either_store


def said(store: Store, folder: Path, audio: str, at: datetime) -> None:
    """An answer with its recording."""
    if audio:
        (folder / audio).parent.mkdir(parents=True, exist_ok=True)
        (folder / audio).write_bytes(b"RIFF")
    answered(store, audio, at, "水停了")


def kept(store: Store) -> list[str]:
    with store.open() as office:
        return sorted(filter(None, office.session.scalars(select(TurnRow.audio))))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.wav"))


def test_what_is_old_goes_with_its_file_and_its_words_stay(store: Store, tmp_path: Path) -> None:
    said(store, tmp_path, "2026/08/old.wav", LONG_AGO)
    said(store, tmp_path, "2026/08/new.wav", OF_LATE)
    said(store, tmp_path, "", LONG_AGO)
    assert forget_recordings(store, tmp_path, BEFORE) == 1
    assert (kept(store), files(tmp_path)) == (["2026/08/new.wav"], ["new.wav"])
    with store.open() as office:
        assert set(office.session.scalars(select(TurnRow.heard))) == {"水停了"}
    assert forget_recordings(store, tmp_path, BEFORE) == 0


def test_what_a_case_or_a_name_rests_on_is_kept(store: Store, tmp_path: Path) -> None:
    for name in ("story.wav", "name.wav", "nothing.wav"):
        said(store, tmp_path, name, LONG_AGO)
    with store.open() as office:
        case = Told(
            "G1", "水停了", "V01", "", "", "", "13900000001", "", recording="story.wav", name_recording="name.wav"
        )
        office.grievances.add(case, code="300001", sign_by=NOW, conversation="c1")
        office.commit()
    assert forget_recordings(store, tmp_path, BEFORE) == 1
    assert kept(store) == files(tmp_path) == ["name.wav", "story.wav"]


def test_every_table_that_names_a_recording_is_looked_into() -> None:
    """A column with another name would lose what rests on it: it is to be called as the others are."""
    named = {
        f"{table.name}.{column.name}"
        for table in Table.metadata.tables.values()
        for column in table.c
        if "recording" in column.name or "audio" in column.name
    }
    looked_into = {one for one in named if one.split(".")[1] in retention.HELD_BY}
    assert named - looked_into == {"turns.audio"}
    assert f"{SurveyAnswerRow.__tablename__}.recording" in looked_into


def test_a_recording_of_several_answers_waits_for_the_last(store: Store, tmp_path: Path) -> None:
    said(store, tmp_path, "both.wav", LONG_AGO)
    said(store, tmp_path, "both.wav", OF_LATE)
    assert forget_recordings(store, tmp_path, BEFORE) == 0
    assert forget_recordings(store, tmp_path, NOW) == 1
    assert kept(store) == files(tmp_path) == []


def test_who_was_killed_between_file_and_name_goes_on(store: Store, tmp_path: Path) -> None:
    said(store, tmp_path, "half.wav", LONG_AGO)
    (tmp_path / "half.wav").unlink()
    assert forget_recordings(store, tmp_path, BEFORE) == 1
    assert kept(store) == []


def test_more_than_are_taken_at_once_all_go(store: Store, tmp_path: Path) -> None:
    for n in range(AT_ONCE + 3):
        said(store, tmp_path, f"{n}.wav", LONG_AGO)
    assert forget_recordings(store, tmp_path, BEFORE) == AT_ONCE + 3
    assert files(tmp_path) == []


def test_no_name_leads_out_of_the_folder(store: Store, tmp_path: Path) -> None:
    inside = tmp_path / "recordings"
    inside.mkdir()
    said(store, inside, "../elsewhere.wav", LONG_AGO)
    assert forget_recordings(store, inside, BEFORE) == 1
    assert (tmp_path / "elsewhere.wav").exists()


@pytest.mark.parametrize("told", ["29", "-1", "1.5", "ewig", "10000"])
def test_less_than_a_month_is_no_time_to_keep_a_recording(told: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="from 30 on"):
        Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path), "HOTLINE_KEEP_RECORDINGS_DAYS": told})


def test_recordings_are_kept_for_good_unless_somebody_says_how_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("HOTLINE_KEEP_RECORDINGS_DAYS", raising=False)
    assert retention.keep_recordings() == 0
    assert not list(tmp_path.rglob("*.sqlite"))
