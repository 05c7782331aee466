"""What the clerk looks up and does for a row of the callback ledger while its resident is on the line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hotline.domain.case_life import THE_MACHINE
from hotline.domain.errors import Refused
from hotline.domain.ledger.entries import Entry
from hotline.store.missed_calls import lately_missed
from ivr import ledger_telling as telling
from ivr.dialogue.steps import Json
from ivr.ledgerwork import Ledgerwork

if TYPE_CHECKING:
    from ivr.clerk import Clerk

_BY_THE_RESIDENT = "resident"


def ledgerwork(clerk: Clerk) -> Ledgerwork:
    return Ledgerwork(clerk.rules.town, clerk.rules.is_working_day, clerk.office, clerk.now)


def recheck_facts(clerk: Clerk, _given: Mapping[str, Json]) -> Json:
    """What this call or text asks about, as it is now; nothing where it has been settled meanwhile."""
    entry = _asked_about(clerk)
    return telling.facts_for_asking(entry) if entry is not None and entry.state == "rectified" else {}


def settle_row(clerk: Clerk, given: Mapping[str, Json]) -> Json:
    """Closes what the resident says is solved, takes up again what is not; {"refused": reason} if it cannot be."""
    work, row = ledgerwork(clerk), int(given["row"])
    entry = _asked_about(clerk)
    if entry is None or entry.id != row:
        return {"refused": "no_row"}
    facts = {"conversation": clerk.conversation, "recording": given["recording"]}
    reason = str(given["text"]) or _BY_THE_RESIDENT
    try:
        made = work.make(
            row, "close" if given["solved"] else "reopen", THE_MACHINE, {"reason": reason, "facts": facts}
        )
    except Refused as no:
        return {"refused": no.reason}
    clerk.messages.extend(work.messages)
    return {"call_by": made.call_by.isoformat() if made.call_by and not given["solved"] else ""}


def _asked_about(clerk: Clerk) -> Entry | None:
    """The row this conversation is about; never one of another number."""
    number = clerk.contact.number
    call = clerk.office.calls_out.by_sid(clerk.contact.call)
    row = telling.row_of(call.about) if call is not None else None
    if row is None:
        missed = lately_missed(clerk.office, number, clerk.now)
        rung = telling.asked_by_call(clerk.office, missed) if missed is not None else None
        return rung or telling.asked_by_text(clerk.office, number, clerk.now)
    entry = clerk.office.ledger.entry(row)
    return entry if entry is not None and entry.number == number else None
