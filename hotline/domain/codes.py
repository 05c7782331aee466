"""The six-digit codes that residents are told: one set for appointments and cases."""

from __future__ import annotations

from collections.abc import Callable

from hotline.domain.errors import Refused

DRAWS = 100
"""How many are tried: with a third of all codes in use, one in 10^47 finds none."""


class CodeInUse(Exception):
    """Somebody has been told that code."""


def free_code(in_use: Callable[[str], bool], draw_code: Callable[[], str]) -> str:
    """A code nobody has; Refused("no_code") if none is found in a hundred draws."""
    for _ in range(DRAWS):
        if not in_use(code := draw_code()):
            return code
    raise Refused("no_code")
