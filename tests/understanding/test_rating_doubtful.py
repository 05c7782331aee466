"""What may be one level or another is still made of levels: numbers, whatever the ear makes of them next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from ivr.understanding.closed import rating
from ivr.understanding.sounds import Heard

WORDS = some.text("非常很满意基本不一般还可以卖麦买我好差", min_size=1, max_size=5)


@given(some.lists(WORDS, min_size=1, max_size=3))
def test_every_candidate_of_a_rating_is_a_level(heard: list[str]) -> None:
    assert all(one.value in (1, 2, 3, 4, 5) for one in rating(Heard.heard(heard)).candidates)
