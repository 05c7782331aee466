"""Writes down the journals of the golden dialogues anew: `python -m tests.conversations.record`,
with `--all` also those that are there.

Do this only together with a new version of a script: a journal that no longer replays is a conversation
that would drift under a resident who is on the line.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from ivr.scripts.book import CURRENT_VERSION
from tests.conversations.resident import FOLDER, GOLDEN, Resident, load
from tests.conversations.surfaces import Voice
from tests.conversations.test_golden import hold, prepared

RECORDED = FOLDER / "recorded"
"""A folder for each version of the scripts that a conversation may still be on."""


def journal_of(path: Path, folder: Path) -> list[dict[str, object]]:
    """The journal of a golden dialogue held by voice."""
    golden = load(path)
    office = prepared(folder, golden)
    voice = Voice(office)
    hold(voice, Resident(golden["answers"]))
    with office.store.open() as records:
        rows = records.conversations.journal(voice.conversation)
        return [{"kind": row.kind, "key": row.key, "payload": row.payload} for row in rows]


def main() -> None:
    folder_of_now = RECORDED / str(CURRENT_VERSION)
    folder_of_now.mkdir(parents=True, exist_ok=True)
    for path in GOLDEN:
        if (folder_of_now / f"{path.stem}.json").exists() and "--all" not in sys.argv:
            continue
        with tempfile.TemporaryDirectory() as folder:
            journal = journal_of(path, Path(folder))
        text = json.dumps(journal, ensure_ascii=False, separators=(",", ":"))
        (folder_of_now / f"{path.stem}.json").write_text(text + "\n", "utf8")


if __name__ == "__main__":
    main()
