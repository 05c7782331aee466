"""Lists from CSV and TSV files, as Excel in China writes them too: GBK, UTF-8 with a mark, UTF-16."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from hotline.domain.lists import Origin
from hotline.intake.reading import Line, Reading, take_grid

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Unreadable(Exception):
    """What stands in a file is no text; `line` where that is known."""

    def __init__(self, wrong: str, mend: str, line: int = 0) -> None:
        super().__init__(wrong)
        self.wrong, self.mend, self.line = wrong, mend, line


def take_text(reading: Reading, name: str, file: str, raw: bytes) -> None:
    """Takes one list from the bytes of a CSV or TSV file."""
    try:
        text = decoded(raw)
        take_grid(reading, name, Origin(file), lines(text))
    except Unreadable as bad:
        reading.wrong(Origin(file, line=bad.line), bad.wrong, bad.mend)


def decoded(raw: bytes) -> str:
    """The text of a file: by its mark, else UTF-8, else GBK. Raises Unreadable."""
    marked = next((encoding for mark, encoding in _MARKS if raw.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as bad:
            line = raw[: bad.start].count(b"\n") + 1
            continue
        if "\0" not in text:
            return text
        line = text[: text.index("\0")].count("\n") + 1
        break
    raise Unreadable("this is no text", "save it as CSV (UTF-8 or GBK), or as .xlsx with that ending", line)


def lines(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as bad:
            raise Unreadable(f"cannot be read: {bad}", "close every quotation mark, or remove them", line) from bad
        yield line, cells
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """What parts the cells of the heading: a tab, else a comma, else a semicolon."""
    heading = next((line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"), "")
    return next((mark for mark in "\t,;" if mark in heading), ",")
