"""Names whose surname was spelled: what was spelled counts for more than the one syllable."""

from __future__ import annotations

import pytest

from ivr.understanding.names import names
from ivr.understanding.sounds import Heard


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        ("张长生，木子李", "李长生"),
        ("我姓成，耳东陈，陈秀兰", "陈秀兰"),
        ("张小红，立早章", "章小红"),
        ("王桂花", "王桂花"),
    ],
)
def test_a_surname_that_was_spelled_is_the_surname(heard: str, name: str) -> None:
    assert names(Heard.heard([heard]), answer=True)[0].value == name


def test_two_surnames_spelled_leave_the_name_as_it_was_heard() -> None:
    assert names(Heard.heard(["王桂花，木子李，弓长张"]), answer=True)[0].value == "王桂花"
