"""What has come in overnight and is under way, put on the records of a simulated town for its pictures."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from hotline.domain.appointments import Wanted, desk_of
from hotline.domain.calendar import TOWN_TIME, Place
from hotline.domain.grievances import Told
from hotline.domain.slots import Spot
from hotline.domain.visits import cell_at
from hotline.store.tables import (
    AppointmentRow,
    CallbackRow,
    CallRow,
    ConversationRow,
    GrievanceRow,
    ResidentRow,
    TurnRow,
)
from hotline.store.unit_of_work import Office, Store
from hotline.town import read_town

LIVE = "CAlive1"
"""The call that is going on."""
MATTERS = (
    # topic, village, group, story, name, state, unit, officer, hours until it is due
    ("G1", "V01", "三组", "自来水停了两天，一点水都没有", "王桂花", "accepted", "", "", 2),
    ("G5", "V07", "一组", "祠堂门口的路灯坏了，晚上看不见路", "李长根", "dispatched", "党政综合办", "曾令军", 3),
    ("G6", "V03", "二组", "垃圾桶满了一个星期没人拖", "周春秀", "dispatched", "党政综合办", "曾令军", -5),
    ("G4", "V05", "五组", "桥头的护栏断了一截，小孩上学不安全", "陈建国", "signed", "应急办", "何卫东", 20),
    ("G8", "V09", "四组", "水渠堵了，田里进不了水", "黄细妹", "handling", "农业农村办", "张水生", 30),
    ("G2", "V02", "六组", "一到晚上电压就低，电饭煲煮不熟饭", "刘福生", "handling", "党政综合办", "曾令军", -26),
    ("G12", "V04", "二组", "老母亲的低保停了，想问是怎么回事", "罗秋莲", "answered", "社会事务办", "符长青", 50),
    ("G7", "V08", "七组", "门口的田荒了三年，想请人来看", "邓有田", "reviewed", "农业农村办", "张水生", 72),
)
VISITS = (
    ("1", Place.WINDOW, "V01", "王桂花", 10.0), ("4", Place.WINDOW, "V03", "周春秀", 10.5),
    ("2", Place.WINDOW, "V07", "李长根", 11.0), ("8", Place.HOME, "V05", "陈建国", 10.0),
    ("6", Place.WINDOW, "V09", "黄细妹", 14.5), ("5", Place.WINDOW, "V02", "刘福生", 15.5),
)  # fmt: skip
ASKED = (
    ("danger", "煤气味很重，头晕", -2),
    ("asked", "养老金到底发了没有，请回个电话", 40),
    ("asked", "说了两遍没听懂", 180),
)  # fmt: skip


def plant(store: Store, now: datetime) -> None:
    """Open cases, appointments of the day, call-backs and a call that is going on; once."""
    with store.open() as office:
        if office.session.scalar(select(GrievanceRow.id).where(GrievanceRow.code == "710001")) is not None:
            return
        for n, matter in enumerate(MATTERS, start=1):
            _case(office, f"71000{n}", f"1390002000{n}", matter, now)
        for n, visit in enumerate(VISITS, start=1):
            _visit(office, f"72000{n}", f"1390002000{n}", visit, now)
        for n, (reason, text, minutes) in enumerate(ASKED, start=1):
            office.records.add(
                CallbackRow(
                    number=f"1390002000{n}", reason=reason, recording="", text=text, conversation="", state="open",
                    due_at=now + timedelta(minutes=minutes), created_at=now - timedelta(hours=1),
                )
            )  # fmt: skip
        _ringing(office, now)
        _date_back(office, now)
        office.commit()


def _case(
    office: Office,
    code: str,
    number: str,
    matter: tuple[str, str, str, str, str, str, str, str, int],
    now: datetime,
) -> None:
    topic, village, group, story, name, state, unit, officer, hours = matter
    due = now + timedelta(hours=hours)
    office.grievances.add(
        Told(topic, story, village, group, "", name, number, number), code=code, sign_by=due, answer_by=due,
        answer_from=now - timedelta(days=1), conversation=f"p{code}",
    )  # fmt: skip
    office.records.know_resident(number, name=name, village=village)
    row = office.session.scalars(select(GrievanceRow).where(GrievanceRow.code == code)).one()
    row.status, row.unit, row.officer = state, unit, officer


def _visit(
    office: Office, code: str, number: str, visit: tuple[str, Place, str, str, float], now: datetime
) -> None:
    service, place, village, name, hour = visit
    midnight = now.astimezone(TOWN_TIME).replace(hour=0, minute=0)
    wanted = Wanted(service, place, midnight + timedelta(hours=hour), name, village, number)
    first, desk = cell_at(wanted.starts_at), _desk(place, number)
    clerk = _clerk(office, desk)
    office.appointments.add(
        wanted, code=code, spot=Spot(desk, 0, clerk, first, first + wanted.visit.cells), conversation=f"v{code}"
    )


def _desk(place: Place, number: str) -> str:
    """One of the windows, in turn; the desk of home visits is one."""
    windows = [one.id for one in read_town().desks if one.id.startswith("window")]
    return windows[int(number[-1]) % len(windows)] if place is Place.WINDOW else desk_of(place, "")


def _clerk(office: Office, desk: str) -> str:
    """Somebody who has sat at this desk, else anybody."""
    row = AppointmentRow
    at_desk = office.session.scalar(select(row.clerk).where(row.desk == desk, row.clerk != "").limit(1))
    return at_desk or office.session.scalar(select(row.clerk).where(row.clerk != "").limit(1)) or "liuf"


def _date_back(office: Office, now: datetime) -> None:
    """Rows that the clock of the machine dated, later than any of the town's days, become as old as the town."""
    for table in (AppointmentRow, ResidentRow):
        before = now - timedelta(days=6)
        office.session.execute(update(table).where(table.created_at > now).values(created_at=before))


def _ringing(office: Office, now: datetime) -> None:
    """Somebody is on the line."""
    began = now - timedelta(seconds=42)
    office.conversations.add(
        ConversationRow(
            id="live1", number="13900020002", script="welcome", version=1, surface="voice", state="open",
            opened_at=began, touched_at=now,
        )
    )  # fmt: skip
    office.records.add(
        CallRow(
            sid=LIVE, number="13900020002", direction="inbound", status="in-progress", surface="voice",
            conversation="live1", started_at=began, ended_at=None, seconds=None,
        )
    )  # fmt: skip
    heard = "我想问医保怎么报销"
    office.records.add(
        TurnRow(
            conversation="live1", call=LIVE, surface="voice", turn=1, key="errand", asked="您有什么事？",
            heard=heard, alternatives=[[heard, 0.9]], confidence=0.9, understood={"value": heard}, audio="",
            timings_ms={}, at=began + timedelta(seconds=20),
        )
    )  # fmt: skip
