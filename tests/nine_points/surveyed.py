"""The week's campaign: drawn and held by the supervisor, one resident rung, and what they complain of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import select

from hotline.store.tables import LedgerRow, SurveyPersonRow
from hotline.store.unit_of_work import Office, Store
from ivr.exchange.callers.voices import CallerVoice
from ivr.voice import mulaw
from tests.nine_points.desk import Desk
from tests.nine_points.handsets import Handset, Lines
from tests.nine_points.town import today
from tests.nine_points.waiting import came

KEYS = {"consent": "1", "attitude": "1", "efficiency": "2", "discipline": "4", "solved": "2"}
"""A bad word for everything but discipline, and it is not solved."""
REMARK = "等了一上午，没有人理我"


@dataclass(frozen=True)
class Complaint:
    """What one resident said to the weekly callback."""

    survey: int
    person: int
    number: str
    row: int
    """In the ledger."""


def week() -> str:
    """The newest week in which anybody can have been served, as the form has it."""
    year, number, _ = (today() - timedelta(days=1)).isocalendar()
    return f"{year}-W{number:02}"


def draws(desk: Desk) -> int:
    """The supervisor draws the week by hand; on a Monday the hotline may have been quicker."""
    page = desk.page
    desk.goes("/surveys")
    page.get_by_text("自己抽一周").click()
    page.get_by_label("哪一周办的事").fill(week())
    page.get_by_role("button", name="抽样").click()
    page.wait_for_load_state("load")
    if not page.url.endswith("/draw"):
        page.get_by_role("link", name=week()).click()
    found = re.search(r"/surveys/(\d+)", page.url)
    assert found, page.url
    return int(found[1])


def makes(desk: Desk, survey: int, move: str, state: str) -> None:
    """Pauses it or lets it go on, by the button of the page."""
    page = desk.page
    desk.goes(f"/surveys/{survey}")
    page.get_by_role("button", name=move, exact=True).click()
    expect(page.get_by_role("status").filter(has_text=f"回访{state}")).to_be_visible()


def still_waiting(records: Store, survey: int) -> SurveyPersonRow:
    """Somebody with a mobile telephone whom nobody has rung yet."""
    person = SurveyPersonRow
    query = select(person).where(person.survey == survey, person.state == "waiting", person.attempts == 0)
    with records.open() as office:
        found = office.session.scalars(query.where(person.number.startswith("1"))).first()
    assert found is not None, "everybody has been rung already"
    return found


def answers(telephone: Handset, voice: CallerVoice) -> None:
    """Picks up and answers the whole survey: by keys, and the last question in their own words."""
    telephone.told("ringing")
    telephone.does("answer")
    for key, digit in KEYS.items():
        telephone.told("mark", lambda one, key=key: str(one["name"]).endswith(f":{key}"))  # type: ignore[misc]
        telephone.does("key", digit=digit)
    telephone.told("mark", lambda one: str(one["name"]).endswith(":remark"))
    telephone.says(mulaw.encode(voice.say(REMARK)) + mulaw.silence(3))
    telephone.told("ended")


def complains(desk: Desk, records: Store, telephones: Lines, voice: CallerVoice) -> Complaint:
    """From the draw to the row of the ledger."""
    survey = draws(desk)
    makes(desk, survey, "暂停", "已暂停")
    person = still_waiting(records, survey)
    with telephones.plugged(person.number) as theirs:
        makes(desk, survey, "继续", "回访中")
        answers(theirs, voice)

    def problem(office: Office) -> int | None:
        row = LedgerRow
        told = select(row.id).where(row.number == person.number, row.kind == "problem", row.state == "proposed")
        return office.session.scalars(told.order_by(row.id.desc())).first()

    return Complaint(survey, person.id, person.number, came(records, problem))
