"""Which words of states and kinds the pages show: found for the catalogues of translations by `make words`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import IO

NOT_SHOWN = frozenset({"walk_in_column", "sheet"})
"""Sections that no page translates: what lists and papers are made of."""

Found = tuple[int, str, str, Sequence[str]]
"""Line, function, text, comments: as Babel takes them."""


def words_in(
    file: IO[bytes], _keywords: object, _comment_tags: object, options: Mapping[str, object]
) -> Iterator[Found]:
    """Every word of a words.zh.toml that a page may show, with its section for whoever translates it.

    `options` may leave sections out: without = "sheet duty".
    """
    left_out = {*NOT_SHOWN, *str(options.get("without", "")).split()}
    text = file.read().decode("utf8")
    for section, words in tomllib.loads(text).items():
        if section in left_out:
            continue
        for name, word in words.items():
            yield 1, "_", word, [f"{section}: {name}"]
