"""A town's quarter of callbacks on record: people drawn and asked, answers in the ledger and their fate."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.ledger.heard import Heard
from hotline.holidays import is_working_day
from hotline.report_data import Reading
from hotline.reports.contents import Contents, Issue
from hotline.reports.periods import Period
from hotline.store.tables import ResidentRow, SurveyAnswerRow, SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Office, Store
from ivr.ledgerwork import Ledgerwork
from tests.ledger.room import THE_MACHINE, ZHOU, picture
from tests.town import TOWN

CLERKS = (("liuf", "window:1"), ("zhangjj", "window:2"), ("gongzw", "village:V01"), ("xiacm", "village:V02"))
FIRST_MONDAY = date(2026, 10, 5)
PRAISE = "小刘蛮热情，一次就办好了，谢谢刘芳，我叫王桂花，电话13907370001"
FORMULA = "=cmd|' /C calc'!A0 等好久"
BAD = {"liuf": 0.02, "zhangjj": 0.04, "gongzw": 0.0, "xiacm": 0.3}


@dataclass
class Month:
    """Whoever fills the records of a town."""

    office: Office
    chance: random.Random
    _person: int = 0

    def weeks(self, count: int, each: int = 6) -> None:
        for n in range(count):
            monday = FIRST_MONDAY + timedelta(weeks=n)
            self.survey(monday, each)

    def survey(self, monday: date, each: int) -> None:
        year, week, _ = monday.isocalendar()
        at = datetime.combine(monday, datetime.min.time(), UTC)
        row = SurveyRow(
            week=f"{year}-W{week:02}",
            seed="s",
            size=each * 4,
            state="done",
            made_by="machine",
            made_at=at,
            plan={},
        )
        self.office.session.add(row)
        self.office.session.flush()
        for clerk, place in CLERKS:
            for _ in range(each):
                self.person(row.id, monday, (clerk, place))

    def person(self, survey: int, monday: date, served: tuple[str, str], **said: Any) -> int:
        """Somebody drawn, who has answered three times in four."""
        self._person += 1
        clerk, place = served
        day = monday + timedelta(days=self._person % 5)
        answered = said or self.chance.random() < 0.75
        row = SurveyPersonRow(
            survey=survey, place_in_draw=self._person, matter=f"walk-in:{self._person}",
            number=f"139{self._person:08}", service=str(1 + self._person % 3), place=place, clerk=clerk, day=day,
            stratum=clerk, chance=0.2, weight=1 / (0.1 + 0.2 * (self._person % 3)), state="done", attempts=1,
            disposition="1.1" if answered else self.chance.choice(("3.13", "2.11", "2.12")),
            medium="sms" if self._person % 7 == 0 else "voice", drawn_at=_noon(monday + timedelta(days=7)),
        )  # fmt: skip
        self.office.session.add(row)
        self.office.session.flush()
        if answered:
            self._answers(row, said)
        return row.id

    def _answers(self, row: SurveyPersonRow, said: dict[str, Any]) -> None:
        bad = self.chance.random() < BAD[row.clerk]
        told = {
            "attitude": 2 if bad else 5,
            "efficiency": self.chance.choice((5, 5, 5, 4)),
            "discipline": 5,
            **said,
        }
        at = _noon(row.day + timedelta(days=7))
        for key, level in told.items():
            self.office.session.add(SurveyAnswerRow(person=row.id, key=key, level=level, medium=row.medium, at=at))
        solved = SurveyAnswerRow(person=row.id, key="solved", yes=not bad, medium=row.medium, at=at)
        self.office.session.add(solved)
        row.told_at = at

    def work(self, now: datetime, folder: Path) -> Ledgerwork:
        return Ledgerwork(TOWN, is_working_day, self.office, now, folder / "proofs")

    def ledger(self, folder: Path) -> dict[str, int]:
        """A row of each kind and fate, in November."""
        self.office.session.add(ResidentRow(number="13907370001", name="王桂花", created_at=_noon(FIRST_MONDAY)))
        at = datetime(2026, 11, 4, 10, tzinfo=TOWN_TIME)
        best = {"attitude": 5, "efficiency": 5, "discipline": 5}
        rows = {
            "public": self._row(at, folder, ratings=best, remark=PRAISE),
            "mended": self._row(at, folder, ratings={"efficiency": 2}, remark="等了半天", clerk="zhangjj"),
            "open": self._row(
                at, folder, ratings={"efficiency": 2}, remark="=cmd|' /C calc'!A0 等好久", clerk="zhangjj"
            ),
            "secret": self._row(at, folder, ratings={"attitude": 1}, remark="窗口那个妹子发脾气", clerk="xiacm"),
            "adopted": self._row(at, folder, remark="希望礼拜天上午也开门"),
            "declined": self._row(at, folder, remark="建议<b>每个</b>组都设一个点&"),
        }
        self._moves(rows, at, folder)
        return rows

    def _row(self, at: datetime, folder: Path, **told: Any) -> int:
        self._person += 1
        facts = {"service": "1", "place": "window:1", "clerk": "liuf", "number": "13907370001"} | told
        return self.work(at, folder).propose(Heard(f"survey:{self._person}", at, **facts))[0]

    def _moves(self, rows: dict[str, int], at: datetime, folder: Path) -> None:
        work = self.work(at + timedelta(hours=3), folder)
        for row in rows.values():
            work.make(row, "confirm", ZHOU, {})
        work.make(rows["public"], "publicise", ZHOU, {})
        for name in ("mended", "secret"):
            work.make(rows[name], "call", ZHOU, {"reason": "打过电话"})
        work.prove(rows["mended"], ZHOU, "a.png", picture())
        work.make(rows["mended"], "rectify", ZHOU, {"reason": "赶场日加开一个窗口"})
        work.make(rows["mended"], "close", THE_MACHINE, {"reason": "解决了"})
        for name, move in (("adopted", "adopt"), ("declined", "decline")):
            work.make(rows[name], "study", ZHOU, {})
            work.make(rows[name], move, ZHOU, {"reason": "十二月起礼拜天上午开一个窗口"})


def filled(store: Store, folder: Path, weeks: int = 8, seed: int = 7) -> dict[str, int]:
    with store.open() as office:
        month = Month(office, random.Random(seed))
        month.weeks(weeks)
        rows = month.ledger(folder)
        office.commit()
    return rows


def contents_of(
    store: Store, period: Period, now: datetime | None = None, signed: str = ""
) -> tuple[Contents, Reading]:
    at = now or datetime(2026, 12, 2, 9, tzinfo=TOWN_TIME)
    with store.open() as office:
        reading = Reading(office, TOWN, is_working_day, at)
        return reading.contents(period, Issue(1, 2026, at.date(), signed)), reading


def _noon(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), TOWN_TIME) + timedelta(hours=12)
