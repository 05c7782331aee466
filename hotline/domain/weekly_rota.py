"""Weekly rosters expanded to real days: working days, weekends, holidays, swaps, market days and exceptions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hotline.domain.calendar import TOWN_TIME, Hours, Timetable
from hotline.domain.days import MARKET, SORTS, DayKind, OfficeCalendar, OfficeDay, sorts_of
from hotline.domain.rosters import Desk, Shift
from hotline.domain.staffing import WHOLE_DAY, Change, ChangeKind, Span, Weekly, minutes, without

_DAYS_KEPT = 800
_NOBODY: Mapping[str, tuple[Shift, ...]] = {}


@dataclass(frozen=True)
class _Row:
    """A row of a roster, made ready for many days; `applies` is asked only where `may_apply` is true."""

    said: Weekly
    sorts: frozenset[str]
    on_market: bool
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, row: Weekly) -> _Row:
        named = tuple(day for day in row.days if day != MARKET)
        return cls(row, sorts_of(named), MARKET in row.days, _spans(row.hours))

    def may_apply(self, sort: str) -> bool:
        return sort in self.sorts or self.on_market

    def applies(self, today: OfficeDay, calendar: OfficeCalendar) -> bool:
        if not self.said.since <= today.day <= self.said.until:
            return False
        return not self.on_market or today.sort in self.sorts or calendar.is_market(today.day)


class WeeklyRota:
    """The rota of one town. A clerk is never at two desks at once, whatever the rows say: the first one counts,
    an extra shift before a weekly one; who is away serves nowhere, and at a closed desk nobody is served.

    Days once expanded are kept; safe to share between threads.
    """

    def __init__(
        self, desks: Sequence[Desk], rows: Sequence[Weekly], changes: Sequence[Change], calendar: OfficeCalendar
    ) -> None:
        self.calendar = calendar
        self._desks = {desk.id: desk for desk in desks}
        self._rows = _by_sort([_Row.of(row) for row in rows])
        self._changes = changes
        self._kept: dict[date, Mapping[str, tuple[Shift, ...]]] = {}

    def desks(self) -> Sequence[Desk]:
        return tuple(self._desks.values())

    def shifts(self, desk: str, since: datetime, until: datetime) -> Sequence[Shift]:
        """Every shift at this desk that touches the span, soonest first; none at a desk nobody knows."""
        if desk not in self._desks:
            return ()
        found: list[Shift] = []
        day, last = since.astimezone(TOWN_TIME).date(), until.astimezone(TOWN_TIME).date()
        while day <= last:
            found += [s for s in self.on(day).get(desk, ()) if s.ends > since and s.begins < until]
            day += timedelta(days=1)
        return found

    def on(self, day: date) -> Mapping[str, tuple[Shift, ...]]:
        """The shifts of one day by desk, soonest first."""
        kept = self._kept.get(day)
        if kept is None:
            if len(self._kept) >= _DAYS_KEPT:
                self._kept = {}
            kept = self._kept[day] = self._expanded(day)
        return kept

    def _expanded(self, day: date) -> Mapping[str, tuple[Shift, ...]]:
        today = self.calendar.day(day)
        if today.kind is DayKind.CLOSED:
            return _NOBODY
        changes = _changes_on(self._changes, day)
        off = _Off(changes)
        served: dict[str, list[tuple[Span, str]]] = defaultdict(list)
        for clerk, desk, span in (*_extra(changes), *self._weekly(today)):
            if desk in self._desks:
                served[desk] += [(left, clerk) for left in off.take(clerk, desk, span)]
        ends = {minute for spans in served.values() for span, _ in spans for minute in span}
        midnight = datetime.combine(day, time(0), TOWN_TIME)
        at = {minute: midnight + timedelta(minutes=minute) for minute in ends}
        return {
            desk: tuple(Shift(clerk, desk, at[first], at[last]) for (first, last), clerk in sorted(spans))
            for desk, spans in served.items()
            if spans
        }

    def _weekly(self, today: OfficeDay) -> Iterator[tuple[str, str, Span]]:
        for row in self._rows.get(today.sort, ()):
            if row.applies(today, self.calendar):
                for span in row.spans:
                    yield row.said.clerk, row.said.desk, span


class _Off:
    """What is no longer to be had on one day: who is away, which desk is closed, who already serves elsewhere."""

    def __init__(self, changes: Sequence[tuple[Change, Span]]) -> None:
        self._clerks: dict[str, list[Span]] = defaultdict(list)
        self._desks: dict[str, list[Span]] = defaultdict(list)
        for change, span in changes:
            if change.kind is ChangeKind.LEAVE:
                self._clerks[change.clerk].append(span)
            if change.kind is ChangeKind.CLOSED:
                self._desks[change.desk].append(span)

    def take(self, clerk: str, desk: str, span: Span) -> list[Span]:
        """What the clerk can serve of a span; from then on they are taken for it."""
        left = without(span, [*self._clerks[clerk], *self._desks[desk]])
        self._clerks[clerk] += left
        return left


def _by_sort(rows: Sequence[_Row]) -> Mapping[str, Sequence[_Row]]:
    """The rows that may apply on each sort of day, so that a day asks only those."""
    return {sort: [row for row in rows if row.may_apply(sort)] for sort in sorts_of(tuple(SORTS))}


def _spans(hours: Sequence[Hours]) -> tuple[Span, ...]:
    return tuple((minutes(h.first), minutes(h.last)) for h in hours)


def _extra(changes: Sequence[tuple[Change, Span]]) -> Iterator[tuple[str, str, Span]]:
    for change, span in changes:
        if change.kind is ChangeKind.EXTRA:
            yield change.clerk, change.desk, span


def _changes_on(changes: Sequence[Change], day: date) -> list[tuple[Change, Span]]:
    """The exceptions of a day, each with the minutes of this day it covers."""
    found = []
    for change in changes:
        first = minutes(change.begins.time()) if change.begins.date() == day else WHOLE_DAY[0]
        last = minutes(change.ends.time()) if change.ends.date() == day else WHOLE_DAY[1]
        if change.begins.date() <= day <= change.ends.date() and first < last:
            found.append((change, (first, last)))
    return found


@dataclass(frozen=True)
class OpenHours:
    """When somebody serves on one day: within office hours, and outside of them by appointment (延时服务)."""

    day: OfficeDay
    ordinary: tuple[Hours, ...]
    extended: tuple[Hours, ...]


def open_hours(
    rota: WeeklyRota, day: date, timetable: Timetable, desks: frozenset[str] | None = None
) -> OpenHours:
    """Whether the office works on a day, and which of its hours are ordinary and which extended.

    `desks` leaves it to some of them. Office hours in which nobody serves are not open.
    """
    today, shifts = rota.calendar.day(day), rota.on(day)
    served = _joined(
        (minutes(s.begins.time()), _end_minute(s)) for desk, own in shifts.items() for s in own
        if desks is None or desk in desks
    )  # fmt: skip
    office = _spans(timetable.daytime) if today.works else ()
    extended = [left for span in served for left in without(span, office)]
    ordinary = [left for span in served for left in without(span, extended)]
    return OpenHours(today, _as_hours(ordinary), _as_hours(extended))


def _end_minute(shift: Shift) -> int:
    return minutes(shift.ends.time()) or WHOLE_DAY[1]


def _joined(spans: Iterator[Span]) -> list[Span]:
    """Spans that touch or overlap made one, soonest first."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _as_hours(spans: Sequence[Span]) -> tuple[Hours, ...]:
    return tuple(Hours(_clock(first), _clock(last)) for first, last in spans)


def _clock(minute: int) -> time:
    return time.max if minute >= WHOLE_DAY[1] else time(minute // 60, minute % 60)
