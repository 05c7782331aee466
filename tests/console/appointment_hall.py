"""Somebody logged in among the appointments of a week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.domain.appointments import Appointment
from hotline.store.unit_of_work import Store
from tests.console.office_day import enter


@dataclass
class Hall:
    """Somebody logged in among the appointments of a week."""

    client: FlaskClient
    store: Store
    codes: dict[str, str]
    token: str = ""

    def enter(self, username: str) -> None:
        self.token = enter(self.client, username)

    def see(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return unescape(answer.text)

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
