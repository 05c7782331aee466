"""Lists imported while the service runs count at once, also for what was made ready with the old ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hotline.bootstrap import edition_of
from hotline.store.unit_of_work import Office as Records
from ivr.editions import Edition, Editions
from tests.town import TOWN, Office


def test_a_new_version_is_greeted_once_and_an_old_one_never(tmp_path: Path) -> None:
    office = Office(tmp_path)
    numbers = [0, 2, 2, 2]

    class Lists:
        def newest(self) -> int:
            return numbers.pop(0)

    def make(_office: Records, number: int) -> Edition:
        return replace(edition_of(number, TOWN))

    editions = Editions(edition_of(0, TOWN), make)
    greeted: list[int] = []
    editions.greet = lambda edition: greeted.append(edition.number)
    with office.store.open() as records:
        records.catalogue = Lists()  # type: ignore[assignment]
        for _ in range(4):
            editions.newest(records)
    assert greeted == [2]
