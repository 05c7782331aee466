"""The feeds of the clerks, below /feeds: one secret address for each, for calendar programs that send no headers.

The address is the key. It is written to no log, opens one feed and nothing else, and can be ended at any time.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, Response, request

from hotline.api.problems import Declined, answer_problems, decline
from hotline.clock import Clock
from hotline.domain.catalogue import Town
from hotline.feeds import clerk_feed
from hotline.store.feed_tokens import LENGTH, Feed, FeedTokens
from hotline.store.tables import LookRow
from hotline.store.unit_of_work import Office, Store

logger = logging.getLogger(__name__)

MEDIA_TYPE = "text/calendar; charset=utf-8"
REQUESTS_A_MINUTE = 30
"""Calendar programs ask every few minutes."""
NO_FEED = "There is no such feed: ask an administrator for a new address (hotline feeds add)."
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{LENGTH}}}")


class Discreet(Flask):
    """Tells of a failure without the address that was asked for: who reads the log must not read the feed."""

    def log_exception(self, exc_info: Any) -> None:
        logger.error("feed not served", exc_info=exc_info)


def feed_server(store: Store, town_of: Callable[[Office], Town], clock: Clock) -> Flask:
    """The application; to be mounted at /feeds."""
    app = Discreet("hotline.feeds", static_folder=None)
    app.after_request(_guard_headers)
    answer_problems(app)

    @app.get("/<token>.ics")
    def feed(token: str) -> Response:
        """A clerk's appointments; 304 while the program has them already."""
        now = clock()
        opened = _opened(store, token, now)
        with store.open() as office:
            body = clerk_feed(office, town_of(office), opened.clerk, now, in_full=opened.in_full)
            response = Response(body, content_type=MEDIA_TYPE)
            response.set_etag(hashlib.sha256(body).hexdigest()[:32])
            response.make_conditional(request)
            if response.status_code == 200:
                _look(office, opened, now)
            office.commit()
        return response

    return app


def _opened(store: Store, token: str, now: datetime) -> Feed:
    """What the token opens, counted whatever comes of the request. Raises Declined with 404 or 429."""
    if not _TOKEN.fullmatch(token):
        decline(404, NO_FEED)
    with store.open() as office:
        found = FeedTokens(office.session).opens(token, now)
        office.commit()
    if found is None:
        decline(404, NO_FEED)
    if found.used > REQUESTS_A_MINUTE:
        wait = 60 - int(now.timestamp()) % 60
        says = f"At most {REQUESTS_A_MINUTE} requests a minute: wait {wait} seconds."
        raise Declined(429, says, {"Retry-After": str(wait)})
    return found


def _look(office: Office, opened: Feed, now: datetime) -> None:
    """Every reading is a look at people's data, by whoever was given the address."""
    what = f"feed of {opened.clerk}" + (", in full" if opened.in_full else "")
    office.session.add(LookRow(username=opened.username, what=what[:120], reason="", at=now))


def _guard_headers(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
