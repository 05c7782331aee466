"""What the office may say no to."""

from __future__ import annotations


class Refused(Exception):
    """A rule of the office forbids it; `reason` is a short code that scripts put into words."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
