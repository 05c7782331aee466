"""The web telephone's files; nothing outside the folder can be asked for, and nothing is loaded from elsewhere."""

from __future__ import annotations

from pathlib import Path

from ivr.exchange.http import HttpResponse

_FOLDER = Path(__file__).with_name("phone")
_FILES = {
    "/phone": ("index.html", "text/html; charset=utf-8"),
    "/phone/": ("index.html", "text/html; charset=utf-8"),
    "/phone/phone.js": ("phone.js", "text/javascript; charset=utf-8"),
    "/phone/worklet.js": ("worklet.js", "text/javascript; charset=utf-8"),
    "/phone/phone.css": ("phone.css", "text/css; charset=utf-8"),
}
_ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    b'<rect width="16" height="16" rx="3" fill="#1a7f37"/>'
    b'<path d="M4 3h2l1 3-1.5 1a7 7 0 0 0 3.5 3.5L10 9l3 1v2a1 1 0 0 1-1 1A9 9 0 0 1 3 4a1 1 0 0 1 1-1z" '
    b'fill="#fff"/></svg>'
)
_HEADERS = (
    ("Content-Security-Policy", "default-src 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-cache"),
)


def phone_file(path: str, cookie: str = "") -> HttpResponse:
    """One file of the page; `cookie` is set with it if there is one."""
    if path == "/phone/icon.svg":
        return HttpResponse(200, _ICON, "image/svg+xml", _HEADERS)
    if path not in _FILES:
        return HttpResponse(404, b"not found", "text/plain")
    name, kind = _FILES[path]
    setting = (("Set-Cookie", cookie),) if cookie else ()
    return HttpResponse(200, (_FOLDER / name).read_bytes(), kind, (*_HEADERS, *setting))
