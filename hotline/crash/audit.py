"""The reckoning: what residents were told against what is on record, every promise checked one by one.

lost: something confirmed, or promised to be sent, that is not there. double: something there twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from hotline.crash.resident import Resident
from hotline.domain.calendar import Place, Timetable
from hotline.domain.messages import CALLED
from hotline.domain.residents import dialled
from hotline.store.tables import AppointmentRow, CallbackRow, ConversationRow, GrievanceRow, MessageRow
from hotline.store.unit_of_work import Office
from ivr.dialogue.engine import ScriptDrift, open_turn
from ivr.dialogue.journal import Entry, Kind
from ivr.dialogue.steps import Do, Json
from ivr.scripts.book import Scripts

ON_ITS_WAY = frozenset({"queued", "sent", "delivered"})
"""States of a message the carrier has taken; the later ones need its report, which a dead service never hears."""

LONGEST = "seconds from written to sent, longest"

Row = AppointmentRow | GrievanceRow


@dataclass
class Reckoning:
    """What was found. Every line names a resident's number or a row."""

    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Neither lost nor double, but not right: a journal that does not replay, a conversation without an end."""
    figures: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        return not (self.lost or self.double or self.wrong)


def reckon(
    office: Office,
    residents: Sequence[Resident],
    copies: Counter[tuple[str, str]],
    others: Collection[str] = (),
) -> Reckoning:
    """Holds the residents' memory and the carrier's records against the database.

    `others` are numbers that never call and yet have something on record.
    """
    found = Reckoning()
    rows: dict[str, Sequence[Row]] = {
        "appointments": office.session.scalars(select(AppointmentRow)).all(),
        "grievances": office.session.scalars(select(GrievanceRow)).all(),
    }
    for resident in residents:
        _conversation(found, resident)
        for kind, all_rows in rows.items():
            _told(found, resident, kind, [row for row in all_rows if row.number == resident.number])
    _callbacks(found, residents, office.session.scalars(select(CallbackRow)).all())
    _places(found, rows["appointments"])
    _messages(found, office.session.scalars(select(MessageRow)).all(), residents, copies)
    own = [row for all_rows in rows.values() for row in all_rows if row.number not in others]
    _strangers(found, own, residents)
    return found


def _conversation(found: Reckoning, resident: Resident) -> None:
    if not resident.settled:
        found.wrong.append(f"{resident.number}: never came to an end ({resident.part.scene.title})")
    found.figures["conversations"] += 1
    found.figures["tries that came to nothing"] += resident.broken
    found.figures["conversations with a break"] += resident.broken > 0


def _told(found: Reckoning, resident: Resident, kind: str, own: Sequence[Row]) -> None:
    """Each code told is one row; there are as many rows as the scene wants; nobody is left without the code."""
    codes = {row.code for row in own}
    told = {code for what, code in resident.told if what == kind}
    found.figures[f"{kind} confirmed"] += len(told)
    found.figures[f"{kind} on record"] += len(own)
    found.lost += [f"{resident.number}: {kind} {code} was confirmed and is not on record" for code in told - codes]
    found.lost += [f"{resident.number}: {kind} {code} is on record, nobody was told" for code in codes - told]
    wanted = resident.part.scene.wants.get(kind, 0)
    if len(own) > wanted:
        found.double.append(f"{resident.number}: {len(own)} {kind}, wanted {wanted}")
    if len(own) < wanted and resident.over and resident.confirmed:
        found.lost.append(f"{resident.number}: {len(own)} {kind}, wanted {wanted}")
    found.figures["ended without what was wanted"] += len(own) < wanted and not resident.confirmed


def _callbacks(found: Reckoning, residents: Sequence[Resident], rows: Sequence[CallbackRow]) -> None:
    """Somebody left to a person is on a person's list; twice where the last word was lost, and that is counted."""
    asked = Counter(row.number for row in rows)
    found.figures["call-backs on record"] = len(rows)
    for resident in residents:
        wanted = resident.part.scene.wants.get("callbacks", 0)
        if asked[resident.number] < wanted:
            found.lost.append(f"{resident.number}: {asked[resident.number]} call-backs, wanted {wanted}")
        if (more := asked[resident.number] - wanted) > 0:
            found.figures["call-backs besides"] += more


def _places(found: Reckoning, rows: Iterable[Row]) -> None:
    """No two hold one place, and no desk holds more than it has."""
    held = [row for row in rows if isinstance(row, AppointmentRow) and row.held_seat is not None]
    for seat, n in Counter((row.desk, row.starts_at, row.held_seat) for row in held).items():
        if n > 1:
            found.double.append(f"{n} hold place {seat}")
    for (desk, at, place), n in Counter((row.desk, row.starts_at, row.place) for row in held).items():
        if n > Timetable().seats(Place(place)):
            found.double.append(f"{n} at {desk}, {at:%m-%d %H:%M}")


def _messages(
    found: Reckoning, rows: Sequence[MessageRow], residents: Sequence[Resident], copies: Counter[tuple[str, str]]
) -> None:
    """Each reason reached its telephone exactly once, and the carrier was given nothing that is on no row."""
    reached = {resident.number: Counter(resident.texts) for resident in residents}
    for row in rows:
        if row.state == CALLED:
            found.figures["texts that became calls"] += 1
            continue
        found.figures["messages written"] += 1
        found.figures["messages whose delivery was not heard of"] += row.state in {"queued", "sent"}
        found.figures["messages tried more than once"] += row.attempts > 1
        waited = (row.sent_at - row.created_at).total_seconds() if row.sent_at else 0.0
        found.figures[LONGEST] = max(found.figures[LONGEST], round(waited))
        sent, came = copies[dialled(row.to), row.body], reached.get(row.to, Counter())[row.body]
        if row.state not in ON_ITS_WAY or not sent or not came:
            found.lost.append(f"message {row.reason}: {row.state}, sent {sent} times, came {came} times")
        if sent > 1 or came > 1:
            found.double.append(f"message {row.reason}: sent {sent} times, came {came} times")
    known = {(dialled(row.to), row.body) for row in rows}
    found.wrong += [f"a message to {to} that is on no row" for to, body in copies if (to, body) not in known]


def _strangers(found: Reckoning, rows: Iterable[Row], residents: Sequence[Resident]) -> None:
    known = {resident.number for resident in residents}
    found.wrong += [f"a row of a number that never called: {row.code}" for row in rows if row.number not in known]


def _nothing_new(do: Do) -> Json:
    """A committed journal ends at a question: a step that is not in it has been lost."""
    raise ScriptDrift(f"step {do.key} is not in the journal")


def replay(office: Office, scripts: Scripts, found: Reckoning) -> None:
    """Every journal leads its script to the question, or the end, that the conversation's row says."""
    for row in office.session.scalars(select(ConversationRow)).all():
        found.figures["journals replayed"] += 1
        if row.state == "drifted":
            found.wrong.append(f"conversation {row.id} drifted")
            continue
        if row.state == "abandoned" and row.turn == 0:
            continue  # nothing had been said: it was put away without a journal entry
        journal = [Entry(Kind(j.kind), j.key, j.payload) for j in office.conversations.journal(row.id)]
        try:
            turn = open_turn(scripts.plot(row.script, row.version), journal, _nothing_new)
        except ScriptDrift as drift:
            found.wrong.append(f"conversation {row.id}: {drift}")
            continue
        stands = (turn.outcome or "open", turn.key, turn.number)
        if stands != (row.state, row.open_key, row.turn):
            found.wrong.append(
                f"conversation {row.id} stands at {stands}, its row says {row.state}, {row.open_key}"
            )
