"""What is sealed opens with its key, for its owner, unchanged; and says nothing otherwise."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.sealing import Sealing, Unreadable

OURS = Sealing.of("k" * 64, "tests")


@given(st.binary(max_size=200), st.text(max_size=40))
def test_it_opens_again(secret: bytes, whose: str) -> None:
    sealed = OURS.seal(secret, whose)
    assert OURS.open(sealed, whose) == secret
    assert sealed != OURS.seal(secret, whose), "never the same twice"
    assert len(secret) < 4 or secret not in sealed.encode()


@given(st.binary(min_size=1, max_size=64), st.integers(min_value=0), st.integers(1, 255))
def test_whatever_is_changed_shows(secret: bytes, place: int, flip: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(OURS.seal(secret, "liu")))
    raw[place % len(raw)] ^= flip
    with pytest.raises(Unreadable):
        OURS.open(base64.urlsafe_b64encode(raw).decode(), "liu")


@pytest.mark.parametrize(
    "other", [Sealing.of("j" * 64, "tests"), Sealing.of("k" * 64, "elsewhere"), Sealing.of("", "tests")]
)
def test_another_key_or_purpose_opens_nothing(other: Sealing) -> None:
    with pytest.raises(Unreadable):
        other.open(OURS.seal(b"secret", "liu"), "liu")


@pytest.mark.parametrize("sealed", ["", "A", "====", "é", "x" * 63, "a" * 64, "\x00"])
def test_what_was_never_sealed_is_unreadable(sealed: str) -> None:
    with pytest.raises(Unreadable):
        OURS.open(sealed, "liu")


def test_nobody_elses_opens_and_no_key_is_shown() -> None:
    with pytest.raises(Unreadable):
        OURS.open(OURS.seal(b"secret", "liu"), "hu")
    assert repr(OURS) == "Sealing()"
