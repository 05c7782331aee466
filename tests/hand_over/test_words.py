"""What is said on the way to a person: the clerk's summary, the promise, the city's number; on old scripts too."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from hotline.domain.calendar import TOWN_TIME
from hotline.domain.duty import Line
from hotline.store.tables import CallbackRow, ConversationRow, JournalRow, MessageRow
from ivr.contact import Contact, Evidence, Served
from ivr.dialogue.journal import Entry, Kind
from ivr.scripts.book import Scripts
from ivr.scripts.summary import Known, summary
from ivr.surfaces.sentences import spoken
from ivr.understanding.answer import Command, Understood
from ivr.understanding.understand import understand_text
from tests.hand_over.town_hall import FIRST, always
from tests.town import WORDS, Office

VOICE = Contact("13907370001", "voice", "CA1")
WAITS = "，正等着。"


def answered(key: str, value: Any = None, **slots: Any) -> Entry:
    return Entry(Kind.ANSWERED, key, {"value": value, "slots": slots})


GUIDE = answered("errand", "guide", service="12")
BOOK = answered("errand", "book", service="12")
DANGER = Entry(Kind.DIVERTED, "errand", {"script": "danger", "given": {"kind": "ill"}})
BACK = Entry(Kind.BACK, "name")


@pytest.mark.parametrize(
    ("journal", "known", "heard"),
    [
        ([], Known(), "一位乡亲，要找人说话"),
        ([], Known("王桂花", "V03"), "石桥村王桂花，要找人说话"),
        (
            [answered("errand", "guide", service="12"), answered("name", "李玉兰")],
            Known(),
            "李玉兰，要问老年人优待证",
        ),
        ([answered("errand", "book", service="12", village="V03")], Known(), "石桥村的乡亲，想办老年人优待证"),
        ([answered("errand", "report", topic="G1")], Known("王桂花"), "王桂花，反映农饮水的事"),
        ([answered("errand", "progress")], Known("王桂花"), "王桂花，要问办到哪一步了"),
        (
            [answered("errand", "book", service="12"), answered("errand", "person")],
            Known(),
            "一位乡亲，要找人说话",
        ),
        ([answered("name", "李玉兰"), BACK], Known(), "一位乡亲，要找人说话"),
        ([answered("name", "__recorded__")], Known(), "一位乡亲，要找人说话"),
        ([answered("errand", "book", service="gone", village="gone")], Known(), "一位乡亲，要找人说话"),
        ([DANGER], Known("王桂花"), "急事！王桂花，说有人病得重"),
    ],
)
def test_a_clerk_hears_what_has_been_said_and_nothing_else(journal: list[Entry], known: Known, heard: str) -> None:
    assert summary(journal, WORDS, known) == heard + WAITS


def say(office: Office, served: Served, contact: Contact = VOICE, **sense: Any) -> Served:
    meant = Understood(**sense)
    return office.desk.hear(
        served.conversation, contact, served.turn.number, sense=lambda *_: meant, evidence=Evidence()
    )


def told(served: Served, contact: Contact = VOICE) -> str:
    return "".join(sentence.text for sentence in spoken(served.turn, contact.surface))


def rows(office: Office, table: Any) -> list[Any]:
    with office.store.open() as records:
        return list(records.session.scalars(select(table)))


@pytest.mark.parametrize(
    ("now", "promise"),
    [
        ("2026-11-25T10:00", "今天中午十二点以前"),
        ("2026-11-25T22:00", "明天上午十一点以前"),
        ("2026-11-28T09:00", "十一月三十号礼拜一上午十一点以前"),
    ],
)
def test_the_promise_is_the_time_that_is_kept(tmp_path: Path, now: str, promise: str) -> None:
    office = Office(tmp_path)
    office.watch.now = datetime.fromisoformat(now).replace(tzinfo=TOWN_TIME)
    served = say(office, office.desk.answer(VOICE), command=Command.PERSON)
    assert served.turn.key == "message"
    assert promise + "给您回电话" in told(say(office, served, value="屋里漏水", text="屋里漏水"))
    [task] = rows(office, CallbackRow)
    assert (task.state, task.text) == ("open", "屋里漏水")


def test_nobody_is_promised_a_call_to_a_number_that_is_not_known(tmp_path: Path) -> None:
    office, hidden = Office(tmp_path), Contact("", "voice", "CA9")
    served = say(office, office.desk.answer(hidden), hidden, command=Command.PERSON)
    served = say(office, served, hidden, value="屋里漏水")
    assert served.turn.key == "callback_number"
    assert "给您回电话" in told(say(office, served, hidden, value="13900000009"))
    [task] = rows(office, CallbackRow)
    assert task.number == "13900000009"


def test_by_text_nobody_is_rung_and_the_message_is_taken(tmp_path: Path) -> None:
    office = Office(tmp_path)
    with office.store.open() as records:
        records.duty.replace(always(Line.ORDINARY, FIRST))
        records.commit()
    assert "请把事情写在一条短信里" in office.front.text("SM1", "13907370001", "转人工")
    assert "以前给您回电话" in office.front.text("SM2", "13907370001", "我想问医保的事")
    assert office.front.text("SM2", "13907370001", "我想问医保的事").endswith("再见。")
    [task] = rows(office, CallbackRow)
    assert (task.state, task.text) == ("open", "我想问医保的事")


def test_the_citys_number_is_told_twice_and_sent_to_who_wants_it(tmp_path: Path) -> None:
    office = Office(tmp_path)
    served = office.desk.answer(VOICE)
    served = office.desk.hear(
        served.conversation,
        VOICE,
        0,
        sense=lambda turn, setting: (
            understand_text(turn.ask, "帮我转12345", setting) if turn.ask else Understood()
        ),
        evidence=Evidence(),
    )
    assert told(served).count("一，二，三，四，五") == 2
    served = say(office, served, value=True)
    assert served.turn.key == "errand"
    [text] = rows(office, MessageRow)
    assert "12345" in text.body
    assert served.messages == (text.id,)


def test_a_conversation_on_the_old_script_ends_on_it(tmp_path: Path) -> None:
    """Somebody was being connected when the office was brought up to date."""
    office = Office(tmp_path, person="0737-8800000")
    served = office.desk.answer(VOICE)
    with office.store.open() as records:
        row = records.session.get(ConversationRow, served.conversation)
        assert row is not None
        row.version = 1
        records.session.execute(
            delete(JournalRow).where(JournalRow.key.in_(("offered", "to_rate")))
        )  # not asked in those days
        records.commit()
    served = say(office, served, command=Command.PERSON)
    assert served.turn.key == "transfer"
    assert office.front.transfers.dial(served, VOICE).number == "0737-8800000"
    after = office.desk.transferred(served.conversation, VOICE, served.turn.number, answered=False)
    assert after.turn.key == "story"
    done = say(office, after, value="屋里漏水")
    assert done.turn.outcome == "recorded"
    assert {version for _, version in Scripts(WORDS)._first} == {1, 2, 3, 4}
