"""What somebody who means harm says, texts and is called: put into every field that reaches a page."""

from __future__ import annotations

from sqlalchemy import String, Text, select, update

from hotline.store.tables import (
    AppointmentRow,
    CallbackRow,
    CallOutRow,
    GrievanceRow,
    LedgerRow,
    MessageRow,
    ResidentRow,
    StaffRow,
    TurnRow,
    WaitingRow,
)
from hotline.store.unit_of_work import Office

MARK = "injected-by-a-test"
PAYLOADS = (
    f'<script>document.body.id="{MARK}";alert(1)</script>',
    f'"><img src=x onerror="document.body.id=\'{MARK}\';alert(2)">',
    f"'><svg/onload=\"document.body.id='{MARK}'\">",
    "{{ 7*191 }}{% raw %}${7*191}#{7*191}<%= 7*191 %>",
    f"</textarea></title></script><h1 class={MARK}>x</h1>",
    f"javascript:document.body.id='{MARK}'//",
    "\u202e\u2066evil\u2069\u202d rtl \u200b\u200d\ufeff zero width",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    f'<a href="javascript:alert(3)" class="{MARK}" hx-get="/logout" hx-trigger="load">x</a>',
    "%0d%0aSet-Cookie:x=1 ../../../../etc/passwd",
)  # fmt: skip
SAYS = {
    "free": (GrievanceRow.story, GrievanceRow.where, GrievanceRow.answer, MessageRow.body, TurnRow.asked,
             TurnRow.heard, CallbackRow.text, CallbackRow.note, LedgerRow.words, LedgerRow.remedy, LedgerRow.reply,
             CallOutRow.error, MessageRow.error),
    "short": (GrievanceRow.name, AppointmentRow.name, ResidentRow.name, WaitingRow.name, GrievanceRow.group,
              GrievanceRow.unit),
}  # fmt: skip


def poison(office: Office) -> None:
    """Every text a caller, a texter or a resident gives, of every record, becomes hostile."""
    for n, column in enumerate((*SAYS["free"], *SAYS["short"])):
        row, whole = column.class_, column in SAYS["free"]
        if not isinstance(column.type, String | Text):
            continue
        key = row.__mapper__.primary_key[0]
        for m, one in enumerate(office.session.scalars(select(key))):
            payload = PAYLOADS[(n + m) % len(PAYLOADS)]
            text = "".join(PAYLOADS) if whole else payload[: getattr(column.type, "length", None) or 200]
            office.session.execute(update(row).where(key == one).values({column.key: text}))
    told = "".join(PAYLOADS)
    office.session.execute(
        update(TurnRow).values(
            alternatives=[[told, 0.9], [told, 0.4]], understood={"value": told, told[:40]: [told]}
        )
    )
    for person in office.session.scalars(select(StaffRow)):
        person.name = PAYLOADS[1][:40]
