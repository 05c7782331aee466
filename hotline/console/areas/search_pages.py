"""What was found, as the page shows it: masked, with the words that fit marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hotline.console.discretion import hidden
from hotline.console.languages import term
from hotline.console.languages import translated as _
from hotline.console.links import page_of
from hotline.console.times import of_any_year, to_minute
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.case_life import Actor
from hotline.domain.catalogue import Town
from hotline.domain.grievances import Grievance
from hotline.domain.ledger.entries import Entry
from hotline.domain.ledger.sight import sees_teller
from hotline.masking import HIDDEN, Mask
from hotline.store.finding import Found
from hotline.store.names import names_of
from hotline.store.tables import AppointmentRow, CallRow, ResidentRow, TurnRow
from hotline.store.unit_of_work import Office
from hotline.views import village_name

WHOLLY_PERSONAL = frozenset({"name", "callback_number"})
"""Questions whose answers are a name or a number, however they were heard."""
AROUND = 22
"""Characters shown before and after what fits."""


@dataclass(frozen=True)
class Hit:
    """One record that fits."""

    title: str
    who: str
    before: str
    fits: str
    """What was typed, as it stands in the record; empty where it was found otherwise."""
    after: str
    href: str
    at: str = ""


@dataclass(frozen=True)
class Group:
    kind: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Shown:
    """Who sees what was found."""

    office: Office
    town: Town
    viewer: Actor
    typed: str

    def groups(self, found: Found) -> list[Group]:
        """By kind, in the order in which one looks for them; kinds of which nothing fits are left out."""
        made = (
            Group("cases", tuple(self._case(case) for case in found.cases)),
            Group("appointments", tuple(self._appointment(row) for row in found.appointments)),
            Group("calls", tuple(self._calls(found))),
            Group("ledger", tuple(self._entry(entry) for entry in found.ledger)),
            Group("residents", tuple(self._resident(row) for row in found.residents)),
        )
        return [group for group in made if group.hits]

    def _case(self, case: Grievance) -> Hit:
        mask, topic = Mask.over(None, {case.name}), self.town.topics.get(case.topic)
        title = f"{topic.spoken if topic else case.topic} {case.code} · {term('case_status', case.status)}"
        who = _joined(mask.name(case.name), village_name(self.town, case.village))
        told = mask.words(f"{case.story} {case.where} {case.answer}".strip())
        return Hit(title, who, *self._marked(told), page_of("case", case.code), _day(case.created_at))

    def _appointment(self, row: AppointmentRow) -> Hit:
        service = self.town.services.get(row.service)
        at = to_minute(row.starts_at)
        title = f"{service.spoken if service else row.service} {row.code} · {term('appointment', row.status)}"
        who = _joined(Mask.over(None).name(row.name), village_name(self.town, row.village))
        return Hit(title, who, "", "", "", page_of("appointment", row.code), at)

    def _calls(self, found: Found) -> Iterable[Hit]:
        said = {turn.call: turn for turn in found.turns}
        kept = hidden(self.office, [call.conversation for call in found.calls], self.viewer)
        shown = [call for call in found.calls if call.conversation not in kept]
        names = names_of(self.office, [call.number for call in shown])
        for call in shown:
            yield self._call(call, said.get(call.sid), names.get(call.number, set()))

    def _call(self, call: CallRow, turn: TurnRow | None, names: set[str]) -> Hit:
        mask = Mask.over(None, names)
        number = mask.number(call.number) or term("number", "withheld")
        text = ""
        if turn is not None:
            personal = turn.key in WHOLLY_PERSONAL
            text = HIDDEN if personal else mask.words(self._said(turn))
        title = _("通话") if turn is None else term("question", turn.key)
        href = page_of("call", call.sid) + (f"#turn-{turn.id}" if turn else "")
        return Hit(title, number, *self._marked(text), href, _day(call.started_at))

    def _said(self, turn: TurnRow) -> str:
        """Of what was heard, heard again and put right, the text that says it."""
        right = self.office.transcripts.corrections(turn.call).get(turn.id, "")
        texts = [text for text in (right, turn.careful or "", turn.heard) if text]
        return next((text for text in texts if self.typed in text), texts[0] if texts else "")

    def _entry(self, entry: Entry) -> Hit:
        title = f"{term('ledger_kind', str(entry.kind))} · {term('ledger_state', entry.state)}"
        mask = Mask.over(None, names_of(self.office, [entry.number]).get(entry.number, ()))
        who = mask.number(entry.number) if sees_teller(entry, self.viewer) else ""
        return Hit(
            title,
            who,
            *self._marked(mask.words(entry.words)),
            page_of("ledger", entry.id),
            _day(entry.answered_at),
        )

    def _resident(self, row: ResidentRow) -> Hit:
        mask = Mask.over(None)
        title = mask.name(row.name) or _("没留名字")
        who = _joined(mask.number(row.number), village_name(self.town, row.village))
        return Hit(title, who, "", "", "", page_of("resident", row.id))

    def _marked(self, text: str) -> tuple[str, str, str]:
        """What stands before what was typed, that itself, and what stands after."""
        at = text.find(self.typed) if self.typed else -1
        if at < 0:
            return text[: 2 * AROUND], "", ""
        end = at + len(self.typed)
        begin = max(0, at - AROUND)
        before = ("…" if begin else "") + text[begin:at]
        after = text[end : end + AROUND] + ("…" if len(text) > end + AROUND else "")
        return before, text[at:end], after


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _day(at: datetime) -> str:
    return of_any_year(at.astimezone(TOWN_TIME).date())
