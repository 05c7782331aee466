"""Tables of what was said and what is to be understood: `question <tab> words <tab> expected`.

Expected is a list of `key=value` parted by spaces: `value=`, any slot, `denied`, `command=`, `danger=`,
`likely=a,b`, `unclear`. What is not named must not have been understood, but for the slots after `maybe:`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ivr.dialogue.steps import Json
from ivr.understanding.answer import Understood

HERE = Path(__file__).parent
_WORDS = {"True": True, "False": False}


@dataclass(frozen=True)
class Case:
    question: str
    said: str
    expected: dict[str, Json] = field(default_factory=dict)
    source: str = ""

    def failures(self, sense: Understood) -> list[str]:
        """What is different from what was expected, as `key: got, not wanted`."""
        got = _flat(sense)
        likely = self.expected.get("likely")
        wanted = {key: value for key, value in self.expected.items() if key not in ("likely", "unclear")}
        wrong = [
            f"{key}: {got.get(key)!r}, not {wanted.get(key)!r}"
            for key in wanted.keys() | got.keys()
            if got.get(key) != wanted.get(key) and wanted.get(key) != "*"
        ]
        if likely and not set(str(likely).split(",")) <= set(sense.likely):
            wrong.append(f"likely: {sense.likely}, not {likely}")
        if "unclear" in self.expected and not sense.unclear:
            wrong.append("not unclear")
        return sorted(wrong)


def _flat(sense: Understood) -> dict[str, Json]:
    got: dict[str, Json] = dict(sense.slots)
    if sense.value is not None:
        got["value"] = sense.value
    if sense.denied:
        got["denied"] = True
    if sense.command is not None:
        got["command"] = str(sense.command)
    if sense.danger:
        got["danger"] = sense.danger
    return got


def read(name: str) -> list[Case]:
    cases = []
    for number, line in enumerate((HERE / name).read_text("utf8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        question, said, *expected = line.split("\t")
        cases.append(Case(question, said, _expected(expected[0] if expected else ""), f"{name}:{number}"))
    return cases


def _expected(cell: str) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for part in cell.split():
        key, _, value = part.partition("=")
        found[key] = _WORDS.get(value, value) if value else True
    if "value" in found and str(found["value"]).isdecimal() and "rated" in found:
        found["value"] = int(str(found.pop("value")))
        found.pop("rated")
    return found
