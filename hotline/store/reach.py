"""What somebody sees, as conditions on the tables."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from hotline.domain.calendar import Place
from hotline.domain.rights import STATION, Sight
from hotline.store.tables import (
    AppointmentRow,
    CallbackRow,
    CallOutRow,
    CallRow,
    GrievanceRow,
    MessageRow,
    ResidentRow,
    WaitingRow,
)

Condition = ColumnElement[bool]


def appointments_within(sight: Sight) -> Condition:
    row = AppointmentRow
    if sight.village:
        return or_(row.village == sight.village, row.desk == STATION + sight.village)
    if sight.desk:
        return or_(row.desk == sight.desk, row.desk.startswith(sight.desk + ":", autoescape=True))
    return true()


def waiting_within(sight: Sight) -> Condition:
    """Who waits for a place at the desk: at any window, whichever of them somebody sits at."""
    row = WaitingRow
    if sight.village:
        return row.village == sight.village
    if sight.desk:
        kind = sight.desk.partition(":")[0]
        return row.place.in_([kind, str(Place.CAR)] if kind == Place.WINDOW else [kind])
    return true()


def grievances_within(sight: Sight) -> Condition:
    own = GrievanceRow.village == sight.village if sight.village else true()
    return own if sight.confidential else and_(own, GrievanceRow.confidential.is_(False))


def residents_within(sight: Sight) -> Condition:
    return ResidentRow.village == sight.village if sight.village else true()


def calls_within(sight: Sight) -> Condition:
    return and_(
        _matters_of_village(sight, CallRow.number, CallRow.conversation), _open(sight, CallRow.conversation)
    )


def callbacks_within(sight: Sight) -> Condition:
    own = _matters_of_village(sight, CallbackRow.number, CallbackRow.conversation)
    return and_(own, _open(sight, CallbackRow.conversation))


def _open(sight: Sight, conversation: InstrumentedAttribute[str]) -> Condition:
    """Nothing confidential was told in it: its words and recordings are as secret as the case itself."""
    if sight.confidential:
        return true()
    return not_(_some(GrievanceRow.conversation, conversation, GrievanceRow.confidential.is_(True)))


def messages_within(sight: Sight) -> Condition:
    return _numbers_of_village(sight, MessageRow.to) if sight.village else true()


def calls_out_within(sight: Sight) -> Condition:
    return _numbers_of_village(sight, CallOutRow.number) if sight.village else true()


def _matters_of_village(
    sight: Sight, number: InstrumentedAttribute[str], conversation: InstrumentedAttribute[str]
) -> Condition:
    """What a village's people said, or what led to something in the village.

    Asked of each row by its index: a list of everything that led to something is thousands long at every look.
    """
    if not sight.village:
        return true()
    return or_(
        _numbers_of_village(sight, number),
        _some(AppointmentRow.conversation, conversation, appointments_within(sight)),
        _some(GrievanceRow.conversation, conversation, grievances_within(sight)),
    )


def _numbers_of_village(sight: Sight, number: InstrumentedAttribute[str]) -> Condition:
    """Rows of numbers known to belong to the village; a caller without a number belongs to none."""
    return _some(ResidentRow.number, number, residents_within(sight))


def _some(theirs: InstrumentedAttribute[str], own: InstrumentedAttribute[str], which: Condition) -> Condition:
    """Whether some row there, of those, has what the row here has; an empty one is nobody's."""
    return select(theirs).where(which, theirs == own, own != "").correlate(own.class_).exists()
