"""Names and numbers as everybody sees them; in free words, those that are known to be in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from hotline.domain.residents import masked_name, masked_number

LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[ -]?\d){6,}(?!\d)")
"""Seven digits and more are somebody's number; a code has six."""
HIDDEN = "＊＊＊"
"""Words that are a name or a number as a whole, however they were heard."""


@dataclass(frozen=True)
class Mask:
    """Hides what tells who somebody is. With a reason to see it, hides nothing."""

    lifted: bool = False
    names: frozenset[str] = field(default_factory=frozenset)
    """Names known to be in the words."""

    @classmethod
    def over(cls, reason: str | None, names: Iterable[str] = ()) -> Mask:
        return cls(reason is not None, frozenset(name for name in names if len(name) > 1))

    def name(self, name: str) -> str:
        return name if self.lifted else masked_name(name)

    def number(self, number: str) -> str:
        """Empty stays empty: it says that there is none."""
        return number if self.lifted or not number else masked_number(number)

    def words(self, text: str) -> str:
        """A sentence without the names known to be in it, and without long numbers."""
        if self.lifted:
            return text
        for name in sorted(self.names, key=len, reverse=True):
            text = text.replace(name, masked_name(name))
        return LONG_NUMBER.sub(lambda found: masked_number(re.sub(r"\D", "", found[0])), text)

    def anything(self, value: Any) -> Any:
        """The same for every text within lists and objects."""
        if isinstance(value, str):
            return self.words(value)
        if isinstance(value, list):
            return [self.anything(one) for one in value]
        if isinstance(value, dict):
            return {name: self.anything(one) for name, one in value.items()}
        return value

    def wholly(self, value: Any) -> Any:
        """An answer that is a name or a number: no word of it is shown."""
        if self.lifted or value in ("", None, [], {}):
            return value
        return HIDDEN if isinstance(value, str) else type(value)()
