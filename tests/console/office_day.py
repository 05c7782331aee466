"""An office with staff of every role, cases on every part of their way, appointments, and people who rang."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from flask.testing import FlaskClient

from hotline.domain import appointments as booking
from hotline.domain import grievances
from hotline.domain.appointments import Made, Wanted, free_times
from hotline.domain.calendar import Place
from hotline.domain.case_life import Actor
from hotline.domain.grievances import Told
from hotline.rules import office_rules
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Office, Store
from hotline.town import read_town
from ivr.casework import Casework
from tests.console.conftest import NOW, PASSWORD, QUICK, token

STAFF = (
    ("liu", "刘干事", "clerk", "window", ""),
    ("hu", "胡建明", "clerk", "home", ""),
    ("wen", "文所长", "supervisor", "", ""),
    ("admin", "管理员", "administrator", "", ""),
    ("audit", "审计员", "auditor", "", ""),
    ("fu", "符长青", "village", "", "V01"),
)
TOWN = read_town()
RULES = office_rules(TOWN)
BOSS = Actor("wen", "supervisor", "文所长")


def hire(store: Store, staff: Sequence[tuple[str, str, str, str, str]] = STAFF) -> None:
    """Everybody, with the same password."""
    hashed = QUICK.hash(PASSWORD)
    with store.open() as office:
        for username, name, role, place, village in staff:
            if office.session.get(StaffRow, username) is None:
                row = StaffRow(username=username, name=name, role=role, place=place, password_hash=hashed)
                row.village, row.created_at = village, NOW
                office.session.add(row)
        office.commit()


def enter(client: FlaskClient, username: str) -> str:
    """Logs in as somebody; the token of their forms."""
    with client.session_transaction() as session:
        session.clear()
    form = {"username": username, "password": PASSWORD, "csrf_token": token(client)}
    assert client.post("/login", data=form).status_code == 302
    page = client.get("/today").text
    return page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]


@dataclass
class Visitor:
    """Somebody logged in, among records by the names the tests give them."""

    client: FlaskClient
    store: Store
    codes: dict[str, str]
    token: str = ""

    def enter(self, username: str) -> None:
        self.token = enter(self.client, username)

    def see(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return unescape(answer.text)


@dataclass
class Desk:
    """Opens cases and moves them as the office does."""

    office: Office
    now: datetime
    codes: Iterator[int]

    def case(self, story: str, topic: str = "G4", village: str = "V01", /, **told: Any) -> str:
        """A case just accepted; its code."""
        known = {
            "topic": topic, "story": story, "village": village, "group": "3组", "where": "村口", "name": "王桂花",
            "number": "13812341234", "callback_number": "13812341234",
        }  # fmt: skip
        made = grievances.accept(
            self.office.grievances, Told(**(known | told)), conversation="", now=self.now,
            draw_code=lambda: str(next(self.codes)), is_working_day=RULES.is_working_day,
        )  # fmt: skip
        return made.code

    def move(self, code: str, *moves: str, **given: Any) -> None:
        """These moves, by the supervisor."""
        for move in moves:
            asked: Mapping[str, Any] = {"reason": "已经安排人到现场处理", **given}
            Casework(TOWN, RULES.is_working_day, self.office, self.now).make(code, move, BOSS, asked)

    def book(self, service: str = "1", place: Place = Place.WINDOW, nth: int = 0, /, **wanted: Any) -> str:
        """An appointment at the nth free time; its code."""
        known = {"name": "李大山", "village": "V02", "number": "13900001111"} | wanted
        asked = Wanted(service, place, self.now, minutes=TOWN.services[service].minutes, **known)
        free = free_times(self.office.appointments, asked.visit, now=self.now, plan=RULES.plan)
        asked = Wanted(service, place, free[nth], minutes=asked.minutes, **known)
        made = Made("", lambda: str(next(self.codes)), self.now, "staff:liu")
        return booking.book(self.office.appointments, asked, made, plan=RULES.plan).code


def desk(office: Office, now: datetime = NOW) -> Desk:
    return Desk(office, now, itertools.count(200_001))


def busy_day(store: Store) -> dict[str, str]:
    """A day with something in every column; codes by what is special about each."""
    hire(store)
    with store.open() as office:
        at = desk(office, NOW - timedelta(days=2))
        found = {"new": at.case("村口的路灯坏了好多天，晚上看不见路，王桂花说老人都不敢出门")}
        found["twin"] = at.case("村口路灯坏了，晚上看不见路", name="陈小芳", number="13700002222")
        found["sent"] = at.case("水管爆了，家里停水两天了", "G1", "V05", urgency="urgent")
        at.move(found["sent"], "dispatch")
        found["work"] = at.case("垃圾池满了没人清，味道很大", "G6", "V02")
        at.move(found["work"], "dispatch", "sign", "start")
        found["paused"] = at.case("问养老保险怎么转回来", "G13", "V03", kind="consult")
        at.move(found["paused"], "dispatch", "sign", "pause")
        found["answered"] = at.case("山上有人砍树", "G7", "V09")
        at.move(found["answered"], "dispatch", "sign", "answer")
        found["reviewed"] = at.case("电线被树压到了，怕出事", "G2", "V04", urgency="danger")
        at.move(found["reviewed"], "dispatch", "sign", "answer", "review")
        found["closed"] = at.case("感谢村干部帮我修屋顶", "G5", "V01", kind="praise")
        at.move(found["closed"], "dispatch", "sign", "answer", "review", "call_back", "close")
        found["secret"] = at.case(
            "有人收钱办低保", "G12", "V01", kind="report", name="周向阳", number="13655556666"
        )
        office.commit()
    return found


def busy_week(store: Store) -> dict[str, str]:
    """Appointments of a week at windows, a station and at home; codes by what is special about each."""
    hire(store)
    with store.open() as office:
        at = desk(office)
        at.codes = itertools.count(400_001)
        found = {
            "soon": at.book("1", Place.WINDOW, 0),
            "station": at.book("1", Place.VILLAGE, 4, name="王桂花", village="V01", number="13812341234"),
            "later": at.book("1", Place.WINDOW, 3, name="陈小芳", village="V03", number="13700002222"),
        }
        office.commit()
    return found
