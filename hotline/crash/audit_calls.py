"""The reckoning of calls: each cause rang its telephone exactly once, whatever died between row and ringing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select

from hotline.crash.audit import Reckoning
from hotline.crash.rung import Listener
from hotline.domain.calling import UNSURE, WAITING
from hotline.store.repositories.calls_out import NAME
from hotline.store.tables import AppointmentRow, CallOutRow, WaitingRow
from hotline.store.unit_of_work import Office


def reckon_calls(office: Office, rung: Sequence[Listener], taken: Counter[str], found: Reckoning) -> None:
    """`taken` is how often the carrier took an attempt, by the name that the attempt was asked for with."""
    rows = office.session.scalars(select(CallOutRow)).all()
    names = {f"{NAME}{row.id}": row for row in rows}
    found.figures["calls ordered"] = sum(row.attempt == 1 for row in rows)
    found.figures["calls rung"] = sum(one.rings for one in rung)
    found.figures["calls heard"] = sum(one.served for one in rung)
    found.figures["calls asked for again"] = sum(row.refusals > 0 for row in rows)
    for name, times in taken.items():
        if name not in names:
            found.wrong.append(f"a call {name} that is on no row")
        elif times > 1:
            found.double.append(f"call {names[name].reason}: the carrier was given it {times} times")
    for row in rows:
        if row.state == UNSURE:
            found.wrong.append(f"call {row.reason}: nobody knows whether it rang")
        if row.sid and not taken[f"{NAME}{row.id}"]:
            found.wrong.append(f"call {row.reason}: {row.state}, and the carrier never took it")
    for listener in rung:
        _telephone(office, listener, [row for row in rows if row.number == listener.number], found)


def _telephone(office: Office, listener: Listener, own: Sequence[CallOutRow], found: Reckoning) -> None:
    """Rung once; not at all only where no place was to be had for who waits for one."""
    why = listener.cause.title
    reasons = {row.reason for row in own}
    if len(reasons) > 1:
        found.double.append(f"{listener.number}: {len(reasons)} causes to ring for one ({why}): {sorted(reasons)}")
    if listener.rings > 1:
        found.double.append(f"{listener.number}: rang {listener.rings} times ({why})")
    if not listener.rings and not _none_to_offer(office, listener):
        states = [f"{row.reason} {row.state}" for row in own if row.state != WAITING or row.attempt == 1]
        found.lost.append(f"{listener.number}: was never rung ({why}; {states or 'no call was ordered'})")
    booked = select(AppointmentRow.code).where(AppointmentRow.number == listener.number)
    told = {code for kind, code in listener.told if kind == "appointments"}
    gone = told - set(office.session.scalars(booked))
    found.lost += [f"{listener.number}: {code} was confirmed by call and is not on record" for code in gone]


def _none_to_offer(office: Office, listener: Listener) -> bool:
    """Nobody has been offered a place yet: at night none are, and in the day not where there is none."""
    waits = select(WaitingRow.offer).where(WaitingRow.number == listener.number)
    row = office.session.execute(waits).first()
    return row is not None and row.offer is None
