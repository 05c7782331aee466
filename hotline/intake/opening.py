"""Opens what an administrator names: a folder of lists, one workbook, one YAML file, or one list alone."""

from __future__ import annotations

import stat
from pathlib import Path

from hotline.domain.lists import SHAPES, Origin
from hotline.intake.reading import Reading, list_called
from hotline.intake.texts import Unreadable, decoded, take_text

BIGGEST = 8 << 20
"""Bytes of one file; the lists of a county are a hundredth of it."""
TEXTS = (".csv", ".tsv", ".txt")
BOOKS = (".xlsx", ".xlsm")
YAMLS = (".yaml", ".yml")


def read_lists(path: Path) -> Reading:
    """Every list found there, and everything that is wrong with how it is written; whatever is in it."""
    reading = Reading()
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix.lower() in (*TEXTS, *BOOKS, *YAMLS))
        for file in files:
            if not file.name.startswith((".", "~$")) and not _is_remark(file):
                _take_file(reading, file)
        if not files:
            reading.wrong(Origin(path.name), "no list in this folder", f"put {', '.join(SHAPES)} into it as .csv")
    else:
        _take_file(reading, path)
    return reading


def read_shipped(folder: Path) -> Reading:
    """The lists in a folder that holds other things too: text files called after a list, and nothing else."""
    reading = Reading()
    for file in sorted(folder.iterdir()):
        if file.suffix in TEXTS and list_called(file.stem):
            _take_file(reading, file)
    return reading


def _is_remark(file: Path) -> bool:
    """A text in a folder that is called after no list is somebody's note."""
    return file.suffix.lower() == ".txt" and list_called(file.stem) is None


def _take_file(reading: Reading, file: Path) -> None:
    origin = Origin(file.name)
    try:
        raw = _bytes(file)
    except Unreadable as bad:
        reading.wrong(origin, bad.wrong, bad.mend)
        return
    ending = file.suffix.lower()
    if ending in BOOKS:
        from hotline.intake.workbooks import take_workbook  # noqa: PLC0415 -- openpyxl only where there is a workbook

        take_workbook(reading, file.name, raw)
    elif ending in YAMLS:
        from hotline.intake.yamls import take_yaml  # noqa: PLC0415

        try:
            take_yaml(reading, file.name, decoded(raw))
        except Unreadable as bad:
            reading.wrong(Origin(file.name, line=bad.line), bad.wrong, bad.mend)
    elif ending in TEXTS:
        name = list_called(file.stem)
        if name is None:
            reading.wrong(origin, f"{file.stem!r} is no list", f"call the file one of {', '.join(SHAPES)}")
        else:
            take_text(reading, name, file.name, raw)
    else:
        reading.wrong(origin, "no file we read", "give it as .xlsx, .csv, .tsv or .yaml")


def _bytes(file: Path) -> bytes:
    """The file's content. Raises Unreadable for what is none, is empty or is too big."""
    try:
        told = file.stat()
        if not stat.S_ISREG(told.st_mode):
            raise Unreadable("not a file", "give a file or a folder")
        if told.st_size > BIGGEST:
            raise Unreadable(f"{told.st_size >> 20} MB", f"lists are smaller than {BIGGEST >> 20} MB: is it one?")
        with file.open("rb") as opened:
            raw = opened.read(BIGGEST + 1)
    except OSError as bad:
        raise Unreadable(bad.strerror or str(bad), "check that it is there and may be read") from bad
    if not raw.strip():
        raise Unreadable("an empty file", "fill it, or remove it")
    return raw
