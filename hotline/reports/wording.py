"""The words of reports, kept in one file per language; names of places and periods as a town hall writes them."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "data"


@cache
def _file(language: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((DATA / f"reports.{language}.toml").read_text("utf8"))


def sentence(section: str, name: str) -> str:
    """A sentence of the file with its {places} still open."""
    return str(_file("zh")[section][name])


def said(section: str, name: str, /, **values: object) -> str:
    """A sentence of the file, filled in."""
    return sentence(section, name).format_map(values)


def listed(section: str, name: str) -> list[str]:
    """Several of them."""
    return [str(one) for one in _file("zh")[section][name]]


def named(section: str, name: str) -> str:
    """The word for something; the name itself where there is none."""
    return str(_file("zh").get(section, {}).get(name, name))


def written_date(day: date) -> str:
    """2026年12月3日."""
    return said("form", "date", year=day.year, month=day.month, day=day.day)


def counted(number: int) -> str:
    """一 to 九十九, as headings count."""
    digits = listed("form", "digits")
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + digits[10] + (digits[ones] if ones else "")
