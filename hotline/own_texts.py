"""The town's own wording of texts to residents: `texts.toml` in its data folder, over the words that are shipped.

"sms.opted_in" = "【牛田镇政务】好，有事会发短信给您。不想收请回“退订”。"
"""

from __future__ import annotations

import json
import logging
import string
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from hotline import town_files
from hotline.administration import Letter
from hotline.domain.errors import Refused
from ivr.scripts import wording
from ivr.scripts.letters import SAID, BrokenLetters, Fault, faults, line_of, texts

FILE = "texts.toml"
_LINE_BREAKS = "\n\r\0\t\u2028\u2029"
EXAMPLES: Mapping[str, str] = {
    "when": "2026-11-28T19:30",
    "time": "2026-11-28T09:00",
    "due": "2026-11-28T11:00",
    "by": "2026-12-03T17:00",
    "told_on": "2026-11-20",
    "until": "11:30",
    "day": "11月26日",
    "done": "办过",
    "place": "到镇里窗口",
    "service": "医保参保",
    "papers": "身份证、户口本",
    "topic": "饮水",
    "village": "石桥村",
    "unit": "水利站",
    "officer": "李强",
    "code": "307294",
    "phone": "13800001234",
    "row": "18",
    "task": "7",
}
"""What stands in an example; a field not named here is a sentence of the office's."""
log = logging.getLogger(__name__)


def read_own(path: Path) -> dict[str, str]:
    """What a town says in its own words; nothing where it has no such file.

    Raises BrokenLetters with a line for each thing that is wrong.
    """
    if not path.exists():
        return {}
    try:
        source = path.read_text("utf8")
        own = tomllib.loads(source)
    except (OSError, ValueError) as wrong:
        raise BrokenLetters([f"{path.name}: {wrong}"]) from wrong
    problems = [
        f"{path.name}, line {line_of(source, name)}: {name} {SAID[fault.kind].format(what=fault.what)}"
        for name, text in own.items()
        for fault in own_faults(name, text if isinstance(text, str) else "")
    ]
    if problems:
        raise BrokenLetters(problems)
    return own


def own_faults(name: str, text: str) -> Iterator[Fault]:
    """What speaks against another wording of a text: it must tell what the shipped one tells, in the same form."""
    shipped = texts().get(name)
    if shipped is None:
        yield Fault("unknown")
        return
    if not text.strip() or any(letter in text for letter in _LINE_BREAKS):
        yield Fault("empty")
        return
    found = list(faults(name, text))
    yield from found
    if any(fault.kind in ("braces", "strange", "lacking") for fault in found):
        return
    given = fields_of(shipped)
    if strange := sorted(fields_of(text) - given):
        yield Fault("strange", ", ".join(strange))
    elif "code" in _bare(given) and "code" not in _bare(fields_of(text)):
        yield Fault("lacking", "code")


def fields_of(text: str) -> set[str]:
    """The fields of a text with the way they are read: when:time. Raises ValueError for broken braces."""
    parts = string.Formatter().parse(text)
    return {
        field + (f"!{way}" if way else "") + (f":{read}" if read else "")
        for _, field, read, way in parts
        if field is not None
    }


def example(text: str) -> str:
    """A sound text as a resident may read it."""
    values = {field: EXAMPLES.get(field, "……") for field in _bare(fields_of(text))}
    return wording.said(text, values)


def changed(path: Path, name: str, text: str | None) -> str:
    """The file with another wording of one text; None: as it is shipped.

    Refused: each kind of `SAID`; broken, where the file that lies there is none.
    """
    try:
        own = read_own(path)
    except BrokenLetters as wrong:
        raise Refused("broken", what=str(wrong)) from wrong
    if text is None:
        own.pop(name, None)
    else:
        for fault in own_faults(name, text):
            raise Refused(fault.kind, what=fault.what)
        own[name] = text
    lines = [f"{json.dumps(key)} = {json.dumps(own[key], ensure_ascii=False)}" for key in sorted(own)]
    return "\n".join([f"# {FILE}: written by the console; {FILE}.before is what it was.", *lines]) + "\n"


def _bare(fields: Iterable[str]) -> set[str]:
    return {field.partition(":")[0] for field in fields}


class OwnTexts:
    """The file as it is now: whoever changes it is heard by every process at its next text."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._seen: tuple[int, int] = (0, 0)
        self._texts: Mapping[str, str] = {}

    def follow(self, path: Path | None) -> None:
        """From now on this file counts. Raises BrokenLetters."""
        self._path, self._seen, self._texts = path, _state(path), read_own(path) if path else {}

    def of(self, name: str) -> str | None:
        """The town's own words for a text; None where it has none.

        A file that was spoilt while the hotline runs changes nothing: the words from before stay.
        """
        if self._path is not None and (state := _state(self._path)) != self._seen:
            self._seen = state
            try:
                self._texts = read_own(self._path)
            except BrokenLetters as broken:
                log.warning("the town's own texts stay as they were", extra={"why": str(broken)})
        return self._texts.get(name)


def _state(path: Path | None) -> tuple[int, int]:
    try:
        found = path.stat() if path else None
    except OSError:
        found = None
    return (found.st_mtime_ns, found.st_size) if found else (0, 0)


OWN = OwnTexts()
"""What this process says in the town's own words."""


def in_own_words(folder: Path) -> None:
    """From now on this process texts residents in the words of this data folder. Raises BrokenLetters."""
    OWN.follow(folder / FILE)
    wording.own_words(OWN.of)


def in_whose_words(folder: Path) -> str:
    """How many texts there are, and how many of them in the town's own words. Raises BrokenLetters."""
    return f"{len(texts())}, of which {len(read_own(folder / FILE))} in the town's own words"


class TownLetters:
    """The texts of a data folder, for whoever looks after them."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def all(self) -> list[Letter]:
        try:
            own = read_own(self._path)
        except BrokenLetters:
            own = {}
        return [_letter(name, shipped, own.get(name, shipped)) for name, shipped in texts().items()]

    def proposed(self, name: str, text: str | None) -> tuple[Letter, str]:
        """One text in other words (None: as it came), and the file as it would be. Raises KeyError, Refused."""
        shipped = texts()[name]
        text = None if text == shipped else text
        file = changed(self._path, name, text)
        return _letter(name, shipped, text or shipped), file

    def state(self) -> str:
        return town_files.state_of(self._path)

    def put(self, file: str, seen: str) -> None:
        """Has it count from the next text on. Refused("overtaken")."""
        town_files.put(self._path, file, seen)


def _letter(name: str, shipped: str, text: str) -> Letter:
    return Letter(name, text, shipped, example(text), tuple(sorted(fields_of(shipped))))
