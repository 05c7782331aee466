"""Whether a request comes from the carrier: its signature is the account's token over the address and the form.

Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security. The address is the one the carrier
was given, which behind a proxy is not the one seen here; so the configured public address is tried first,
then the one the request itself names. X-Forwarded-* headers are not read: anybody can send them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from twilio.request_validator import RequestValidator

Form = Mapping[str, Any]
"""The whole form as received: a MultiDict, since every value counts, also those nobody reads."""


class Signatures:
    """Checks what a carrier signs with any of the tokens (two while one is being replaced)."""

    def __init__(self, public_url: str, tokens: Sequence[str]) -> None:
        self._public_url = public_url.rstrip("/")
        self._tokens = tuple(token for token in tokens if token)

    def of_webhook(self, url: str, form: Form, signature: str) -> bool:
        """A form POST or a GET; `url` as the request names it, with its query; a GET has an empty form."""
        return any(signed(seen, form, signature, self._tokens) for seen in self._addresses(url))

    def of_upgrade(self, url: str, signature: str) -> bool:
        """A WebSocket upgrade; carriers sign it as wss:// or https://, with or without a slash at the end."""
        try:
            spelled = [s for seen in self._addresses(url) for s in _upgrade_spellings(seen)]
        except ValueError:  # an address whose port is no number
            return False
        return any(signed(s, {}, signature, self._tokens) for s in spelled)

    def _addresses(self, url: str) -> Iterable[str]:
        seen = urlsplit(url)
        public = urlsplit(self._public_url)
        if public.netloc:
            path = public.path + seen.path
            yield urlunsplit((public.scheme, public.netloc, path, seen.query, ""))
        yield url


def signed(url: str, params: Form, signature: str, tokens: Sequence[str]) -> bool:
    """Whether one of the tokens gives this signature over this address, with or without port, and form."""
    try:
        return any(RequestValidator(token).validate(url, params, signature) for token in tokens)
    except ValueError:  # an address whose port is no number
        return False


def _upgrade_spellings(url: str) -> Iterable[str]:
    parts = urlsplit(url)
    secure = parts.scheme in {"https", "wss"}
    schemes = ("wss", "https") if secure else ("ws", "wss", "http", "https")
    path = parts.path.rstrip("/")
    for scheme in schemes:
        # the validator adds a missing port itself, but knows wss by the wrong one
        places = (parts.netloc,) if parts.port or scheme != "wss" else (parts.netloc, f"{parts.netloc}:443")
        for place in places:
            yield urlunsplit((scheme, place, path, parts.query, ""))
            yield urlunsplit((scheme, place, path + "/", parts.query, ""))
