"""What is done once nobody could be reached by call: by what the call was for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class After:
    """`text`: a text takes the call's place where one may arrive; `task`: else a person rings."""

    text: bool = False
    task: bool = False


AFTER: Mapping[str, After] = {
    "alert": After(task=True),  # staff, in danger: a text has been tried
    "asked": After(text=True, task=True),
    "reminder": After(text=True, task=True),
    "step": After(text=True, task=True),
    "missed": After(text=True, task=True),
    "notice": After(text=True),
    "offer": After(),  # the place goes to the next
    "survey": After(),  # the campaign texts, and lists who does not answer
    "recheck": After(),  # the ledger texts, and tells the supervisor
}


def after_all(kind: str) -> After:
    return AFTER.get(kind, After())
