"""Where a page may lead after something was done: inside these pages, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 500


def inside(address: str, otherwise: str = "/") -> str:
    """The address if it is a path of this very site, with its question and fragment; else `otherwise`.

    A browser takes a backslash for a slash and leaves out control characters, so both lead elsewhere too.
    """
    if not 0 < len(address) <= LONGEST or "\\" in address or not address.isprintable():
        return otherwise
    if not address.startswith("/") or address.startswith("//"):
        return otherwise
    try:
        split = urlsplit(address)
    except ValueError:
        return otherwise
    return otherwise if split.scheme or split.netloc else address
