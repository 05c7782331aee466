"""Reads what reports are made of: figures of the callback, rows of the ledger, with everybody's name masked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.catalogue import Town
from hotline.domain.ledger.entries import Entry, Line, clocks
from hotline.domain.ledger.proposals import WORST_ACCEPTABLE, Kind
from hotline.domain.residents import masked_name
from hotline.domain.surveys.comparing import compare
from hotline.domain.surveys.summary import summarise
from hotline.domain.working_time import IsWorkingDay
from hotline.masking import Mask
from hotline.reports.contents import Candidate, Comparison, Contents, Issue, Item
from hotline.reports.figures import Names
from hotline.reports.periods import Period
from hotline.store.survey_figures import people_between
from hotline.store.tables import ResidentRow, StaffRow
from hotline.store.unit_of_work import Office

_SELF = re.compile(r"(我叫|我的名字是|我名字叫)([\u4e00-\u9fff]{2,4})")


def names_here(office: Office, town: Town) -> Names:
    """What ids are called in this town, those of staff too who are on no roster."""
    named = office.session.execute(select(StaffRow.username, StaffRow.name))
    return Names(town, dict(named.all()))


@dataclass(frozen=True)
class Reading:
    """Who reads, when, by whose lists."""

    office: Office
    town: Town
    is_working_day: IsWorkingDay
    now: datetime

    def contents(self, period: Period, issue: Issue) -> Contents:
        """Everything a paper about this period tells."""
        people = people_between(self.office.session, period.looks_back_to, period.last)
        since = datetime.combine(period.first, time(), TOWN_TIME)
        until = datetime.combine(period.last + timedelta(days=1), time(), TOWN_TIME)
        rows = self.office.ledger.answered(since, until)
        return Contents(
            period=period,
            summary=summarise(people, period.first, period.last),
            items=tuple(self.item(entry) for entry in rows),
            names=names_here(self.office, self.town),
            now=self.now,
            issue=issue,
            ratings=self._ratings(since, until),
        )

    def _ratings(self, since: datetime, until: datetime) -> tuple[int, int]:
        given = self.office.surveys.ratings(since, until)
        return len(given), sum(
            min(row.levels.values(), default=WORST_ACCEPTABLE) < WORST_ACCEPTABLE for row in given
        )

    def comparison(self, contents: Contents) -> Comparison:
        """Who stands out in these days, with the praise of each and whether a problem is still open."""
        average, found, level = compare(contents.summary.people)
        open_about = {one.entry.clerk for one in contents.of(Kind.PROBLEM) if one.is_open}
        praise: dict[str, list[int]] = {}
        for one in contents.of(Kind.PRAISE):
            praise.setdefault(one.entry.clerk, []).append(one.entry.id)
        everybody = sorted({*found, *(clerk for clerk in praise if clerk)})
        return Comparison(
            average,
            tuple(
                Candidate(clerk, *found[clerk], tuple(praise.get(clerk, ())), clerk in open_about)
                for clerk in everybody
                if clerk in found
            ),
            level,
        )

    def board(self) -> list[Item]:
        """What everybody may read: praise made public, and what became of problems and suggestions of others."""
        ledger = self.office.ledger
        public = [*ledger.in_state("publicised"), *ledger.in_state("closed"), *ledger.in_state("adopted")]
        public += ledger.in_state("declined")
        shown = [entry for entry in public if not entry.confidential and _may_be_public(entry)]
        return sorted((self.item(entry) for entry in shown), key=lambda one: one.entry.answered_at, reverse=True)

    def item(self, entry: Entry) -> Item:
        """A row with its decisive moves and its words masked."""
        lines = [line for line, _ in self.office.ledger.history(entry.id)]
        call_by, due = clocks(entry.kind, entry.answered_at, self.is_working_day)
        mended_at = _first(lines, "rectify")
        for line in lines:
            if line.move == "extend" and "due" in line.facts and (mended_at is None or line.at <= mended_at):
                due = datetime.fromisoformat(line.facts["due"])
        outcome = next((line.went_to for line in lines if line.move in ("adopt", "decline")), "")
        words, remedy, reply = (self.masked(told, entry) for told in (entry.words, entry.remedy, entry.reply))
        return Item(entry, _first(lines, "call"), mended_at, words, call_by, due, outcome, remedy, reply)

    def masked(self, words: str, entry: Entry) -> str:
        """Words without the names of residents and staff and without numbers."""
        resident = self.office.session.query(ResidentRow.name).filter(ResidentRow.number == entry.number).scalar()
        staff = {clerk.name for clerk in self.town.clerks.values()}
        staff |= {name for post in self.town.officers for name in (post.officer, post.deputy)}
        mask = Mask.over(None, {name for name in (resident or "", *staff) if name})
        return _SELF.sub(lambda said: said[1] + masked_name(said[2]), mask.words(words))


def _first(lines: Iterable[Line], move: str) -> datetime | None:
    return next((line.at for line in lines if line.move == move), None)


def _may_be_public(entry: Entry) -> bool:
    """Praise only once somebody has made it public; a closed one was kept private."""
    return entry.state == "publicised" if entry.kind is Kind.PRAISE else bool(entry.remedy or entry.reply)
