"""A working day at the town hall: people who log in, and what waits for each of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hotline.domain.appointments import Wanted
from hotline.domain.calendar import Place
from hotline.domain.grievances import Told
from hotline.domain.ledger.heard import Heard
from hotline.store.tables import CallbackRow, CallRow, ConversationRow, GrievanceRow, LedgerRow, StaffRow, TurnRow
from hotline.store.unit_of_work import Office, Store
from tests.console.conftest import NOW, PASSWORD, QUICK

PEOPLE = (
    ("zhou", "周主任", "supervisor", "", ""),
    ("he", "何管理", "administrator", "", ""),
    ("shen", "沈审计", "auditor", "", ""),
    ("gao", "高松柏", "village", "", "V02"),
)
"""Besides liu (刘干事), the clerk at the window."""
HOSTILE = "<script>alert(1)</script>"


def employ(store: Store) -> None:
    """Everybody else who works here."""
    hashed = QUICK.hash(PASSWORD)
    with store.open() as office:
        for username, name, role, place, village in PEOPLE:
            person = {"username": username, "name": name, "role": role, "place": place, "village": village}
            office.session.add(StaffRow(**person, password_hash=hashed, created_at=NOW))
        office.commit()


def plant(store: Store, now: datetime = NOW) -> None:
    """Three cases, two appointments, two call-backs, a bad rating and a call with a word nobody understood."""
    with store.open() as office:
        case(office, "100001", "自来水停了三天，" + HOSTILE, village="V01", due=now - timedelta(days=1, hours=2))
        case(office, "100002", "路灯坏了", village="V02", due=now + timedelta(hours=1), officer="高松柏")
        case(office, "100003", "窗口的刘干事态度差", village="V01", due=now + timedelta(days=3), topic="G15")
        for code, desk, hours in (("200001", Place.WINDOW, 2), ("200002", Place.HOME, 3)):
            wanted = Wanted("1", desk, now + timedelta(hours=hours), "王桂花", "V01", "13812341234")
            office.appointments.add(wanted, code=code, seat=0, conversation=f"a-{code}")
        office.callbacks.add(callback(now, "danger", due=now - timedelta(minutes=3)))
        office.callbacks.add(callback(now, "asked", due=now + timedelta(hours=5), text=f"叫王桂花回电{HOSTILE}"))
        (row,) = office.ledger.propose(
            Heard(
                source="survey:1",
                answered_at=now - timedelta(hours=3),
                solved=False,
                remark="事没办成",
                service="1",
            )
        )
        entry = office.session.get(LedgerRow, row)
        assert entry is not None
        entry.owner = "刘干事"
        unheard(office, now)
        office.commit()


def case(
    office: Office, code: str, story: str, *, village: str, due: datetime, officer: str = "", topic: str = "G1"
) -> None:
    """A case to dispatch, or to be signed for by an officer; G15 is confidential."""
    told = Told(topic, story, village, "三组", "", "王桂花", "13812341234", "")
    office.grievances.add(
        told, code=code, sign_by=due, conversation=f"g-{code}", accused=("刘干事",) if topic == "G15" else ()
    )
    if officer:
        row = office.session.query(GrievanceRow).filter_by(code=code).one()
        row.status, row.officer = "dispatched", officer


def callback(now: datetime, reason: str, *, due: datetime, text: str = "") -> CallbackRow:
    return CallbackRow(
        number="13812341234", reason=reason, text=text, conversation="", state="open", due_at=due, created_at=now
    )


def unheard(office: Office, now: datetime) -> None:
    """A call in which something was said that was taken for nothing."""
    office.conversations.add(
        ConversationRow(
            id="c9", number="13787654321", script="welcome", version=1, surface="voice", state="recorded",
            opened_at=now, touched_at=now,
        )
    )  # fmt: skip
    started = now - timedelta(hours=4)
    office.records.add(
        CallRow(
            sid="CA9", number="13787654321", direction="inbound", status="completed", surface="voice",
            conversation="c9", started_at=started, ended_at=started + timedelta(minutes=1), seconds=60,
        )
    )  # fmt: skip
    sense: dict[str, Any] = {"value": None, "slots": {}, "denied": False, "command": "", "danger": ""}
    office.records.add(
        TurnRow(
            conversation="c9", call="CA9", surface="voice", turn=0, key="errand", asked="您有什么事？",
            heard="嗯那个", alternatives=[], confidence=0.2, understood=sense, audio="2026/nine.wav",
            timings_ms={}, at=started,
        )
    )  # fmt: skip
