"""Somebody logged in among the cases of a busy day."""

from __future__ import annotations

from dataclasses import dataclass
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hotline.store.unit_of_work import Store
from tests.console.office_day import enter


@dataclass
class Hall:
    """Somebody logged in among the cases of a busy day."""

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

    def version(self, which: str) -> int:
        with self.store.open() as office:
            case = office.grievances.by_code(self.codes[which])
            assert case is not None
            return case.version

    def status(self, which: str) -> str:
        with self.store.open() as office:
            case = office.grievances.by_code(self.codes[which])
            assert case is not None
            return case.status

    def move(self, which: str, move: str, **form: Any) -> TestResponse:
        sent = {"csrf_token": self.token, "version": self.version(which), "move": move} | form
        return self.client.post(f"/cases/{self.codes[which]}/moves", data=sent)
