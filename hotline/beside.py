"""A service in a process of its own beside this one: for the demonstration, the bench and whoever tries it out."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from hotline.commands.free_port import free_port
from hotline.config import Settings
from hotline.domain.catalogue import Town
from hotline.store.unit_of_work import Store
from hotline.town import read_town

STARTED_WITHIN_S = 120.0


class NotServing(Exception):
    """The service did not come up; the message is the end of what it printed."""


@dataclass(frozen=True)
class Beside:
    """A service that answers at `url`, and its records."""

    settings: Settings
    store: Store
    town: Town
    ears: str

    @property
    def url(self) -> str:
        return self.settings.public_url


@contextmanager
def serving(data: Path) -> Iterator[Beside]:
    """`hotline serve` on a free port with its data in a folder, up while the block runs. Raises NotServing."""
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE_", "TWILIO_"))}
    own["HOTLINE_DATA_DIR"] = str(data)
    if asr := os.environ.get("HOTLINE_ASR"):
        own["HOTLINE_ASR"] = asr
    settings = Settings.from_environment(own).served_at(port)
    data.mkdir(parents=True, exist_ok=True)
    printed = data / "service.log"
    with printed.open("ab") as log:
        command = [sys.executable, "-m", "hotline.cli", "serve", "--port", str(port), "--quiet"]
        process = subprocess.Popen(command, env=own, stdout=log, stderr=log)
    try:
        ears = _healthy(settings.public_url, process, printed)
        store = Store(settings.database_url)
        try:
            yield Beside(settings, store, read_town(), ears)
        finally:
            store.close()
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _healthy(url: str, process: subprocess.Popen[bytes], printed: Path) -> str:
    """Waits until the service is well; the name of its ears."""
    deadline = time.monotonic() + STARTED_WITHIN_S
    with httpx.Client(timeout=2, trust_env=False) as client:
        while time.monotonic() < deadline and process.poll() is None:
            try:
                return str(client.get(url + "/healthz").raise_for_status().json()["ears"])
            except httpx.HTTPError:
                time.sleep(0.05)  # it is loading its models
    raise NotServing(printed.read_text("utf8", errors="replace")[-2000:])
