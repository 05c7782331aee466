"""Who may plug in a telephone: this machine, or whoever holds the line token.

The line token is derived from the account's secret (`Exchange.line_token`), so that the secret itself never
travels to a browser. It comes as `?token=` or as the cookie `/phone?token=…` leaves behind.
This machine means: the peer's address is loopback, no proxy stands between (`X-Forwarded-For`), and the name asked
for is a local one, so that no foreign page can reach it by DNS tricks.
"""

from __future__ import annotations

import hmac
import ipaddress
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlsplit

from ivr.exchange.http import HttpRequest

COOKIE = "exchange_line"


def admitted(line_token: str, request: HttpRequest) -> bool:
    """Whether this request may use the exchange's telephones."""
    if not _same_origin(request):
        return False
    return any(hmac.compare_digest(given.encode(), line_token.encode()) for given in _tokens(request)) or _local(
        request
    )


def phone_cookie(request: HttpRequest) -> str:
    """The Set-Cookie value that remembers a token given in the query; empty if there was none."""
    given = parse_qs(request.query).get("token", [""])[0]
    if not given.isalnum():
        return ""
    return f"{COOKIE}={given}; Path=/; HttpOnly; SameSite=Strict"


def _tokens(request: HttpRequest) -> list[str]:
    found = parse_qs(request.query).get("token", [])
    try:
        cookie = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    return found + ([cookie.value] if cookie else [])


def _same_origin(request: HttpRequest) -> bool:
    """A browser says where its page came from; only our own page may open a line."""
    origin = request.headers.get("origin", "")
    return not origin or urlsplit(origin).netloc == request.headers.get("host", "")


def _local(request: HttpRequest) -> bool:
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    name = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return _loopback(request.client) and (name == "localhost" or _loopback(name))


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
