"""One person who left something of themselves in every part of the office, and a neighbour who talks of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import update

from hotline.config import Settings
from hotline.domain.appointments import Move
from hotline.domain.calendar import Place
from hotline.domain.case_life import Actor
from hotline.domain.ledger.chain import digest_of
from hotline.domain.ledger.entries import Line
from hotline.store.tables import (
    AnsweringHourRow,
    AppointmentRow,
    CallbackRow,
    CallbackStepRow,
    CallOutRow,
    CallRow,
    ConversationRow,
    CorrectionRow,
    GrievanceRow,
    JournalRow,
    LedgerLineRow,
    LedgerRow,
    RatingRow,
    ReceiptRow,
    RingRow,
    SurveyAnswerRow,
    SurveyPersonRow,
    SurveyRow,
    TurnRow,
    WaitingRow,
    WalkInRow,
)
from hotline.store.unit_of_work import Office, Store
from ivr.casework import Casework
from tests.console.office_day import RULES, TOWN, desk, hire

NAME, NUMBER = "欧阳翠萍", "13798765432"
WORDS = "我家后面的水沟堵了三年"
LONG_AGO = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)


def live(store: Store, settings: Settings) -> int:
    """Fills the records; the resident's id."""
    hire(store)
    (settings.recordings / "2026").mkdir(parents=True, exist_ok=True)
    for name in ("story", "name", "turn", "remark"):
        (settings.recordings / f"2026/{name}.wav").write_bytes(b"RIFF" + name.encode())
    (settings.recordings / "2026/other.wav").write_bytes(b"RIFFother")
    settings.learnt.write_text(f"service\t{NAME}办医保\t1\nservice\t办社保\t2\n", "utf8")
    with store.open() as office:
        _talk(office)
        _matters(office)
        _asked(office)
        _neighbour(office)
        office.records.know_resident(NUMBER, name=NAME, village="V03")
        office.contact_wishes.prefer(NUMBER, "sms", LONG_AGO)
        office.contact_wishes.send_texts_to("13500001111", NUMBER, LONG_AGO)
        office.messages.put("hello:1", NUMBER, f"{NAME}您好，{WORDS}的事有回音了")
        office.commit()
        row = office.records.resident(NUMBER)
        assert row is not None
        return row.id


def _talk(office: Office) -> None:
    office.conversations.add(
        ConversationRow(
            id="theirs", number=NUMBER, script="welcome", version=1, surface="voice", state="open",
            opened_at=LONG_AGO, touched_at=LONG_AGO,
        )
    )  # fmt: skip
    office.session.flush()
    office.session.add_all(
        [
            CallRow(
                sid="CAtheirs", number=NUMBER, direction="inbound", status="completed", surface="voice",
                conversation="theirs", started_at=LONG_AGO, ended_at=LONG_AGO, seconds=61,
            ),
            JournalRow(
                conversation="theirs", place=0, kind="answered", key="name", payload={"value": NAME, "text": NAME},
                at=LONG_AGO,
            ),
            RingRow(
                conversation="theirs", turn=1, call="CAtheirs", reason="asked", name="刘干事",
                number="13800000001", summary=f"{NAME}，{WORDS}", state="spoken", rung_at=LONG_AGO,
            ),
            ReceiptRow(key="sms:SItheirs", answer=f"{NAME}，约好了", at=LONG_AGO),
        ]
    )  # fmt: skip
    turn = TurnRow(
        conversation="theirs", call="CAtheirs", surface="sms", turn=1, key="story", asked=f"{NAME}，什么事？",
        heard=WORDS, careful=WORDS, alternatives=[[WORDS, 0.9]], confidence=0.9, understood={"value": WORDS},
        audio="2026/turn.wav", timings_ms={}, at=LONG_AGO,
    )  # fmt: skip
    office.records.add(turn)
    office.session.add(CorrectionRow(turn=turn.id, text=f"{NAME}说{WORDS}", username="liu", at=LONG_AGO))


def _matters(office: Office) -> None:
    at = desk(office, LONG_AGO)
    at.codes = iter(range(700_001, 700_100))
    code = at.case(
        WORDS, "G8", "V03", name=NAME, number=NUMBER, callback_number=NUMBER, recording="2026/story.wav",
        name_recording="2026/name.wav",
    )  # fmt: skip
    office.session.execute(update(GrievanceRow).where(GrievanceRow.code == code).values(conversation="theirs"))
    for move in ("dispatch", "sign", "answer", "review", "call_back", "close"):
        at.move(code, move, reason=f"{NAME}（{NUMBER}）家的水沟已经通了")
    booked = at.book("1", Place.WINDOW, 0, name=NAME, village="V03", number=NUMBER, note=f"{NAME}腿脚不好")
    found = office.appointments.by_code(booked)
    assert found is not None
    office.appointments.note(found, Move("progress", "staff:liu", LONG_AGO, {"text": f"{NAME}的材料齐了"}))
    office.session.execute(
        update(AppointmentRow).where(AppointmentRow.code == booked).values(status="done", held_seat=None)
    )
    office.session.add(
        WaitingRow(
            service="1", place="window", village="V03", name=NAME, number=NUMBER, wish="any", minutes=15,
            name_recording="2026/name.wav", for_whom="", text_to=NUMBER, state="waiting", lapses=0, offer=None,
            held_until=None, last_offered=None, conversation="theirs", joined_at=LONG_AGO,
        )
    )  # fmt: skip
    callback = CallbackRow(
        number=NUMBER, reason="asked", text=WORDS, conversation="theirs", state="done", due_at=LONG_AGO,
        created_at=LONG_AGO, note=f"{NAME}说好了", recording="2026/story.wav",
    )  # fmt: skip
    office.records.add(callback)
    step = CallbackStepRow(callback=callback.id, what="done", username="liu", note=f"{NAME}说好了", at=LONG_AGO)
    office.session.add(step)


def _asked(office: Office) -> None:
    """The survey, its answer in the ledger, a rating, a walk-in, a call out."""
    survey = SurveyRow(week="2026-W45", seed="s", size=1, state="done", made_by="wen", made_at=LONG_AGO, plan={})
    office.session.add(survey)
    office.session.flush()
    person = SurveyPersonRow(
        survey=survey.id, place_in_draw=1, matter="walk-in:1", number=NUMBER, service="1", place="window",
        clerk="liuf", day=LONG_AGO.date(), stratum="liuf", chance=1.0, weight=1.0, state="done", disposition="1.1",
        drawn_at=LONG_AGO, note=NAME, conversation="theirs",
    )  # fmt: skip
    office.session.add(person)
    office.session.flush()
    office.session.add_all(
        [
            SurveyAnswerRow(
                person=person.id, key="remark", text=WORDS, words=WORDS, recording="2026/remark.wav",
                medium="voice", at=LONG_AGO,
            ),
            SurveyAnswerRow(person=person.id, key="attitude", level=5, words="好", medium="voice", at=LONG_AGO),
            RatingRow(
                matter="walk-in:1", number=NUMBER, service="1", place="window", clerk="liuf", day=LONG_AGO.date(),
                levels={"overall": 5}, remark=WORDS, recording="2026/remark.wav", medium="sms", at=LONG_AGO,
            ),
            WalkInRow(
                day=LONG_AGO.date(), number=NUMBER, service="1", place="window", clerk="liuf",
                imported_at=LONG_AGO, digest="d" * 64,
            ),
            AnsweringHourRow(number=NUMBER, slot="mon-10", tried=1, answered=1),
            CallOutRow(
                reason="appointment:1", number=NUMBER, kind="reminder", priority=1, script="remind",
                given={"name": NAME}, created_at=LONG_AGO, due_at=LONG_AGO,
            ),
        ]
    )  # fmt: skip
    _ledger(office, person.id)


def _ledger(office: Office, person: int) -> None:
    row = LedgerRow(
        source=f"survey:{person}", proposed="praise", kind="praise", state="publicised",
        words=f"我是{NAME}，办得好",
        ratings={}, solved=True, confidence=0.9, reasons=[], number=NUMBER, answered_at=LONG_AGO, due=LONG_AGO,
        recording="2026/remark.wav", version=1, village="V03",
    )  # fmt: skip
    office.session.add(row)
    office.session.flush()
    before = ""
    for place, reason in enumerate(("", f"{NAME}（{NUMBER}）愿意公开")):
        line = Line(place, "propose", "", "proposed", "liu", reason, LONG_AGO, {"told": NAME})
        before = digest_of(row.id, before, line)
        office.session.add(LedgerLineRow(ledger=row.id, digest=before, **vars(line)))


def _neighbour(office: Office) -> None:
    """Somebody else whose words name them; and their own daughter, another person."""
    at = desk(office, LONG_AGO)
    at.codes = iter(range(710_001, 710_100))
    code = at.case(f"{NAME}家的狗咬人，她电话是{NUMBER}", "G8", "V03", name="邻居甲", number="13511112222")
    work = Casework(TOWN, RULES.is_working_day, office, LONG_AGO)
    work.make(code, "urge", Actor("wen", "supervisor", "文所长"), {"reason": f"{NAME}又打电话来了"})
    at.book("1", Place.WINDOW, 2, name="欧阳小妹", village="V03", number="13522223333", text_to=NUMBER)
    office.records.know_resident("13511112222", name="邻居甲", village="V03")


def left(settings: Settings, *said: str) -> list[Path]:
    """Files below the data folder in which one of these still stands, plainly or as JSON writes it."""
    needles = [
        form.encode() for text in said for form in (text, text.encode("ascii", "backslashreplace").decode())
    ]
    files = (path for path in settings.data_dir.rglob("*") if path.is_file())
    return [path for path in files if any(needle in path.read_bytes() for needle in needles)]
