"""Tables for a spreadsheet; nothing that a resident said becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from hotline.reports.contents import Contents
from hotline.reports.figures import Names
from hotline.reports.shares import cautions, share
from hotline.reports.wording import named
from hotline.reports.xml import clean

Rows = list[list[str]]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%")
LONGEST_CELL = 32_000


def tables(contents: Contents) -> dict[str, Rows]:
    """Satisfaction by everything, and the rows of the ledger as everybody at work may read them."""
    found = {}
    for key, groups in contents.summary.groups.items():
        head = [named("column", key), named("column", "satisfied"), "n", named("column", "note")]
        rows = [[_name(contents.names, key, one), share(f), str(f.n), cautions(f)] for one, f in groups.items()]
        found[key] = [head, *rows]
    found["ledger"] = _ledger(contents)
    return found


def _name(names: Names, key: str, value: str) -> str:
    return names.of(key, value)


def _ledger(contents: Contents) -> Rows:
    head = [named("column", name) for name in ("row", "finding", "where", "said", "state", "remedy")]
    open_rows = [one for one in contents.items if not one.entry.confidential]
    return [
        head,
        *(
            [
                str(one.entry.id),
                named("kind", str(one.entry.kind)),
                contents.names.place(one.entry.place),
                one.words,
                named("state", one.entry.state),
                one.remedy or one.reply,
            ]
            for one in open_rows
        ),
    ]


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """For Excel: with the mark that tells it from GBK."""
    out = io.StringIO()
    csv.writer(out).writerows([[harmless(cell) for cell in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(sheets: dict[str, Rows]) -> bytes:
    """One sheet a table; every cell is text."""
    from openpyxl import Workbook  # noqa: PLC0415 -- slow to load, and needed here alone

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet: Any = book.create_sheet(name)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(line, place)
                cell.value = harmless(value)
                cell.data_type = "s"
                cell.number_format = "@"
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(cell: str) -> str:
    """A text that no spreadsheet takes for a formula, a command or a link to another program (CWE-1236)."""
    plain = clean(cell)[:LONGEST_CELL]
    return f"'{plain}" if plain.lstrip(" \u3000\ufeff").startswith(_FORMULA) else plain
