"""One address for every page that can be reached: followed from the first page along its links, as a person would.

For measuring and looking at pages; nothing that serves them imports it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.wrappers import Response

from hotline.console.area import PUBLIC

_LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
MOST = 400
"""Pages asked for before giving up: lists lead to thousands of rows, one of each kind is enough."""


def pages_of(app: Flask) -> list[Rule]:
    """Every rule of the pages that answers GET."""
    rules = app.url_map.iter_rules()
    found = [rule for rule in rules if rule.endpoint.startswith("console.") and "GET" in (rule.methods or ())]
    return sorted((rule for rule in found if rule.endpoint != "console.static"), key=lambda rule: rule.rule)


def open_to(app: Flask, rule: Rule, role: str) -> bool:
    roles: frozenset[str] = getattr(app.view_functions[rule.endpoint], "roles", frozenset())
    return role in roles or roles == PUBLIC


def is_page(answer: Response) -> bool:
    """Whether a browser would show it: HTML, no stream, nothing to be saved."""
    saved = answer.headers.get("Content-Disposition", "").startswith("attachment")
    return (
        answer.status_code == 200
        and answer.mimetype == "text/html"
        and answer.content_length is not None
        and not saved
    )


def reached(app: Flask, client: FlaskClient, start: str = "/today") -> Mapping[str, str]:
    """By rule, one address that answers this client with a page of HTML. Streams are not opened."""
    match = app.url_map.bind("localhost").match
    waiting, seen, found = deque([start]), {start}, dict[str, str]()
    waiting.extend(rule.rule for rule in pages_of(app) if not rule.arguments)
    asked = 0
    while waiting and asked < MOST:
        address = waiting.popleft()
        try:
            rule, _ = match(urlsplit(address).path, method="GET", return_rule=True)
        except (HTTPException, RequestRedirect):
            continue
        if rule.rule in found or not rule.endpoint.startswith("console.") or rule.endpoint == "console.static":
            continue
        asked += 1
        answer = client.get(address)
        if is_page(answer):
            found[rule.rule] = address
            for link in _LINK.findall(answer.text):
                here = unescape(link)
                if here not in seen:
                    seen.add(here)
                    waiting.append(here)
        answer.close()
    return found
