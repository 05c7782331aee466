"""The people of the town, as the hotline knows them: by the number they ring from."""

from __future__ import annotations

import re
from dataclasses import dataclass

WITHHELD = {"", "anonymous", "restricted", "unavailable", "unknown", "+266696687", "266696687"}
"""How carriers write a number that the caller hides (266696687 spells ANONYMOUS on a keypad)."""


@dataclass(frozen=True)
class Resident:
    id: int
    number: str
    name: str = ""
    village: str = ""


def plain_number(raw: str) -> str:
    """The number in one spelling: national digits for China, + and digits elsewhere; empty if withheld."""
    text = re.sub(r"[\s\-()]", "", raw.strip())
    if text.lower() in WITHHELD:
        return ""
    text = re.sub(r"^(sip:|tel:|client:)", "", text).split("@")[0]
    return re.sub(r"^(\+86|0086)(?=\d{5,})", "", text)[:32]


def dialled(number: str) -> str:
    """The number as a carrier wants it (E.164)."""
    return number if number.startswith("+") else f"+86{number.removeprefix('0')}"


def masked_number(number: str) -> str:
    """138****1234: what staff see without a reason to see more."""
    return number[:3] + "****" + number[-4:] if len(number) >= 7 else "****"


def masked_name(name: str) -> str:
    """王*花."""
    if len(name) < 2:
        return "*" * len(name)
    return name[0] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")
