"""The simulated staff: serve who comes, work cases, and rows of the ledger, mostly in time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from PIL import Image
from sqlalchemy import select

from hotline.domain.appointments import BOOKED
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import ANSWERED, CALLED_BACK, CLERK, DISPATCHED, REVIEWED, SIGNED, Actor
from hotline.domain.case_life import SUPERVISOR as SUPERVISES
from hotline.domain.errors import Refused
from hotline.domain.ledger.entries import Entry
from hotline.domain.ledger.proposals import Kind
from hotline.simulation.errands import remember
from hotline.simulation.hall import Hall
from hotline.simulation.plan import OFFICER, SUPERVISOR
from hotline.simulation.telephones import Telephones
from hotline.store.tables import GrievanceRow
from ivr.casework import Casework
from ivr.clerking.staff_moves import StaffMoves
from ivr.ledgerwork import Ledgerwork

CHIEF, HANDLER = Actor("zhou", SUPERVISES, SUPERVISOR), Actor("zeng", CLERK, OFFICER)
IN_TIME = 0.93
"""How often a row or a case is taken up at the half day it could be."""
_CASE_MOVES: Mapping[str, tuple[str, ...]] = {
    DISPATCHED: ("sign",),
    SIGNED: ("answer",),
    ANSWERED: ("review",),
    REVIEWED: ("call_back", "close"),
    CALLED_BACK: ("close",),
}
_ROW_MOVES: Mapping[tuple[Kind, str], tuple[str, ...]] = {
    (Kind.PRAISE, "confirmed"): ("publicise",),
    (Kind.PROBLEM, "confirmed"): ("call",),
    (Kind.PROBLEM, "called"): ("rectify",),
    (Kind.PROBLEM, "reopened"): ("call",),
    (Kind.SUGGESTION, "confirmed"): ("study",),
    (Kind.SUGGESTION, "studied"): ("adopt",),
    (Kind.SUGGESTION, "adopted"): ("tell",),
}
REASONS: Mapping[str, str] = {
    "answer": "已经派人看过，这个礼拜修好",
    "call": "打过电话，问清楚了",
    "rectify": "当面道了歉，改了办法",
    "adopt": "下个月起照您说的办",
}


def serve_the_day(hall: Hall, phones: Telephones) -> None:
    """Everybody who was booked for today came or did not come; who came was served."""
    today = hall.clock().astimezone(TOWN_TIME).date()
    begins = datetime.combine(today, time(), TOWN_TIME)
    with hall.store.open() as office:
        booked = office.appointments.between(begins, begins + timedelta(days=1))
        staff = StaffMoves(office, hall.rules, "staff:simulation", hall.clock())
        for one in [one for one in booked if one.status == BOOKED]:
            who = phones.resident(one.number, one.name)
            if hall.plan.dice("comes", one.code).random() < who.habit.stays_away:
                staff.no_show(one.code)
                continue
            staff.arrive(one.code)
            staff.done(one.code)
            service = hall.town.services[one.service].spoken
            remember(hall, who, (f"appointment:{one.code}", service, one.clerk), today)
        office.commit()


def work_cases(hall: Hall, phones: Telephones) -> None:
    """Each case one step further."""
    with hall.store.open() as office:
        query = select(GrievanceRow.code).where(GrievanceRow.status.in_(_CASE_MOVES)).order_by(GrievanceRow.id)
        codes = list(office.session.scalars(query))
    for code in codes:
        if hall.plan.dice("case", code, hall.clock().isoformat()).random() > IN_TIME:
            continue
        with hall.store.open() as office:
            work = Casework(hall.town, hall.rules.is_working_day, office, hall.clock())
            case = work.full(code)
            for move in _CASE_MOVES[case.status]:
                actor = HANDLER if move in ("sign", "answer") else CHIEF
                case = work.make(code, move, actor, {"reason": REASONS.get(move, "")})
            office.commit()
        if case.status == "closed":
            served_by = case.taken_by or case.officer
            spoken = hall.town.topics[case.topic].spoken
            who, today = phones.resident(case.number, case.name), hall.clock().astimezone(TOWN_TIME).date()
            remember(hall, who, (f"case:{code}", spoken, served_by), today)


def work_ledger(hall: Hall) -> None:
    """Each row one step further: confirmed by a person, then called, mended with proof, studied, told."""
    with hall.store.open() as office:
        states = ("proposed", *(state for _, state in _ROW_MOVES))
        rows = [entry for state in dict.fromkeys(states) for entry in office.ledger.in_state(state)]
    for entry in sorted(rows, key=lambda one: one.id):
        if hall.plan.dice("row", entry.id, hall.clock().isoformat()).random() <= IN_TIME:
            _take_up(hall, entry)


def _take_up(hall: Hall, entry: Entry) -> None:
    moves = ("confirm",) if entry.state == "proposed" else _ROW_MOVES.get((entry.kind, entry.state), ())
    with hall.store.open() as office:
        work = Ledgerwork(
            hall.town, hall.rules.is_working_day, office, hall.clock(), proofs=hall.folder / "proofs"
        )
        try:
            for move in moves:
                if move == "rectify":
                    work.prove(entry.id, CHIEF, "改好了.png", _picture(entry))
                work.make(entry.id, move, CHIEF, {"reason": REASONS.get(move, "")})
        except Refused as no:
            hall.refusals[f"{entry.state}: {no.reason}"] += 1
            return
        office.commit()


def _picture(entry: Entry) -> bytes:
    """Another one each time: the same paper twice proves nothing new."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (entry.id % 256, entry.version % 256, 60)).save(out, "PNG")
    return out.getvalue()
