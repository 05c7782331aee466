"""An exchange in another process than the service: its recordings lie with it, and its troubles can be watched."""

from __future__ import annotations

from ivr.exchange.exchange import Exchange, Options
from ivr.exchange.plant import Alert
from tests.exchange.world import NUMBER, SID, TOKEN, world


def test_a_recording_lies_where_the_exchange_is() -> None:
    here = Exchange(SID, TOKEN, "http://town.example", NUMBER)
    elsewhere = Exchange(
        SID, TOKEN, "http://town.example", NUMBER, options=Options(own_url="http://carrier.example/exchange/")
    )
    below = f"/exchange/2010-04-01/Accounts/{SID}/Recordings/RE1"
    assert here.plant.recording_url("RE1") == f"http://town.example{below}"
    assert elsewhere.plant.recording_url("RE1") == f"http://carrier.example{below}"


async def test_whoever_watches_is_told_of_each_alert_at_once() -> None:
    seen: list[Alert] = []
    async with world({"/voice/incoming": (500, "", b"")}, on_alert=seen.append) as here:
        await here.phone.call()
        assert [alert.code for alert in seen] == [11200]
        assert list(here.exchange.alerts) == seen
