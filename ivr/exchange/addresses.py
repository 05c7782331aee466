"""Where the service is: the address it is known by, and the one it is reached at."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit


@dataclass(frozen=True)
class Addresses:
    """`public` is what URLs are built and signed with; `local` is where the connection really goes."""

    public: str
    local: str = ""

    def absolute(self, url: str, base: str = "") -> str:
        """A link of a TwiML document as a full URL."""
        return urljoin(base or f"{self.public}/", url.strip())

    def reach(self, url: str) -> str:
        """Where to connect for this URL; others' URLs are left as they are."""
        asked, public = urlsplit(url), urlsplit(self.public)
        if not self.local or asked.netloc != public.netloc:
            return url
        local = urlsplit(self.local)
        secure = local.scheme in ("https", "wss")
        kinds = ("wss", "ws") if asked.scheme in ("ws", "wss") else ("https", "http")
        scheme = kinds[0] if secure else kinds[1]
        return urlunsplit((scheme, local.netloc, asked.path, asked.query, ""))
