"""The service dies in the middle of a call: ring back, carry on, and the booking is made exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.process import ServiceProcess


@pytest.mark.audio
def test_a_killed_service_goes_on_where_it_was(tmp_path: Path) -> None:
    service = ServiceProcess(tmp_path)
    number = "13907373001"
    try:
        service.carrier.text("SM1", number, "我叫陈秀英，新塘村的，想礼拜天下午三点上门办残疾证")
        service.kill()
        service.start()
        asked = service.carrier.text("SM2", number, "对")
        assert "约好了" in asked
        service.kill()
        service.start()
        again = service.carrier.text("SM2", number, "对")
        assert "约好了" in again
        [row] = [r for r in service.rows("appointments") if r["number"] == number]
        assert (row["service_id"], row["place"]) == ("18", "home")
    finally:
        service.stop()
