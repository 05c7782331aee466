"""`make scan`: starts the pages over a small simulated town full of hostile words and looks for holes over HTTP.

Prints a table; exit 1 on a finding.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from flask import Flask
from rich.console import Console
from rich.table import Table

from hotline.console.area import PUBLIC
from hotline.console.crawl import reached
from hotline.store.unit_of_work import Store
from tests.console.hall import token_of
from tests.console.hostile import PAYLOADS, poison
from tests.console.matrix import FRAMED, routes
from tests.console.town_pages import PASSWORD, app_of, served, simulated

CLIMBS = ("..%2f..%2fetc%2fpasswd", "%2e%2e%2f", "a%00b", "'", "99999999999999999999", "%E2%80%AE")
ELSEWHERE = "https://evil.example/"
Findings = Iterator[str]


class Scan:
    """Somebody logged in as the supervisor, and somebody who is not."""

    def __init__(self, app: Flask, url: str) -> None:
        self.app, self.url = app, url
        self.nobody = httpx.Client(base_url=url, timeout=30)
        self.inside = httpx.Client(base_url=url, timeout=30)
        first = self.inside.get("/login")
        form = {"username": "supervisor", "password": PASSWORD, "csrf_token": _token(first.text)}
        self.entered = self.inside.post("/login", data=form)
        client = app.test_client()
        client.post("/login", data={**form, "csrf_token": token_of(client)})
        self.pages = reached(app, client)

    def address(self, rule: str, value: str = "1") -> str:
        return re.sub(r"<[^>]+>", lambda _: value, rule)

    def door(self) -> Findings:
        """Whatever is asked without a session leads to the log in."""
        for rule, method, roles in routes(self.app):
            answer = self.nobody.request(method, self.address(rule.rule))
            shut = answer.status_code in (302, 404) and answer.headers.get("location", "/login") == "/login"
            if roles != PUBLIC and not shut:
                yield f"{method} {rule.rule}: {answer.status_code}"

    def forms(self) -> Findings:
        """Nothing is changed by a form of another site."""
        for rule, method, roles in routes(self.app):
            if method == "GET" or ("supervisor" not in roles and roles != PUBLIC):
                continue
            answer = self.inside.request(method, self.address(rule.rule), headers={"Origin": ELSEWHERE})
            if answer.status_code not in (400, 404):
                yield f"{method} {rule.rule}: {answer.status_code}"

    def headers(self) -> Findings:
        """Every page says what may be loaded, that it may not be framed, guessed at or kept."""
        for rule, path in self.pages.items():
            told = self.inside.get(path).headers
            policy = told.get("content-security-policy", "")
            framed = f"frame-ancestors '{'self' if rule in FRAMED else 'none'}'"
            loads = "default-src 'self'" in policy or "default-src 'none'" in policy
            if framed not in policy or "unsafe" in policy or not loads:
                yield f"{rule}: policy {policy!r}"
            if told.get("x-content-type-options") != "nosniff" or told.get("cache-control") != "no-store":
                yield f"{rule}: sniffed or kept"

    def cookie(self) -> Findings:
        """The session's cookie is out of reach of scripts and of other sites."""
        said = self.entered.headers.get("set-cookie", "")
        yield from (f"cookie without {part}" for part in ("HttpOnly", "SameSite=Strict") if part not in said)

    def climbing(self) -> Findings:
        """No id leads to a file or an error."""
        for rule, method, _roles in routes(self.app):
            for climb in CLIMBS if rule.arguments else ():
                answer = self.inside.request(method, self.address(rule.rule, climb))
                if answer.status_code >= 500 or "root:x:" in answer.text:
                    yield f"{method} {rule.rule} with {climb}: {answer.status_code}"

    def echoes(self) -> Findings:
        """What is kept or asked comes back as words, never as markup."""
        bad = ("<script>document", "<img src=x", "<svg/onload", 'href="javascript:')
        for rule, path in self.pages.items():
            for payload in ("", *PAYLOADS[:3]):
                asked = dict.fromkeys(("q", "who", "what", "page", "kind"), payload) if payload else {}
                answer = self.inside.get(path, params=asked or None)
                if answer.status_code >= 500 or any(part in answer.text for part in bad):
                    yield f"{rule} with {payload[:20]!r}: {answer.status_code}"

    def elsewhere(self) -> Findings:
        """Nothing sends anybody to another site."""
        for rule, path in self.pages.items():
            answer = self.inside.get(path, params={"next": ELSEWHERE, "back": ELSEWHERE})
            if "evil.example" in answer.headers.get("location", ""):
                yield f"{rule}: {answer.headers['location']}"

    def methods(self) -> Findings:
        """TRACE and made-up methods are answered by nothing."""
        for path in self.pages.values():
            for method in ("TRACE", "PUT", "MADEUP"):
                if self.inside.request(method, path).status_code not in (405, 501):
                    yield f"{method} {path}"

    def bodies(self) -> Findings:
        """A body too large is refused."""
        if self.inside.post("/unmask", data={"kind": "x" * 2_000_000}).status_code != 413:
            yield "2 MB in a field were read"


def _token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    return found[1] if found else ""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--town", type=Path, default=Path("build/town"))
    asked.add_argument("--weeks", type=int, default=2)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        town = Path(folder) / "town"
        shutil.copytree(simulated(given.town, given.weeks, 300), town)
        app = app_of(town)
        store = Store(f"sqlite:///{town / 'hotline.sqlite'}")
        with store.open() as office:
            poison(office)
            office.commit()
        store.close()
        with served(app) as url:
            scan = Scan(app, url)
            checks: tuple[Callable[[], Findings], ...] = (
                scan.door, scan.forms, scan.headers, scan.cookie, scan.climbing, scan.echoes, scan.elsewhere,
                scan.methods, scan.bodies,
            )  # fmt: skip
            found = {check: list(check()) for check in checks}
    table = Table("looked for", "findings", title=f"{len(scan.pages)} pages reached")
    for check, findings in found.items():
        table.add_row((check.__doc__ or "").strip(), "\n".join(findings[:20]) or "none")
    Console().print(table)
    sys.exit(1 if any(found.values()) else 0)


if __name__ == "__main__":
    main()
