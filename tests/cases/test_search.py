"""Cases are found by any piece of what was said, on both databases, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.case_life import THE_MACHINE
from hotline.domain.case_text import LONGEST, phrase, searched_words
from hotline.store.case_search import Sought
from tests.cases.room import WATER, Room

HOSTILE = (
    "'; DROP TABLE grievances; --",
    '" OR words MATCH "x',
    "a* NEAR(b c)",
    "{words} : ^x",
    "%_\\",
    "王桂花\x00\n\u202e倒过来",
    "👴🏻路灯🔦坏了",
    "ＡＢＣ１２３",
    "𠮷野家门口",
    "水" * 3000,
    "<script>alert(1)</script>",
)


def found(room: Room, text: str, **sought: object) -> list[str]:
    with room.store.open() as office:
        wanted = Sought(text=text, **sought)  # type: ignore[arg-type]
        return [case.code for case in office.grievances.search(wanted, THE_MACHINE)]


def test_any_two_characters_of_a_story_find_it_and_no_others_do(room: Room) -> None:
    case = room.opened(story="我跟你讲，自来水停了三天了", where="村小学旁边")
    for piece in ("来水", "停了", "三天", "自来水停了三天", "小学", "水停", case.code, "讲自"):
        assert found(room, piece) == [case.code], piece
    for piece in ("水来", "三了", "停电", "边我", "了村"):  # neighbours only in two different texts
        assert found(room, piece) == [], piece


def test_one_character_finds_it_wherever_it_stands(room: Room) -> None:
    case = room.opened(story="路灯坏了")
    for character in "路灯坏了":
        assert found(room, character) == [case.code]
    assert found(room, "水") == []


@pytest.mark.parametrize("story", HOSTILE)
def test_hostile_text_is_kept_found_and_does_no_harm(room: Room, story: str) -> None:
    kept = story.replace("\x00", "")  # PostgreSQL keeps no NUL: what comes in by telephone or text has none
    case = room.opened(story=kept, where=kept[:50])
    other = room.opened(story="路灯坏了")
    assert room.now(case).story == kept
    for query in (*HOSTILE, kept[:2], kept):
        assert other.code not in found(room, query) or "路灯" in query
    if phrase(kept[:6])[0]:
        assert case.code in found(room, kept[:6])


@pytest.mark.parametrize("query", ["", "  ", "，。！", "\n", "*", '"'])
def test_nothing_telling_is_looked_for_nowhere(room: Room, query: str) -> None:
    case = room.opened()
    assert found(room, query) == ([case.code] if query == "" else [])


def test_the_answer_is_found_once_it_is_there(room: Room) -> None:
    case = room.make(room.opened(), "sign", WATER)
    assert found(room, "换管子") == []
    room.make(case, "answer", WATER, reason="已经换管子了")
    assert found(room, "换管子") == [case.code]
    assert found(room, "停了三天") == [case.code]


def test_who_told_it_cannot_be_searched_for(room: Room) -> None:
    room.opened(name="王桂花", number="13907370001")
    assert found(room, "王桂花") == found(room, "13907370001") == []


def test_pages_follow_each_other_without_gap_or_double(room: Room) -> None:
    codes = [room.opened(dispatched=False).code for _ in range(7)]
    with room.store.open() as office:
        seen: list[str] = []
        before = 0
        while page := office.grievances.search(Sought(text="来水", before=before, page=3), THE_MACHINE):
            seen += [case.code for case in page]
            before = page[-1].id
    assert seen == codes[::-1]


def test_what_is_sought_narrows_the_list(room: Room) -> None:
    water = room.opened()
    light = room.opened(topic="G5", story="路灯坏了", village="V03", urgency="normal", kind="complaint")
    assert found(room, "", topic="G5") == found(room, "", village="V03") == [light.code]
    assert found(room, "", unit="水利站") == found(room, "", urgency="urgent") == [water.code]
    assert found(room, "", kind="complaint", statuses=("dispatched", "signed")) == [light.code]
    assert found(room, "", supervised=True) == found(room, "路灯", village="V02") == []


def test_what_is_looked_at_one_by_one_is_what_the_index_finds(room: Room) -> None:
    """Filters that leave few cases, against none: the database is asked in two ways."""
    stories = (
        "自来水停了三天",
        "路灯坏了，水也停了",
        "a路b灯",
        "停停水水",
        "水",
        *(s.replace("\x00", "") for s in HOSTILE),
    )
    there = [room.opened(story=story, where="石桥头").code for story in stories]
    room.opened(story="自来水停了三天，路灯坏了", village="V03")
    for query in ("停了", "水", "自来水停了三天", "路灯", "路b", "石桥", "水停", "停", "水水", "3", *HOSTILE):
        everywhere = found(room, query)
        assert found(room, query, village="V02") == [code for code in everywhere if code in there], query
        assert found(room, query, kind="praise") == []


@given(st.text(max_size=40), st.text(max_size=40))
def test_words_are_plain_ascii_whatever_was_said(one: str, two: str) -> None:
    for words in (searched_words(one, two), phrase(one)[0]):
        assert words.isascii()
        assert all(word.isalnum() for word in words.split())


@given(st.text(alphabet="水电路灯坏了停12ab，。", max_size=30), st.data())
def test_every_piece_of_a_text_is_a_run_of_its_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    piece = text[start : data.draw(st.integers(start, len(text)))]
    words, beginning = phrase(piece)
    if words:
        whole = f" {searched_words(text)} "
        assert (f" {words}" if beginning else f" {words} ") in whole or beginning


def test_a_text_without_end_is_cut() -> None:
    assert len(searched_words("水" * 100_000).split()) == LONGEST
