"""Status callbacks of one call or message: one after the other, unless a fault says otherwise."""

from __future__ import annotations

from ivr.exchange.faults import Faults
from ivr.exchange.plant import Plant
from ivr.exchange.webhooks import Request, WebhookFailed


class Reports:
    """A queue of status callbacks that is worked in the background."""

    def __init__(self, plant: Plant, sid: str, faults: Faults) -> None:
        self._plant = plant
        self._sid = sid
        self._faults = faults
        self._waiting: list[Request] = []
        self._working = False
        self._held: Request | None = None

    def send(self, request: Request, *, last: bool = False) -> None:
        """Queues one callback; `last` lets go of one held back by the out-of-order fault."""
        if self._faults.statuses_out_of_order and self._held is None and not last:
            self._held = request
            return
        self._waiting.append(request)
        if self._held is not None:
            self._waiting.append(self._held)
            self._held = None
        if not self._working:
            self._working = True
            self._plant.background.spawn(self._work())

    async def _work(self) -> None:
        while self._waiting:
            await self._plant.pace.sleep(self._faults.late_status_s)
            try:
                await self._plant.webhooks.send(self._waiting.pop(0), self._faults)
            except WebhookFailed as failure:
                self._plant.alert(failure.code, f"status callback: {failure}", self._sid)
        self._working = False
