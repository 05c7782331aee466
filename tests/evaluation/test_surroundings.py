"""What is heard behind callers in an evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.evaluation.surroundings import SURROUNDINGS, surroundings


@pytest.mark.audio
@pytest.mark.parametrize("kind", SURROUNDINGS)
def test_every_kind_is_as_loud_and_the_same_for_the_same_seed(kind: str) -> None:
    sound = surroundings(kind, 1)
    assert np.sqrt(np.mean(sound**2)) == pytest.approx(1.0, abs=1e-3)
    assert np.array_equal(sound, surroundings(kind, 1))
    assert not np.array_equal(sound, surroundings(kind, 2))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no noise 'jet'"):
        surroundings("jet", 1)
