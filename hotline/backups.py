"""Copies of the database, each checked as it is made and with the head of the audit trail beside it.

`NAME.sqlite` (SQLite's own backup) or `NAME.dump` (pg_dump), and `NAME.json`: when, by whom, bytes, SHA-256, head.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.engine import URL

from hotline.store.audit import head_of
from hotline.store.unit_of_work import Store
from hotline.trouble import Trouble

FOLDER = "backups"
PATIENCE_S = 600


@dataclass(frozen=True)
class Backup:
    """One copy."""

    name: str
    at: str
    by: str
    bytes: int
    sha256: str
    head: str
    """PLACE:SEAL of the audit trail's last line, from just before the copy."""


def make_backup(store: Store, folder: Path, by: str, now: datetime) -> Backup:
    """A whole copy, laid down in one piece. Raises Trouble with what to do."""
    url = store.engine.url
    kind = "sqlite" if url.get_backend_name() == "sqlite" else "dump"
    name = f"hotline-{now.astimezone(UTC):%Y%m%dT%H%M%S}.{kind}"
    with store.open() as office:
        head = head_of(office.session)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = folder / f".{name}.half"
    try:
        if kind == "sqlite":
            _copy_sqlite(Path(str(url.database)), half)
        else:
            _dump(url, half)
        half.chmod(0o600)
        made = Backup(name, now.astimezone(UTC).isoformat(timespec="seconds"), by, half.stat().st_size,
                      _sha256(half), f"{head.place}:{head.seal}")  # fmt: skip
        half.replace(folder / name)
        (folder / f"{name}.json").write_text(json.dumps(asdict(made), indent=1), "utf8")
    except (OSError, sqlite3.Error) as wrong:
        raise Trouble([f"no backup: {wrong}: is there room in {folder}?"]) from wrong
    finally:
        half.unlink(missing_ok=True)
    return made


def backups(folder: Path) -> Sequence[Backup]:
    """All there are, the newest first."""
    found = [_read(path) for path in sorted(folder.glob("hotline-*.json"), reverse=True)]
    return [one for one in found if one is not None]


def check_backup(folder: Path, backup: Backup) -> str:
    """Empty if the file is what was written then; else what is wrong: missing, changed."""
    path = folder / backup.name
    if not path.is_file():
        return "missing"
    return "" if _sha256(path) == backup.sha256 else "changed"


def _read(path: Path) -> Backup | None:
    try:
        found = Backup(**json.loads(path.read_text("utf8")))
    except (OSError, ValueError, TypeError):
        return None
    return found if path.name == f"{found.name}.json" else None


def _copy_sqlite(database: Path, half: Path) -> None:
    """SQLite's own backup: a steady picture while others write. Then it is opened and looked through."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(half)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        said = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise Trouble([f"the copy is not sound: {said}"])


def _dump(url: URL, half: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise Trouble(["pg_dump is not on this machine: apt-get install postgresql-client"])
    plain = make_url(url).set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, "PGPASSWORD": str(url.password or "")}
    command = [program, "--format=custom", f"--file={half}", plain]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    if done.returncode:
        raise Trouble([f"pg_dump: {done.stderr.strip()}"])


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
