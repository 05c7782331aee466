"""What the office's own work is tried on: either database, and a carrier on the other side of a wire."""

from __future__ import annotations

import pytest

from hotline.store.unit_of_work import Store
from ivr.carriers.twilio import TwilioCarrier
from tests.carriers.far_side import ACCOUNT, FarSide


@pytest.fixture
def store(either_store: Store) -> Store:
    return either_store


@pytest.fixture
def carrier(far: FarSide) -> TwilioCarrier:
    return TwilioCarrier(ACCOUNT, number="0737-8812345", public_url="http://here", api_base_url=far.url)
