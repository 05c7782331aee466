"""Kept sound."""

from __future__ import annotations

import os
from pathlib import Path

from ivr.voice.clips import Clips, content_key, write_atomically


def test_a_clip_is_found_by_its_content_in_the_next_process(tmp_path: Path) -> None:
    Clips(tmp_path, ".ulaw").keep("ab12", b"sound")
    assert Clips(tmp_path, ".ulaw").get("ab12") == b"sound"
    assert "ab12" in Clips(tmp_path, ".ulaw")
    assert "cd34" not in Clips(tmp_path, ".ulaw")


def test_memory_holds_only_the_most_recent(tmp_path: Path) -> None:
    clips = Clips(tmp_path, ".ulaw", memory_bytes=10)
    for name in ("aa", "bb", "cc"):
        clips.keep(name, b"12345")
    for file in tmp_path.rglob("*.ulaw"):
        file.unlink()
    assert clips.get("aa") is None
    assert clips.get("bb") == clips.get("cc") == b"12345"


def test_an_empty_file_counts_as_never_kept(tmp_path: Path) -> None:
    Clips(tmp_path, ".ulaw").keep("aa", b"1")
    next(tmp_path.rglob("*.ulaw")).write_bytes(b"")
    assert Clips(tmp_path, ".ulaw").get("aa") is None


def test_what_decides_the_sound_decides_the_key() -> None:
    keys = {
        content_key("v1", "1.00", "您好"),
        content_key("v1", "0.75", "您好"),
        content_key("v2", "1.00", "您好"),
    }
    assert len(keys) == 3
    assert content_key("a", "bc") != content_key("ab", "c")


def test_what_nobody_asked_for_in_a_long_time_is_forgotten(tmp_path: Path) -> None:
    clips = Clips(tmp_path, ".ulaw")
    clips.keep("aa", b"1")
    clips.keep("bb", b"2")
    for file in tmp_path.rglob("*.ulaw"):
        os.utime(file, (0, 0))
    assert Clips(tmp_path, ".ulaw").get("bb") == b"2"
    assert clips.forget_unused(3600) == 1
    assert [file.name for file in tmp_path.rglob("*.ulaw")] == ["bb.ulaw"]


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a" / "b", b"1")
    write_atomically(tmp_path / "a" / "b", b"2")
    assert [file.read_bytes() for file in (tmp_path / "a").iterdir()] == [b"2"]
