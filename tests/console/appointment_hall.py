"""Somebody logged in among the appointments of a week."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.test import TestResponse

from hotline.domain.appointments import Appointment
from tests.console.office_day import Visitor


class Hall(Visitor):
    """Somebody logged in among the appointments of a week."""

    def now(self, which: str) -> Appointment:
        with self.store.open() as office:
            found = office.appointments.by_code(self.codes[which])
            assert found is not None
            return found

    def move(self, which: str, move: str, **form: Any) -> TestResponse:
        sent = {"csrf_token": self.token, "version": self.now(which).version, "move": move} | form
        return self.client.post(f"/appointments/{self.codes[which]}/moves", data=sent)

    def drag(self, which: str, **sent: Any) -> TestResponse:
        path = f"/appointments/{self.codes[which]}/drag"
        body = {"version": self.now(which).version} | sent
        return self.client.post(path, json=body, headers={"X-CSRFToken": self.token})

    def free(self, which: str, nth: int = 0) -> str:
        page = self.see(f"/appointments/{self.codes[which]}?move=change")
        return re.findall(r'<option value="(2026[^"]+)"', page)[nth]
