"""Where a record is worked on: the page of it, if this console has one."""

from __future__ import annotations

from urllib.parse import quote

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

PAGES = {
    "case": "/cases/{}",
    "appointment": "/appointments/{}",
    "ledger": "/ledger/{}",
    "resident": "/residents/{}",
    "call": "/calls/{}",
    "callback": "/callbacks/{}",
}


def page_of(kind: str, record: object) -> str:
    """The address of a record's page; empty where no area of the console has one."""
    address = PAGES[kind].format(quote(str(record), safe=""))
    try:
        current_app.url_map.bind("").match(address, "GET")
    except RequestRedirect:
        return address
    except HTTPException:
        return ""
    return address
