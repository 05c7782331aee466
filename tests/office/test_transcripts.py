"""Two transcripts side by side: nothing is lost, and only what differs is marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.transcripts import differences


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_pieces_are_the_second_transcript(first: str, second: str) -> None:
    assert "".join(text for text, _ in differences(first, second)) == second


@given(st.text("我叫王桂花，。？", max_size=30))
def test_the_same_words_with_other_marks_do_not_differ(text: str) -> None:
    assert not any(differs for _, differs in differences(text, text.replace("，", "").replace("。", "！")))


@pytest.mark.parametrize(
    ("first", "second", "marked"),
    [
        ("我叫王贵花", "我叫王桂花。", ["桂"]),
        ("是挑村的", "石桥村的。", ["石桥"]),
        ("", "喂？", ["喂？"]),
        ("九点", "", []),
    ],
)
def test_what_is_read_otherwise_is_marked(first: str, second: str, marked: list[str]) -> None:
    assert [text for text, differs in differences(first, second) if differs] == marked
