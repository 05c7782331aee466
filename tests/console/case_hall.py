"""Somebody logged in among the cases of a busy day."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.console.office_day import Visitor


class Hall(Visitor):
    """Somebody logged in among the cases of a busy day."""

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
