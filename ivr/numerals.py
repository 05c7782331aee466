"""Numbers as they are said in Chinese, for who speaks them and for who listens for them."""

from __future__ import annotations

import cn2an


def numeral(number: int) -> str:
    """二十五, 十二: as it is said, 一十二 shortened."""
    said = str(cn2an.an2cn(number))
    return said.removeprefix("一") if said.startswith("一十") else said
