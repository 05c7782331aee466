"""What the office's own work is tried on: either database, and a carrier on the other side of a wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from ivr.carriers.twilio import TwilioCarrier
from tests.carriers.far_side import ACCOUNT, FarSide


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/h.sqlite" if sqlite else str(request.getfixturevalue("postgres_url"))
    upgrade(url)
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def carrier(far: FarSide) -> TwilioCarrier:
    return TwilioCarrier(ACCOUNT, number="0737-8812345", public_url="http://here", api_base_url=far.url)
