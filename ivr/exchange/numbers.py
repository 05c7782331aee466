"""Telephone numbers as carriers write them (E.164), and what a dialled number may look like."""

from __future__ import annotations

import re

_DIALLABLE = re.compile(r"\+?[0-9*#]{2,20}")
_SPACING = re.compile(r"[\s\-()]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0[1-9]\d{8,11}")


def e164(number: str, country: str = "86") -> str:
    """The number in E.164 where it is a national one; short numbers such as 119 stay as they are."""
    bare = _SPACING.sub("", number)
    if _MOBILE.fullmatch(bare):
        return f"+{country}{bare}"
    if _LANDLINE.fullmatch(bare):
        return f"+{country}{bare[1:]}"
    if bare.startswith("00"):
        return f"+{bare[2:]}"
    return bare


def diallable(number: str) -> bool:
    """Whether a telephone could dial this at all."""
    return _DIALLABLE.fullmatch(_SPACING.sub("", number)) is not None
