"""Lists from an Excel workbook, a sheet for each; what a workbook might do to its reader is refused first."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from hotline.domain.lists import SHAPES, Origin
from hotline.intake.reading import MOST_COLUMNS, MOST_ROWS, Line, Reading, list_called, take_grid

MOST_PARTS = 2_000
MOST_BYTES_UNPACKED = 64 << 20
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError, OSError,
    IndexError, EOFError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip
"""What reading a workbook that is none ends in."""


def take_workbook(reading: Reading, file: str, raw: bytes) -> None:
    """Takes every sheet that is called after a list; one whose name begins with # is a remark."""
    if (told := _danger(raw)) is not None:
        reading.wrong(Origin(file), *told)
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that no list needs
            _take(reading, file, raw)
    except _BROKEN as bad:
        told_of = f"Excel files have another form inside ({type(bad).__name__})"
        reading.wrong(Origin(file), f"not a workbook: {told_of}", "open it in Excel and save it as .xlsx again")


def _take(reading: Reading, file: str, raw: bytes) -> None:
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
    try:
        for sheet in book.worksheets:
            title = sheet.title.strip()
            origin = Origin(file, title[:40])
            if title.startswith("#"):
                continue
            if (name := list_called(title)) is None:
                mend = f"call it one of {', '.join(SHAPES)}, or begin its name with #"
                reading.wrong(origin, f"{title[:40]!r} is no list", mend)
                continue
            sheet.reset_dimensions()
            take_grid(reading, name, origin, _lines(reading, origin, sheet))
    finally:
        book.close()


def _lines(reading: Reading, origin: Origin, sheet: Any) -> Iterator[Line]:
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        here = Origin(origin.file, origin.sheet, number)
        if number > MOST_ROWS + 100:
            reading.wrong(here, f"something below line {number - 1}", "delete the rows below the list")
            return
        cells = [_text(cell) for cell in row]
        if len(cells) > MOST_COLUMNS and cells[MOST_COLUMNS]:
            reading.wrong(here, f"more than {MOST_COLUMNS} columns", "delete what stands beside the list")
        yield number, cells[:MOST_COLUMNS]


def _text(cell: Any) -> str:
    """A cell as it would be typed; formulas and their errors keep the mark of one, and are refused as such."""
    value = cell.value
    if value is None:
        return ""
    if getattr(cell, "data_type", "") in ("f", "e"):
        written = getattr(value, "text", value)
        return f"={str(written).lstrip('=')}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _danger(raw: bytes) -> tuple[str, str] | None:
    """What is wrong with the file itself, and what to do; None if it may be opened."""
    if raw.startswith(_OLD_EXCEL):
        return "an old or a locked Excel file", "save it as .xlsx without a password"
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as pack:
            parts = pack.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES_UNPACKED:
                return "unpacks to more than any list needs", "save the lists alone into a new workbook"
            if any(_has_own_entities(pack, part) for part in parts):
                return "holds XML that explains itself (DOCTYPE)", "open it in Excel and save it as .xlsx again"
    except _BROKEN:
        return "not an Excel workbook", "save it as .xlsx from Excel or WPS"
    return None


def _has_own_entities(pack: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    if not part.filename.endswith((".xml", ".rels")):
        return False
    text = pack.read(part).replace(b"\0", b"")  # two bytes a letter hide nothing
    return b"<!DOCTYPE" in text or b"<!ENTITY" in text
