"""A resident who follows a golden dialogue: answers by the key of the question, on any surface."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from hotline.domain.case_life import THE_MACHINE
from hotline.domain.grievances import Told, accept
from hotline.holidays import is_working_day
from ivr.casework import Casework
from tests.town import TOWN, Office

FOLDER = Path(__file__).parent
GOLDEN = sorted(FOLDER.glob("*.yaml"))


@dataclass
class Resident:
    """Knows what to say, press or have recorded (`text`: to write, where that is another thing to say); a list is
    successive answers to the same question."""

    answers: Mapping[str, Mapping[str, list[str]]]
    asked: Counter[str] = field(default_factory=Counter)

    def answer(self, key: str, *ways: str) -> tuple[str, str]:
        """(way, words) for this asking of a question, in the first way the dialogue gives."""
        if key == "resume":
            return (ways[0], "是" if ways[0] == "press" else "好，接着讲")
        known = self.answers[key]
        way = next(way for way in ways if way in known)
        words = known[way][min(self.asked[key], len(known[way]) - 1)]
        self.asked[key] += 1
        return way, words


def load(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text("utf8")))


def report(office: Office, golden: Mapping[str, Any]) -> None:
    """Cases that are under way before the dialogue begins, each with its unit."""
    for told in golden.get("reported", []):
        facts = {"group": "", "where": "", "callback_number": "", **told}
        code = str(facts.pop("code"))
        with office.store.open() as records:
            work = Casework(TOWN, is_working_day, records, office.watch())
            case = accept(
                records.grievances,
                Told(**facts),
                conversation=f"before-{code}",
                now=office.watch(),
                draw_code=lambda code=code: code,  # type: ignore[misc]
                is_working_day=is_working_day,
            )
            work.opened(case, THE_MACHINE)
            records.commit()
