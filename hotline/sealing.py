"""Small secrets kept closed in the database: whoever has a copy of it alone cannot read them."""

from __future__ import annotations

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE, KEY = 12, 32
"""Bytes; the tag that AES-GCM adds is 16."""


class Unreadable(Exception):
    """Sealed with another key, for somebody else, or changed since."""


@dataclass(frozen=True)
class Sealing:
    """Seals and opens for one purpose with one key (AES-GCM, its key drawn by HKDF). Its repr shows neither."""

    _cipher: AESGCM = field(repr=False)

    @classmethod
    def of(cls, key: str, purpose: str) -> Sealing:
        """`key` is secret and long; another purpose gives another key."""
        drawn = HKDF(SHA256(), KEY, salt=None, info=purpose.encode()).derive(key.encode())
        return cls(AESGCM(drawn))

    def seal(self, secret: bytes, whose: str) -> str:
        """URL-safe letters, 4/3 of (secret + 28 bytes); never the same twice. Opens for the same `whose` only."""
        nonce = secrets.token_bytes(NONCE)
        return urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, secret, whose.encode())).decode()

    def open(self, sealed: str, whose: str) -> bytes:
        """The secret. Raises Unreadable."""
        try:
            raw = urlsafe_b64decode(sealed.encode("ascii"))
            return self._cipher.decrypt(raw[:NONCE], raw[NONCE:], whose.encode())
        except (ValueError, binascii.Error, InvalidTag) as wrong:
            raise Unreadable from wrong
