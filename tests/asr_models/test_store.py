"""The model store keeps its word with a bad line, a bad disk and a bad archive."""

from __future__ import annotations

import json
import multiprocessing
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from asr_models.download import FetchFailed
from asr_models.manifest import Archive, Manifest, ModelEntry, Wheel, read_manifest
from asr_models.recogniser import SpeechError
from asr_models.store import RECEIPT, ModelMissing, ModelStore, default_root
from asr_models.unpack import BadArchive
from tests.asr_models.shelf import Shelf, joined, one_model, served, zipped

BODY = bytes(range(256)) * 2000
MODEL = zipped({"m/am/final.mdl": BODY, "m/conf/model.conf": b"--beam=10\n", "m/": b""})


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with served(Shelf({"/m.zip": MODEL})) as shelf:
        yield shelf


def store_of(shelf: Shelf, root: Path, content: bytes = MODEL, *, pinned: bool = True) -> ModelStore:
    return ModelStore(root, one_model(f"{shelf.url}/m.zip", content, pinned=pinned))


def test_a_fetched_model_is_whole_and_verifies(shelf: Shelf, tmp_path: Path) -> None:
    store = store_of(shelf, tmp_path)
    arrived: list[int] = []
    path = store.fetch("small", lambda name, size: arrived.append(size))
    assert (path / "am/final.mdl").read_bytes() == BODY
    assert store.verify("small") == []
    assert store.installed("small")
    assert arrived[-1] == len(MODEL)
    assert [path.name for path in tmp_path.iterdir() if path.name != "small"] == [".small.lock"]


def test_what_is_there_is_not_fetched_again(shelf: Shelf, tmp_path: Path) -> None:
    store = store_of(shelf, tmp_path)
    store.fetch("small")
    store.fetch("small")
    assert len(shelf.asked) == 1


def test_a_missing_model_names_the_command_that_brings_it(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"small is not installed: run `hotline models fetch small`") as caught:
        store_of(shelf, tmp_path).path("small")
    assert "\n" not in str(caught.value)
    assert shelf.asked == []


def test_an_unknown_model_is_an_error_that_lists_the_known(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="known are small"):
        store_of(shelf, tmp_path).path("../../etc")


def test_another_sha256_is_refused_and_forgotten(shelf: Shelf, tmp_path: Path) -> None:
    store = store_of(shelf, tmp_path, MODEL + b"x")
    with pytest.raises(FetchFailed, match="sha256"):
        store.fetch("small")
    assert not store.installed("small")
    assert [path.name for path in tmp_path.iterdir()] == [".small.lock"]


def test_without_a_known_sha256_the_first_download_is_recorded(shelf: Shelf, tmp_path: Path) -> None:
    store = store_of(shelf, tmp_path, pinned=False)
    path = store.fetch("small")
    receipt = json.loads((path / RECEIPT).read_text("utf-8"))
    assert list(receipt["sources"].values()) == [sha256(MODEL).hexdigest()]
    assert not store.entry("small").pinned


@pytest.mark.parametrize("name", ["m/../../out.txt", "m//etc/out.txt", "m/..\\out.txt"])
def test_a_name_that_leads_out_of_the_folder_is_refused(shelf: Shelf, tmp_path: Path, name: str) -> None:
    content = shelf.files["/m.zip"] = zipped({"m/good": b"1", name: b"2"})
    store = store_of(shelf, tmp_path / "root", content)
    with pytest.raises(BadArchive, match="unsafe name"):
        store.fetch("small")
    assert not list(tmp_path.rglob("out.txt"))
    assert not store.installed("small")


def test_a_link_in_an_archive_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("m/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc")
    content = shelf.files["/m.zip"] = buffer.getvalue()
    with pytest.raises(BadArchive, match="unsafe name"):
        store_of(shelf, tmp_path, content).fetch("small")


@pytest.mark.parametrize(
    "content", [b"", b"not a zip at all", MODEL[: len(MODEL) // 2], zipped({"other/x": b"1"})]
)
def test_an_archive_that_is_none_leaves_nothing_behind(shelf: Shelf, tmp_path: Path, content: bytes) -> None:
    shelf.files["/m.zip"] = content
    store = store_of(shelf, tmp_path, content)
    with pytest.raises(BadArchive):
        store.fetch("small")
    assert [path.name for path in tmp_path.iterdir()] == [".small.lock"]


def test_a_member_with_a_wrong_checksum_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("m/x", b"heard and understood")
    content = shelf.files["/m.zip"] = buffer.getvalue().replace(b"understood", b"misunderst", 1)
    with pytest.raises(BadArchive, match="cannot be unpacked"):
        store_of(shelf, tmp_path, content).fetch("small")


def test_damage_is_seen_and_mended(shelf: Shelf, tmp_path: Path) -> None:
    store = store_of(shelf, tmp_path)
    model = store.fetch("small") / "am/final.mdl"
    model.write_bytes(b"x" + BODY[1:])
    assert store.verify("small") == ["has a damaged file am/final.mdl"]
    model.write_bytes(b"short")
    with pytest.raises(ModelMissing, match=r"damaged file am/final\.mdl: run `hotline models fetch small`"):
        store.path("small")
    store.fetch("small")
    assert store.verify("small") == []


@pytest.mark.parametrize("receipt", ["", "[]", "{}", '{"fingerprint": 1, "files": 3}', "\ufeff"])
def test_a_damaged_receipt_is_a_damaged_model(shelf: Shelf, tmp_path: Path, receipt: str) -> None:
    store = store_of(shelf, tmp_path)
    (store.fetch("small") / RECEIPT).write_text(receipt, "utf-8")
    assert not store.installed("small")
    assert store.verify("small") != []


def test_a_newer_manifest_fetches_anew(shelf: Shelf, tmp_path: Path) -> None:
    store_of(shelf, tmp_path).fetch("small")
    newer = shelf.files["/m.zip"] = zipped({"m/am/final.mdl": b"newer"})
    store = store_of(shelf, tmp_path, newer)
    with pytest.raises(ModelMissing, match="older release"):
        store.path("small")
    assert (store.fetch("small") / "am/final.mdl").read_bytes() == b"newer"


def test_a_full_or_forbidden_disk_is_one_clear_error(shelf: Shelf, tmp_path: Path) -> None:
    store = store_of(shelf, tmp_path)
    store.fetch("small")
    content = shelf.files["/m.zip"] = zipped({"m/a": b"1", "m/a/b": b"2"})
    with pytest.raises(FetchFailed, match="could not be stored"):
        store_of(shelf, tmp_path, content).fetch("small")
    assert store.installed("small"), "the old copy is still in its place"


def _fetch(root: Path, manifest: Manifest) -> None:
    ModelStore(root, manifest).fetch("small")


def test_two_processes_fetch_a_model_once(shelf: Shelf, tmp_path: Path) -> None:
    manifest = one_model(f"{shelf.url}/m.zip", MODEL)
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_fetch, args=(tmp_path, manifest)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert len(shelf.asked) == 1
    assert ModelStore(tmp_path, manifest).verify("small") == []


def wheel_at(folder: Path, members: dict[str, bytes], name: str = "tiny-model") -> Wheel:
    """A wheel in a folder that pip is told to look in."""
    stem = f"{name.replace('-', '_')}-1.0"
    info = f"{stem}.dist-info"
    content = zipped(
        {
            **members,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }
    )
    (folder / f"{stem}-py3-none-any.whl").write_bytes(content)
    return Wheel(f"{name}==1.0", sha256(content).hexdigest())


@pytest.fixture
def local_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    index = tmp_path / "index"
    index.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    return index


def test_files_are_joined_from_wheels_that_are_never_installed(local_index: Path, tmp_path: Path) -> None:
    parts = {"tiny_one/a": b"first ", "tiny_two/b": b"second"}
    wheels = (
        wheel_at(local_index, {"tiny_one/a": b"first "}, "tiny-one"),
        wheel_at(local_index, {"tiny_two/b": b"second"}, "tiny-two"),
    )
    entry = ModelEntry("small", "asr", "MIT", "", wheels=wheels, files=(joined("model.bin", parts),))
    store = ModelStore(tmp_path / "root", Manifest({"small": entry}))
    assert (store.fetch("small") / "model.bin").read_bytes() == b"first second"
    assert [path.name for path in (tmp_path / "root").iterdir() if not path.name.startswith(".")] == ["small"]
    tampered = replace(entry, wheels=(replace(wheels[0], sha256="0" * 64), wheels[1]))
    with pytest.raises(FetchFailed, match="sha256"):
        ModelStore(tmp_path / "other", Manifest({"small": tampered})).fetch("small")


def test_a_joined_file_with_another_sha256_is_refused(shelf: Shelf, tmp_path: Path) -> None:
    archive = Archive(f"{shelf.url}/m.zip", sha256(MODEL).hexdigest())
    file = joined("model.bin", {"m/am/final.mdl": b"other"})
    entry = ModelEntry("small", "asr", "MIT", "", archives=(archive,), files=(file,))
    with pytest.raises(BadArchive, match=r"model\.bin has sha256"):
        ModelStore(tmp_path, Manifest({"small": entry})).fetch("small")


def test_a_wheel_nobody_has_is_told_in_one_line(local_index: Path, tmp_path: Path) -> None:
    entry = ModelEntry("small", "asr", "MIT", "", wheels=(Wheel("no-such-model==9.9", "0" * 64),))
    with pytest.raises(FetchFailed, match=r"pip could not download no-such-model==9\.9") as caught:
        ModelStore(tmp_path / "root", Manifest({"small": entry})).fetch("small")
    assert "\n" not in str(caught.value)


def test_the_cache_is_the_users_and_a_relative_one_is_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_root() == tmp_path / "hotline/models"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_root() == Path.home() / ".cache/hotline/models"


def test_the_manifest_tells_licence_and_origin_of_every_model() -> None:
    manifest = read_manifest()
    assert set(manifest.needed) == {"silero-vad", "whisper-base", "voice-baker", "voice-kokoro", "vosk-ko"}
    for entry in manifest.models.values():
        assert entry.licence
        assert entry.description
        assert entry.kind in {"asr", "vad", "voice"}
        assert entry.wheels or entry.archives
        assert all(len(wheel.sha256) == 64 and "==" in wheel.requirement for wheel in entry.wheels)


def test_what_is_needed_but_not_listed_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text('needed = ["ghost"]', "utf-8")
    with pytest.raises(ValueError, match="ghost"):
        read_manifest(path)
