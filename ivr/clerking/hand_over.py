"""What the office does when a caller wants a person: who is rung, whom a call-back is promised, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from hotline.domain import callbacks
from hotline.domain.calendar import TOWN_TIME
from hotline.domain.duty import MOST_RUNG, Line, Person
from hotline.domain.residents import plain_number
from hotline.store.tables import CallbackRow
from ivr.dialogue.steps import Json, Prompt
from ivr.scripts.common import Vocabulary
from ivr.scripts.summary import Known, who_calls
from ivr.scripts.wording import label, words

if TYPE_CHECKING:
    from hotline.store.unit_of_work import Office
    from ivr.clerk import Clerk

Given = Mapping[str, Json]


def hand_over(clerk: Clerk, given: Given) -> Json:
    """Before anybody is rung there is a call-back: whatever happens to the call, the caller is not forgotten."""
    if not _of_conversation(clerk):
        _add(clerk, given["reason"], state=callbacks.RINGING, due=_due(clerk, given["reason"]))
    return {}


def next_person(clerk: Clerk, given: Given) -> Json:
    """Whom to ring next, of those on duty now who have not been rung; no number where there is nobody."""
    nobody: Json = {"name": "", "number": ""}
    line = Line.DANGER if given["reason"] == "danger" else Line.ORDINARY
    if clerk.contact.surface == "sms" or len(given["rung"]) >= MOST_RUNG[line]:
        return nobody
    rung = {plain_number(number) for number in given["rung"]}
    people = on_duty(clerk, line)
    return next(
        ({"name": p.name, "number": p.number} for p in people if plain_number(p.number) not in rung), nobody
    )


def ask_for_callback(clerk: Clerk, given: Given) -> Json:
    """Keeps what was said for whoever rings back, tells who is on duty, and says by when that will be."""
    reason = given["reason"]
    waiting = [row for row in _of_conversation(clerk) if row.reason == reason]
    row = waiting[-1] if waiting else _add(clerk, reason, state=callbacks.OPEN, due=_due(clerk, reason))
    if row.state == callbacks.RINGING:
        row.state = callbacks.OPEN
    row.text = given.get("text", "") or row.text
    row.recording = given.get("recording", "") or row.recording
    row.number = plain_number(str(given.get("number", ""))) or row.number
    told = tell_duty(clerk.office, row, "sms.duty_message", on_duty(clerk, Line.ORDINARY), who=_caller(clerk))
    clerk.messages.extend(told)
    return {**_promise(row.due_at, clerk.now), "reachable": bool(row.number)}


def raise_alarm(clerk: Clerk, given: Given) -> Json:
    """A case and a call-back due now, and a text at once to everybody who is there for danger."""
    raised = clerk.raise_alarm(given)
    people = on_duty(clerk, Line.DANGER)
    body = words(
        Prompt(
            "sms.duty_danger",
            {
                "matter": label(f"danger.{given['kind'] or 'other'}"),
                "code": raised["code"],
                "phone": clerk.contact.number or label("phone.none"),
            },
        )
    )
    for person in people:
        number = plain_number(person.number)
        message = clerk.office.messages.put(f"danger:{raised['code']}:{number}", number, body, kind="alert")
        clerk.messages.extend([message] if message is not None else [])
    return {**raised, "told": len(people), "reachable": bool(clerk.contact.number)}


def city_line(clerk: Clerk, _given: Given) -> Json:
    return {"can_text": bool(clerk.contact.number) and clerk.contact.surface != "sms"}


def text_city_line(clerk: Clerk, _given: Given) -> Json:
    """The number of the city's line as a text, once a conversation."""
    message = clerk.office.messages.put(
        f"city:{clerk.conversation}", clerk.contact.number, words(Prompt("sms.city"))
    )
    clerk.messages.extend([message] if message is not None else [])
    return {}


def on_duty(clerk: Clerk, line: Line) -> tuple[Person, ...]:
    """The line-up now; the one configured number where the office keeps no roster."""
    roster = clerk.office.duty.roster()
    return roster.line_up(line, clerk.now, clerk.rules.is_working_day, fallback=clerk.duty_number)


def tell_duty(
    office: Office, row: CallbackRow, template: str, people: tuple[Person, ...], *, who: str
) -> list[int]:
    """Puts the text about a call-back to the first on duty into the outbox, once a call-back."""
    if not people:
        return []
    number = plain_number(people[0].number)
    phone = row.number or label("phone.none")
    facts: dict[str, Json] = {"who": who, "due": _minute(row.due_at), "phone": phone, "task": row.id}
    message = office.messages.put(f"callback:{row.id}", number, words(Prompt(template, facts)), kind="alert")
    return [] if message is None else [message]


def overdue_text(row: CallbackRow) -> str:
    """What the supervisor reads of a call-back that nobody has finished with in time."""
    owner = label("owner.taken").format(name=row.owner) if row.owner else label("owner.none")
    due, phone = _minute(row.next_try_at or row.due_at), row.number or label("phone.none")
    return words(Prompt("sms.duty_overdue", {"task": row.id, "due": due, "owner": owner, "phone": phone}))


def known_of(office: Office, number: str) -> Known:
    """Who the office takes the owner of a number for."""
    resident = office.records.resident(number) if number else None
    return Known(resident.name, resident.village) if resident else Known()


def _caller(clerk: Clerk) -> str:
    number = clerk.contact.number
    return who_calls(clerk.told, Vocabulary(clerk.rules.town), known_of(clerk.office, number))


def _of_conversation(clerk: Clerk) -> list[CallbackRow]:
    return list(clerk.office.callbacks.unfinished_of(clerk.conversation))


def _add(clerk: Clerk, reason: str, *, state: str, due: datetime) -> CallbackRow:
    return clerk.office.callbacks.add(
        CallbackRow(
            number=clerk.contact.number,
            reason=reason,
            recording="",
            text="",
            conversation=clerk.conversation,
            state=state,
            due_at=due,
            created_at=clerk.now,
        )
    )


def _due(clerk: Clerk, reason: str) -> datetime:
    return callbacks.due_at(reason, clerk.now, clerk.rules.timetable, clerk.rules.is_working_day)


def _promise(due: datetime, now: datetime) -> dict[str, Json]:
    """By when, and whether that is today or tomorrow, as one says it."""
    days = (due.astimezone(TOWN_TIME).date() - now.astimezone(TOWN_TIME).date()) // timedelta(days=1)
    return {"due": _minute(due), "day": {0: "today", 1: "tomorrow"}.get(days, "later")}


def _minute(at: datetime) -> str:
    return at.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M")
