"""Stretches of days that reports are about."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.domain.surveys.frame import week_days
from hotline.reports.wording import said

TREND_DAYS = 7 * 13
"""So far back the trend and the watch look."""


@dataclass(frozen=True)
class Period:
    name: str
    """2026-11, 2026-Q4, 2026-W47 or 2026-11-01..2026-11-15"""
    first: date
    last: date

    @property
    def looks_back_to(self) -> date:
        return min(self.first, self.last - timedelta(days=TREND_DAYS))

    @property
    def title(self) -> str:
        """As a headline has it."""
        if re.fullmatch(r"\d{4}-\d{2}", self.name):
            return said("form", "month", year=self.first.year, month=self.first.month)
        if "-Q" in self.name:
            return said("form", "quarter", year=self.first.year, quarter=(self.first.month + 2) // 3)
        return self.name


def month(text: str) -> Period:
    """2026-11. ValueError for anything else."""
    if not re.fullmatch(r"\d{4}-\d{2}", text, re.ASCII):
        raise ValueError(f"{text[:20]!r} is not a month: write it as 2026-11")
    first = date.fromisoformat(f"{text}-01")
    return Period(text, first, first.replace(day=monthrange(first.year, first.month)[1]))


def quarter(text: str) -> Period:
    """2026-Q4. ValueError for anything else."""
    found = re.fullmatch(r"(\d{4})-Q([1-4])", text, re.ASCII)
    if found is None:
        raise ValueError(f"{text[:20]!r} is not a quarter: write it as 2026-Q4")
    year, number = int(found[1]), int(found[2])
    last = date(year, number * 3, monthrange(year, number * 3)[1])
    return Period(text, date(year, number * 3 - 2, 1), last)


def week(text: str) -> Period:
    """2026-W47. ValueError for anything else."""
    return Period(text, *week_days(text))


def between(first: date, last: date) -> Period:
    """Any days. ValueError where they are the wrong way round."""
    if last < first:
        raise ValueError("it ends before it begins")
    return Period(f"{first}..{last}", first, last)
