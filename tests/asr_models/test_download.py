"""A download over a line that breaks."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from asr_models.download import FetchFailed, fetch_archive, largest_below
from asr_models.manifest import Archive
from tests.asr_models.shelf import Shelf, served

MODEL = bytes(range(256)) * 400


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with served(Shelf({"/m.zip": MODEL})) as shelf:
        yield shelf


def test_a_download_goes_on_where_the_line_broke(shelf: Shelf, tmp_path: Path) -> None:
    shelf.drops = 2
    pauses: list[float] = []
    archive = Archive(f"{shelf.url}/m.zip", sha256(MODEL).hexdigest())
    path = fetch_archive(archive, tmp_path / "m.partial", lambda size: None, pauses.append)
    assert path.read_bytes() == MODEL
    half = len(MODEL) // 2
    assert shelf.asked == ["", f"bytes={half}-", f"bytes={(half + len(MODEL)) // 2}-"]
    assert len(pauses) == 2


def test_a_server_without_ranges_is_asked_from_the_start(shelf: Shelf, tmp_path: Path) -> None:
    shelf.drops, shelf.ranges = 1, False
    archive = Archive(f"{shelf.url}/m.zip", sha256(MODEL).hexdigest())
    path = fetch_archive(archive, tmp_path / "m.partial", lambda size: None, lambda seconds: None)
    assert path.read_bytes() == MODEL


def test_a_whole_partial_of_a_killed_fetch_is_taken(shelf: Shelf, tmp_path: Path) -> None:
    partial = tmp_path / "m.partial"
    partial.write_bytes(MODEL)
    archive = Archive(f"{shelf.url}/m.zip", sha256(MODEL).hexdigest())
    assert fetch_archive(archive, partial, lambda size: None, lambda seconds: None).read_bytes() == MODEL


def test_a_partial_longer_than_the_original_is_begun_anew(shelf: Shelf, tmp_path: Path) -> None:
    partial = tmp_path / "m.partial"
    partial.write_bytes(MODEL + b"more")
    archive = Archive(f"{shelf.url}/m.zip", sha256(MODEL).hexdigest())
    assert fetch_archive(archive, partial, lambda size: None, lambda seconds: None).read_bytes() == MODEL


def test_a_line_that_never_holds_is_given_up(shelf: Shelf, tmp_path: Path) -> None:
    shelf.status = 503
    with pytest.raises(FetchFailed, match="could not be fetched in 6 tries") as caught:
        fetch_archive(Archive(f"{shelf.url}/m.zip"), tmp_path / "p", lambda size: None, lambda seconds: None)
    assert caught.value.retryable


def test_a_file_that_is_gone_is_not_asked_for_six_times(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(FetchFailed, match="404"):
        fetch_archive(Archive(f"{shelf.url}/no.zip"), tmp_path / "p", lambda size: None, lambda seconds: None)
    assert len(shelf.asked) == 1


def test_progress_is_told_while_folders_come_and_go(tmp_path: Path) -> None:
    (tmp_path / "wheel").write_bytes(MODEL)
    over = threading.Event()

    def unpack_and_tidy_up() -> None:
        while not over.is_set():
            (tmp_path / "unpack" / "deep").mkdir(parents=True)
            (tmp_path / "unpack" / "deep" / "part").write_bytes(b"part")
            shutil.rmtree(tmp_path / "unpack")

    pip = threading.Thread(target=unpack_and_tidy_up)
    pip.start()
    try:
        assert {largest_below(tmp_path) for _ in range(2000)} == {len(MODEL)}
    finally:
        over.set()
        pip.join()
