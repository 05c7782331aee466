"""A call as the carrier's records have it: its states, its times, what webhooks and REST say of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any

API_VERSION = "2010-04-01"
Params = list[tuple[str, str]]


class Status(StrEnum):
    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def over(self) -> bool:
        return self not in _NEXT


_UNANSWERED = frozenset({Status.BUSY, Status.NO_ANSWER, Status.FAILED, Status.CANCELED})
_NEXT = {
    Status.QUEUED: frozenset({Status.RINGING}) | _UNANSWERED,
    Status.RINGING: frozenset({Status.IN_PROGRESS}) | _UNANSWERED,
    Status.IN_PROGRESS: frozenset({Status.COMPLETED}),
}


class WrongState(Exception):
    """A call cannot go from its state to the one asked for."""


def new_sid(prefix: str) -> str:
    """A SID in Twilio's form: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def rfc2822(moment: datetime | None) -> str | None:
    """The date format of Twilio's REST API and callbacks."""
    return format_datetime(moment) if moment else None


def _nobody(_call: Call) -> None:
    """Most calls are on nobody's books."""


@dataclass
class Call:
    """One leg from or to a telephone."""

    account_sid: str
    from_: str
    to: str
    direction: str
    """inbound, outbound-api or outbound-dial"""
    parent_sid: str | None = None
    sid: str = field(default_factory=lambda: new_sid("CA"))
    status: Status = Status.QUEUED
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)
    answered: datetime | None = None
    ended: datetime | None = None
    answered_by: str | None = None
    watch: Callable[[Call], None] = field(default=_nobody, repr=False, compare=False)
    """Told of every change."""

    def become(self, status: Status) -> None:
        """Moves on. Raises WrongState where the carrier's state machine has no such step."""
        if status not in _NEXT.get(self.status, frozenset()):
            raise WrongState(f"{self.status} cannot become {status}")
        self.status = status
        self.updated = now()
        if status is Status.IN_PROGRESS:
            self.answered = self.updated
        if status.over:
            self.ended = self.updated
        self.watch(self)

    @property
    def duration_s(self) -> int:
        """Whole seconds from answer to end (or until now); 0 if it was never answered."""
        if self.answered is None:
            return 0
        return int(((self.ended or now()) - self.answered).total_seconds())

    def params(self) -> Params:
        """What every voice webhook carries."""
        fields = [
            ("AccountSid", self.account_sid),
            ("ApiVersion", API_VERSION),
            ("CallSid", self.sid),
            ("CallStatus", self.status.value),
            ("Direction", self.direction),
            ("From", self.from_),
            ("Caller", self.from_),
            ("To", self.to),
            ("Called", self.to),
        ]
        if self.parent_sid:
            fields.append(("ParentCallSid", self.parent_sid))
        if self.answered_by:
            fields.append(("AnsweredBy", self.answered_by))
        return fields

    def resource(self) -> dict[str, Any]:
        """The REST representation."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Calls/{self.sid}"
        unset = ("annotation", "price", "group_sid", "caller_name", "forwarded_from", "trunk_sid")
        return dict.fromkeys(unset) | {
            "sid": self.sid,
            "account_sid": self.account_sid,
            "parent_call_sid": self.parent_sid,
            "to": self.to,
            "to_formatted": self.to,
            "from": self.from_,
            "from_formatted": self.from_,
            "phone_number_sid": None,
            "status": self.status.value,
            "direction": self.direction,
            "start_time": rfc2822(self.answered),
            "end_time": rfc2822(self.ended),
            "duration": str(self.duration_s) if self.status is Status.COMPLETED else None,
            "price_unit": "CNY",
            "answered_by": self.answered_by,
            "queue_time": "0",
            "api_version": API_VERSION,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "uri": f"{uri}.json",
            "subresource_uris": {"recordings": f"{uri}/Recordings.json"},
        }
