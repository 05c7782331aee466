"""Small secrets kept closed in the database: whoever has a copy of it alone cannot read them.

Made of HMAC-SHA256 alone, for nothing among the dependencies encrypts: HKDF (RFC 5869) draws two keys from the
office's own, one makes the key stream (counter mode over a fresh nonce), the other the tag (encrypt, then sign).
"""

from __future__ import annotations

import binascii
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

HASH = "sha256"
NONCE, TAG, BLOCK = 12, 16, 32
"""Bytes."""


class Unreadable(Exception):
    """Sealed with another key, for somebody else, or changed since."""


@dataclass(frozen=True)
class Sealing:
    """Seals and opens for one purpose with one key. Its repr shows neither."""

    _hides: bytes = field(repr=False)
    _signs: bytes = field(repr=False)

    @classmethod
    def of(cls, key: str, purpose: str) -> Sealing:
        """`key` is secret and long; another purpose gives other keys."""
        drawn = hmac.digest(purpose.encode(), key.encode(), HASH)
        hides = hmac.digest(drawn, b"seal\x01", HASH)
        return cls(hides, hmac.digest(drawn, hides + b"seal\x02", HASH))

    def seal(self, secret: bytes, whose: str) -> str:
        """URL-safe letters, 4/3 of (secret + 28 bytes); never the same twice. Opens for the same `whose` only."""
        nonce = secrets.token_bytes(NONCE)
        hidden = self._mixed(secret, nonce)
        return urlsafe_b64encode(nonce + hidden + self._tag(nonce + hidden, whose)).decode()

    def open(self, sealed: str, whose: str) -> bytes:
        """The secret. Raises Unreadable."""
        try:
            raw = urlsafe_b64decode(sealed.encode("ascii"))
        except (ValueError, binascii.Error) as wrong:
            raise Unreadable from wrong
        body, tag = raw[:-TAG], raw[-TAG:]
        if len(body) < NONCE or not hmac.compare_digest(self._tag(body, whose), tag):
            raise Unreadable
        return self._mixed(body[NONCE:], body[:NONCE])

    def _mixed(self, secret: bytes, nonce: bytes) -> bytes:
        blocks = range(-(-len(secret) // BLOCK))
        stream = b"".join(hmac.digest(self._hides, nonce + n.to_bytes(4), HASH) for n in blocks)
        return bytes(a ^ b for a, b in zip(secret, stream, strict=False))

    def _tag(self, body: bytes, whose: str) -> bytes:
        return hmac.digest(self._signs, whose.encode() + b"\x00" + body, HASH)[:TAG]
