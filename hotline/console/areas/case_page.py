"""One case as its page shows it: the matter, who told it, its recordings, what may be done, likely repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select

from hotline.console.areas.case_forms import MoveForm, forms
from hotline.console.areas.case_pages import Card, Step, card_of, history, open_to, step_of
from hotline.console.languages import term
from hotline.console.looking import Looking
from hotline.console.people import Staff, case_mask
from hotline.console.sound import sound_file
from hotline.domain.discretion import visible
from hotline.domain.grievances import Grievance
from hotline.domain.repeats import Repeat
from hotline.store.reach import grievances_within, residents_within
from hotline.store.repositories import as_grievance
from hotline.store.tables import CallRow, GrievanceRow, ResidentRow


@dataclass(frozen=True)
class Likely:
    """A case that may tell of the same fact."""

    card: Card
    percent: int


@dataclass(frozen=True)
class CaseView:
    """A case as its page shows it."""

    card: Card
    version: int
    story: str
    where: str
    name: str
    number: str
    callback_number: str
    answer: str
    accused: tuple[str, ...]
    taken_by: str
    deputy: str
    case_class: str
    tell_by: str
    main: str
    """The case it has joined; empty if none."""
    joined: tuple[str, ...]
    """Those that have joined it, as far as the viewer may know."""
    extended_days: int
    paused: bool
    sounds: tuple[str, ...]
    """Which recordings there are: story, name."""
    resident: int
    """Whose page tells more; 0 if none."""
    call: str
    steps: tuple[Step, ...]
    forms: tuple[MoveForm, ...]
    mergeable: bool
    """Whether the viewer may join it to another that tells of the same fact."""
    repeats: tuple[Likely, ...] = ()


def held(who: Looking, code: str) -> tuple[Grievance, str] | None:
    """A case as the viewer may see it, held until this transaction ends, and who told it, to be masked.

    None where there is none, or none they may know of.
    """
    query = select(GrievanceRow).where(GrievanceRow.code == code[:10], grievances_within(who.sight))
    row = who.office.session.scalars(query.with_for_update()).one_or_none()
    case = visible(as_grievance(row), who.viewer) if row is not None else None
    return (case, row.name) if case is not None and row is not None else None


def case_view(who: Looking, case: Grievance, teller: str, recordings: Path, *, writes: bool) -> CaseView:
    """Everything of it; without forms where the viewer only reads."""
    mask = case_mask(case.code, [teller], who.viewer)
    files = {"story": case.recording, "name": case.name_recording}
    moves = open_to(case, who.viewer) if writes else ()
    staff = Staff(who.office)
    return CaseView(
        card=card_of(who, case, teller),
        version=case.version,
        story=mask.words(case.story),
        where="，".join(part for part in (case.group, mask.words(case.where)) if part),
        name=mask.name(case.name),
        number=mask.number(case.number),
        callback_number=mask.number(case.callback_number),
        answer=mask.words(case.answer),
        accused=case.accused,
        taken_by=staff.called(case.taken_by) if case.taken_by else "",
        deputy=case.deputy,
        case_class=case.case_class,
        tell_by=case.tell_by,
        main=case.main,
        joined=_joined(who, case),
        extended_days=case.extended_days,
        paused=case.paused_at is not None,
        sounds=tuple(name for name, file in files.items() if sound_file(file, recordings)),
        resident=_resident(who, case),
        call=_call(who, case),
        steps=tuple(history(who, case, teller)),
        mergeable="merge" in moves,
        forms=tuple(forms(case, who.town, moves, who.office.replies.all() if moves else ())),
    )


def with_repeats(who: Looking, view: CaseView, found: Sequence[tuple[Repeat, Grievance]]) -> CaseView:
    """The same with the cases that may tell of the same fact."""
    near = [
        Likely(card_of(who, case, _teller(who, case)), round(100 * repeat.likeness))
        for repeat, case in found
        if who.sight.covers(who.sight.desk, case.village)
    ]
    return replace(view, repeats=tuple(near))


def typed(view: CaseView, move: str, written: dict[str, str]) -> CaseView:
    """The same with what was typed in the form of a move that was refused; nothing of it is lost."""
    known = tuple(
        replace(form, written={**form.written, **written}) if form.move == move else form for form in view.forms
    )
    return replace(view, forms=known)


def moved_since(who: Looking, case: Grievance, teller: str, seen: int) -> list[Step]:
    """What somebody did to a case after the version that was seen."""
    staff, mask = Staff(who.office), case_mask(case.code, [teller], who.viewer)
    later = (event for event in who.office.grievances.history(case.id) if event.place > seen)
    return [step_of(event, staff, mask.words(event.reason)) for event in later]


def _teller(who: Looking, case: Grievance) -> str:
    return who.office.session.scalar(select(GrievanceRow.name).where(GrievanceRow.id == case.id)) or ""


def _joined(who: Looking, case: Grievance) -> tuple[str, ...]:
    found = who.office.grievances.merged_into(case.code)
    return tuple(one.code for one in found if visible(one, who.viewer) is not None)


def _resident(who: Looking, case: Grievance) -> int:
    if not case.number:
        return 0
    query = select(ResidentRow.id).where(ResidentRow.number == case.number, residents_within(who.sight))
    return who.office.session.scalar(query) or 0


def _call(who: Looking, case: Grievance) -> str:
    if not case.conversation:
        return ""
    query = select(CallRow.sid).where(CallRow.conversation == case.conversation).order_by(CallRow.started_at)
    return who.office.session.scalar(query.limit(1)) or ""


def refused_words(reason: str) -> str:
    """Why a move was not made, in words."""
    return term("case_refused", reason)
