"""Market days: from the town's list to the next one, and what a broken list says."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.catalogue import read_market
from hotline.domain.errors import Refused
from hotline.domain.lunar import today_of
from hotline.domain.market import NO_MARKET, Market
from hotline.town import DATA, BrokenList, read_town

DAYS = st.dates(date(2024, 1, 1), date(2032, 1, 1))


@given(DAYS)
def test_the_next_market_is_never_more_than_ten_days_off_and_is_one(today: date) -> None:
    market = Market(frozenset((3, 8, 13, 18, 23, 28)))
    found = market.next_from(today)
    assert found is not None
    assert today <= found <= today + timedelta(days=10)
    assert today_of(found)[1] % 5 == 3


def test_by_the_common_calendar() -> None:
    assert Market(frozenset((5, 10)), lunar=False).next_from(date(2026, 11, 24)) == date(2026, 12, 5)


def test_the_demonstration_town_keeps_threes_and_eights() -> None:
    assert read_town().market.held_on(date(2026, 11, 26))


def test_a_list_without_a_row_is_a_town_without_a_market() -> None:
    assert read_market("# none\ncalendar\tdays\n") == NO_MARKET
    assert NO_MARKET.next_from(date(2026, 11, 24)) is None


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("lunar\t3|x", 2), ("moon\t3", 2), ("lunar\t0", 2), ("lunar\t32", 2), ("lunar\t", 2), ("lunar\t|", 2),
        ("lunar\t3\nlunar\t8", 3), ("\t3", 2),
    ],
)  # fmt: skip
def test_a_broken_list_names_its_line(row: str, line: int) -> None:
    with pytest.raises(Refused) as wrong:
        read_market(f"calendar\tdays\n{row}\n")
    assert wrong.value.facts["line"] == line


def test_a_broken_list_is_told_with_its_file_and_line(tmp_path: Path) -> None:
    for name in ("service-catalogue", "villages", "grievance-topics", "market-days", "officers", "case-kinds"):
        shutil.copy(DATA / f"{name}.tsv", tmp_path)
    assert read_town(tmp_path) == read_town()
    (tmp_path / "villages.tsv").write_text("id\tname\tgroups\nV01\t\t8\n", "utf8")
    with pytest.raises(BrokenList, match=r"villages\.tsv, line 2"):
        read_town(tmp_path)
    learnt = tmp_path / "learnt.tsv"
    for broken in (b"kind\tid\tphrase\nvillage\t1\tx\n", b"\xff\xfe", b"nothing"):
        learnt.write_bytes(broken)
        with pytest.raises(BrokenList, match="learnt"):
            read_town(learnt=learnt)
