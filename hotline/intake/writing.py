"""Writes a town's lists as files that can be edited and imported again."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import yaml

from hotline.domain.lists import SHAPES, Document, Json

FORMS = ("csv", "xlsx", "yaml")


def write_lists(document: Document, folder: Path, form: str) -> list[Path]:
    """The files written: a CSV for each list, or one workbook, or one YAML. Raises FileExistsError, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    if form == "xlsx":
        return [_kept(folder / "catalogue.xlsx", _workbook(document))]
    if form == "yaml":
        text = yaml.safe_dump(_plain(document), allow_unicode=True, sort_keys=False, width=115)
        return [_kept(folder / "catalogue.yaml", text.encode("utf8"))]
    return [_kept(folder / f"{name}.csv", _csv(document, name)) for name in SHAPES]


def _kept(path: Path, raw: bytes) -> Path:
    with path.open("xb") as new:  # nobody's work is written over
        new.write(raw)
    return path


def _grid(document: Document, name: str) -> list[list[Json]]:
    columns = [column.name for column in SHAPES[name].columns]
    return [columns, *([_cell(row.get(column)) for column in columns] for row in document.get(name, []))]


def _cell(value: Json) -> Json:
    """A value as it stands in one cell."""
    if isinstance(value, list):
        return "|".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value


def _csv(document: Document, name: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(_grid(document, name))
    return out.getvalue().encode("utf-8-sig")  # the mark tells Excel that it is not GBK


def _workbook(document: Document) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 -- slow to load, and needed here alone

    book = Workbook()
    book.remove(book.worksheets[0])
    for name in SHAPES:
        sheet: Any = book.create_sheet(name)
        for line, row in enumerate(_grid(document, name), start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(line, place, value)
                cell.number_format = "@" if isinstance(value, str) else "General"  # 0731 stays 0731
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(document: Document) -> dict[str, list[dict[str, Json]]]:
    """Sections with rows; numbers and yes/no as text, as they are read again."""
    return {
        name: [
            {key: value if isinstance(value, list | int) and not isinstance(value, bool) else _cell(value)
             for key, value in row.items()}
            for row in document.get(name, [])
        ]
        for name in SHAPES
    }  # fmt: skip
