"""What a number can be reached by: a text needs a mobile telephone, a ring any."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumberType

from hotline.domain.residents import dialled

_LOCAL = re.compile(r"[2-9]\d{6,7}")
"""Seven or eight digits without an area code: a landline of the own county."""
_MOBILE_HERE = re.compile(r"1[3-9]\d{9}")
"""As the ministry hands them out; blocks newer than the library's tables are mobiles, too."""
_TEXTED = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.PAGER}


class Reach(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    NOWHERE = "nowhere"
    """Withheld, a service number, or none at all."""


def reach_of(number: str) -> Reach:
    """What a number as the office keeps it (national digits, or + and digits) can be reached by."""
    if _MOBILE_HERE.fullmatch(number):
        return Reach.MOBILE
    if _LOCAL.fullmatch(number):
        return Reach.LANDLINE
    try:
        parsed = phonenumbers.parse(dialled(number), "CN")
    except phonenumbers.NumberParseException:
        return Reach.NOWHERE
    if not phonenumbers.is_possible_number(parsed):
        return Reach.NOWHERE
    kind = phonenumbers.number_type(parsed)
    if kind in _TEXTED:
        return Reach.MOBILE
    return Reach.LANDLINE if kind == PhoneNumberType.FIXED_LINE else Reach.NOWHERE


@cache
def mobile_blocks() -> tuple[str, ...]:
    """The first three figures that mobile numbers of the country begin with, by the library's tables."""
    blocks = map(str, range(130, 200))
    return tuple(block for block in blocks if _is_valid(f"{block}0000") or _is_valid(f"{block}3800"))


def _is_valid(begun: str) -> bool:
    whole = phonenumbers.PhoneNumber(country_code=86, national_number=int(f"{begun}1234"))
    return phonenumbers.is_valid_number(whole)
