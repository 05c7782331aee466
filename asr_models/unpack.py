"""Lays a model's files down from downloaded zip archives, trusting none of the names inside."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from asr_models.manifest import JoinedFile
from asr_models.recogniser import SpeechError

_CHUNK = 1 << 20
_UNPACKED_LIMIT = 8 << 30
"""Bytes; far above the largest model, far below what a zip bomb writes."""


class BadArchive(SpeechError):
    """An archive is damaged, lacks a member, or holds a name that leads out of its folder."""


def unpack_tree(archive: Path, tree: str, target: Path) -> None:
    """Writes everything below the folder `tree` of the zip into `target`. Raises BadArchive."""
    with _opened(archive) as opened:
        members = [info for info in opened.infolist() if info.filename.startswith(tree) and not info.is_dir()]
        if not members:
            raise BadArchive(f"{archive.name} holds nothing below {tree!r}")
        if sum(info.file_size for info in members) > _UNPACKED_LIMIT:
            raise BadArchive(f"{archive.name} would unpack to more than {_UNPACKED_LIMIT >> 30} GiB")
        for info in members:
            _write(_contents(opened, info), _inside(target, info, tree))


def join_file(archives: Sequence[Path], file: JoinedFile, target: Path) -> None:
    """Writes one file from its parts, each looked for in all archives. Raises BadArchive on another sha256."""
    with ExitStack() as stack:
        opened = [stack.enter_context(_opened(archive)) for archive in archives]
        parts = (chunk for part in file.parts for chunk in _part(opened, part))
        found = _write(parts, target / file.path)
    if found != file.sha256:
        raise BadArchive(f"{file.path} has sha256 {found}, expected {file.sha256}")


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, OSError) as error:
        raise BadArchive(f"{archive.name} is not a zip archive: {error}") from error


def _inside(target: Path, info: zipfile.ZipInfo, tree: str) -> Path:
    """The place of a member below `target`; a name that leads elsewhere, or a link, is refused."""
    name = info.filename
    relative = PurePosixPath(name[len(tree) :])
    # a symbolic link could point out of the folder for the members after it
    if stat.S_ISLNK(info.external_attr >> 16) or relative.is_absolute() or ".." in relative.parts or "\\" in name:
        raise BadArchive(f"unsafe name in archive: {name!r}")
    return target / relative


def _part(archives: Sequence[zipfile.ZipFile], member: str) -> Iterator[bytes]:
    for archive in archives:
        if member in archive.NameToInfo:
            yield from _contents(archive, archive.getinfo(member))
            return
    raise BadArchive(f"no archive holds {member}")


def _contents(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise BadArchive(f"{info.filename} cannot be unpacked: {error}") from error


def _write(chunks: Iterator[bytes], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
