"""A service in a process of its own, as a town runs it: started, asked, killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.service.stranger import Carrier

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "a" * 32


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class ServiceProcess:
    """`hotline serve` on a free port, with a data folder of its own."""

    folder: Path
    port: int = field(default_factory=free_port)
    asr: str = "whisper:base"

    def __post_init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HOTLINE_", "TWILIO_"))}
        self.environment = kept | {
            "HOTLINE_DATA_DIR": str(self.folder),
            "HOTLINE_ASR": self.asr,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
        }
        self.log = self.folder / "service.log"
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def carrier(self) -> Carrier:
        return Carrier(self.url, TOKEN, ACCOUNT)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hotline.cli", "serve", "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(self.log.read_text("utf8")[-3000:])
            try:
                if httpx.get(self.url + "/healthz", timeout=1, trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)  # waiting for another process to open its port
        raise AssertionError("the service did not come up: " + self.log.read_text("utf8")[-3000:])

    def kill(self) -> None:
        """Dies as in a power cut: nothing is told, nothing is tidied."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def rows(self, what: str) -> list[dict[str, Any]]:
        """What `hotline WHAT --json` prints."""
        printed = subprocess.run(
            [sys.executable, "-m", "hotline.cli", what, "--json"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return list(json.loads(printed.stdout))
