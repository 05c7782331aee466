"""What happened before the crash test begins, so that the office has cause to ring somebody."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from hotline.crash.rung import MOVED, OFFER, Listener, by_cause
from hotline.domain import appointments, grievances
from hotline.domain.appointments import Made, Wanted
from hotline.domain.calendar import Place
from hotline.domain.case_life import SUPERVISOR, THE_MACHINE
from hotline.domain.grievances import Told
from hotline.domain.visits import Visit
from hotline.domain.waiting import Entry
from hotline.rules import office_rules
from hotline.store.tables import AppointmentRow, CallRow, StaffRow
from hotline.store.tokens import Tokens
from hotline.store.unit_of_work import Office
from hotline.town import read_town
from ivr.casework import Casework
from ivr.clerk import OfficeRules

SERVICE = "12"
SOON, LATER = timedelta(hours=3), timedelta(hours=24)
"""An appointment in between is reminded of now, and not a second time before the test is over."""
AT_ANY_HOUR = '[calls]\nhours = [["00:00", "23:59"]]\n'
"""The town's own rules for the test, which is run at any time of day."""
BOOKED_BEFORE = timedelta(days=3)
CUT_OFF_BEFORE = timedelta(minutes=40)
OFFICER = "zhou"


def plant(office: Office, rung: list[Listener], now: datetime) -> tuple[str, list[str]]:
    """Gives every listener cause to be rung; an officer's token, and the codes of the cases they will sign for."""
    rules = office_rules(read_town())
    for because, group in by_cause(rung).items():
        for n, listener in enumerate(group):
            _CAUSES[because](office, rules, listener, (n, now))
    office.session.add(StaffRow(username=OFFICER, name=OFFICER, role=SUPERVISOR, password_hash="", created_at=now))
    office.session.flush()
    token = Tokens(office.session).issue(OFFICER, "crash test", now) or ""
    told = {listener.number for listener in rung if listener.cause.because == MOVED}
    return token, [case.code for case in office.grievances.all() if case.number in told]


def _reminder(office: Office, rules: OfficeRules, listener: Listener, at: tuple[int, datetime]) -> None:
    """Booked some days ago, for tomorrow: at a village station if one is open, else at the window."""
    n, now = at
    villages = list(rules.town.villages)[1:]
    named = villages[n % len(villages)]
    for place in (Place.VILLAGE, Place.WINDOW):
        free = appointments.free_times(office.appointments, Visit(place, named, 30), now=now, plan=rules.plan)
        if fitting := [one for one in free if SOON <= one - now <= LATER]:
            wanted = Wanted(SERVICE, place, fitting[n % len(fitting)], "王桂花", named, listener.number)
            made = Made(f"before-{listener.number}", _code, now - BOOKED_BEFORE)
            booked = appointments.book(office.appointments, wanted, made, plan=rules.plan)
            office.session.get_one(AppointmentRow, booked.id).created_at = now - BOOKED_BEFORE
            return


def _missed(office: Office, _rules: OfficeRules, listener: Listener, at: tuple[int, datetime]) -> None:
    """Rang, and was cut off before a word."""
    cut = at[1] - CUT_OFF_BEFORE
    office.records.add(
        CallRow(
            sid=f"CA-missed-{listener.number}", number=listener.number, direction="inbound", status="completed",
            surface="keypad", conversation="", started_at=cut, ended_at=cut, seconds=3,
        )
    )  # fmt: skip


def _moved(office: Office, rules: OfficeRules, listener: Listener, at: tuple[int, datetime]) -> None:
    """Has told of something, which lies at its unit and waits to be signed for."""
    told = Told("G1", "自来水停了三天", "V02", "三组", "", "王桂花", listener.number, "", "urgent")
    case = grievances.accept(
        office.grievances, told, conversation=f"before-{listener.number}", now=at[1], draw_code=_code,
        is_working_day=rules.is_working_day,
    )  # fmt: skip
    Casework(rules.town, rules.is_working_day, office, at[1]).opened(case, THE_MACHINE)


def _offer(office: Office, rules: OfficeRules, listener: Listener, at: tuple[int, datetime]) -> None:
    """Waits for any place at a village station."""
    n, now = at
    villages = list(rules.town.villages)[1:]
    wanted = (SERVICE, Place.VILLAGE, villages[n % len(villages)], "李冬梅", listener.number, "any")
    office.waiting.add(Entry(0, *wanted, joined_at=now))


def _code() -> str:
    return f"{100_000 + secrets.randbelow(900_000)}"


_Plants = Callable[[Office, OfficeRules, Listener, tuple[int, datetime]], None]
_CAUSES: Mapping[str, _Plants] = {"reminder": _reminder, "missed": _missed, MOVED: _moved, OFFER: _offer}
