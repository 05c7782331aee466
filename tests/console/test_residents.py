"""Residents: one history of voice and text, wishes, and one person's data handed out or erased without a trace."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import JSON, String, cast, select, text

from hotline.config import Settings
from hotline.domain.ledger.chain import first_broken
from hotline.store.tables import (
    AppointmentRow,
    ContactWishRow,
    ErasureRow,
    GrievanceRow,
    LedgerRow,
    LookRow,
    MessageRow,
    ResidentRow,
    SurveyAnswerRow,
    Table,
)
from hotline.store.unit_of_work import Store
from tests.console.office_day import busy_day, enter
from tests.console.one_person import NAME, NUMBER, WORDS, left, live


@dataclass
class Hall:
    client: FlaskClient
    store: Store
    settings: Settings
    id: int
    token: str = ""

    def enter(self, username: str) -> None:
        self.token = enter(self.client, username)

    def see(self, path: str = "") -> str:
        answer = self.client.get(f"/residents/{self.id}{path}")
        assert answer.status_code == 200, path
        return unescape(answer.text)

    def post(self, path: str, **form: Any) -> Any:
        return self.client.post(f"/residents/{self.id}{path}", data={"csrf_token": self.token} | form)


@pytest.fixture
def hall(client: FlaskClient, store: Store, settings: Settings) -> Hall:
    return Hall(client, store, settings, live(store, settings))


def test_one_history_over_voice_and_text(hall: Hall) -> None:
    hall.enter("wen")
    page = hall.see()
    for said in (
        "打进来",
        "诉求",
        "预约",
        "发给他的短信",
        "他发来的短信",
        "满意度回访",
        "服务态度：非常满意",
        "已办完",
        WORDS,
    ):
        assert said in page
    assert NAME not in page
    assert NUMBER not in page
    assert "欧**萍" in page


def test_each_sees_who_is_theirs(hall: Hall) -> None:
    hall.enter("fu")
    assert hall.client.get(f"/residents/{hall.id}").status_code == 404
    assert "欧**萍" not in hall.client.get("/residents").text
    assert hall.post("/wishes", channel="sms", seen="").status_code == 404
    for odd in ("0", "99999999999999999999", "-1", "x"):
        assert hall.client.get(f"/residents/{odd}").status_code == 404
    hall.enter("liu")
    assert hall.client.get(f"/residents/{hall.id}").status_code == 200
    for path in ("/export", "/erase"):
        assert hall.post(path, reason="本人要求", sure="清除").status_code == 403
    assert hall.client.get(f"/residents/{hall.id}/erase").status_code == 403


def test_somebody_is_found_by_name_or_by_the_end_of_a_number(hall: Hall) -> None:
    hall.enter("liu")
    form = {"csrf_token": hall.token, "village": ""}
    for said, there in (("翠萍", True), ("5432", True), ("%", False), ("543", False), ("<script>", False)):
        page = hall.client.post("/residents", data=form | {"said": said}).text
        assert ("欧**萍" in page) is there, said
        assert "<script>" not in page.split("<main")[1]


def test_what_is_confidential_is_not_in_the_history(client: FlaskClient, store: Store, settings: Settings) -> None:
    codes = busy_day(store)
    with store.open() as office:
        office.records.know_resident("13812341234", name="王桂花", village="V01")
        office.messages.put(f"case:{codes['secret']}:1", "13812341234", "您反映的事收到了")
        office.commit()
        row = office.records.resident("13812341234")
        assert row is not None
    for username, sees in (("wen", True), ("liu", False), ("admin", False)):
        hall = Hall(client, store, settings, row.id)
        hall.enter(username)
        page = hall.see()
        assert ("有人收钱办低保" in page) is sees
        assert ("您反映的事收到了" in page) is sees
        assert "村口的路灯" in page


def test_wishes_are_changed_and_two_do_not_overwrite_each_other(hall: Hall) -> None:
    hall.enter("liu")
    seen = hall.see().split('name="seen" value="')[1].split('"')[0]
    wanted = {"channel": "voice", "slow": "1", "human_first": "1", "opted_out": "1", "seen": seen}
    assert hall.post("/wishes", **wanted).status_code == 302
    assert hall.post("/wishes", **wanted).status_code == 409
    assert hall.post("/wishes", channel="pigeon", seen=seen).status_code == 400
    page = hall.see()
    for said in ("说慢一点", "先找人工", "已退订"):
        assert said in page
    with hall.store.open() as office:
        row = office.session.get(ContactWishRow, NUMBER)
        assert row is not None
        assert (row.channel, row.slow, row.keypad, row.human_first) == ("voice", True, False, True)
        assert row.opted_out_by == "staff"


def test_a_name_is_put_right(hall: Hall) -> None:
    hall.enter("liu")
    seen = hall.see().rsplit('name="seen" value="', 1)[1].split('"')[0]
    assert hall.post("", name="欧阳翠平", village="", seen=seen).status_code == 302
    assert hall.post("", name="别人", village="", seen=seen).status_code == 409
    with hall.store.open() as office:
        row = office.records.resident(NUMBER)
        assert row is not None
        assert row.name == "欧阳翠平"


def test_their_data_is_handed_out_whole(hall: Hall) -> None:
    hall.enter("wen")
    assert hall.post("/export", reason="x").status_code == 409
    answer = hall.post("/export", reason=f"{NAME}本人要求")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = set(archive.namelist())
        turns = json.loads(archive.read("turns.json"))
        about = json.loads(archive.read("about.json"))
        whole = b"".join(archive.read(name) for name in names).decode("utf8", "ignore")
    assert {"recordings/2026/story.wav", "recordings/2026/turn.wav"} <= names
    assert "recordings/2026/other.wav" not in names
    assert turns[0]["heard"] == WORDS
    assert about["matters_left_out"] == 0
    assert "13800000001" not in whole, "the clerk's own number"
    assert "邻居甲" not in whole
    with hall.store.open() as office:
        looks = [
            (look.what, look.reason)
            for look in office.session.scalars(select(LookRow).where(LookRow.kind == "look"))
        ]
    assert (f"exported resident {hall.id}", "＊＊本人要求") in looks


def test_erasing_takes_two_steps_and_waits_for_what_is_owed(hall: Hall) -> None:
    hall.enter("wen")
    page = hall.see("/erase")
    assert "会清除的" in page
    assert hall.post("/erase", reason="本人要求", sure="").status_code == 409
    assert hall.post("/erase", reason="x", sure="清除").status_code == 409
    with hall.store.open() as office:
        row = office.session.scalars(select(GrievanceRow).where(GrievanceRow.number == NUMBER)).one()
        row.status = "handling"
        office.commit()
    assert row.code in hall.see("/erase").split("先办完这些")[1]
    assert hall.post("/erase", reason="本人要求", sure="清除").status_code == 409
    with hall.store.open() as office:
        assert office.records.resident(NUMBER) is not None
        assert office.session.scalars(select(ErasureRow)).all() == []


def test_nothing_is_left_of_whom_is_erased(hall: Hall) -> None:
    assert left(hall.settings, NAME, NUMBER), "they are in the records before"
    hall.enter("wen")
    answer = hall.post("/erase", reason=f"{NAME}本人要求", sure="清除")
    assert answer.status_code == 302
    with hall.store.open() as office:
        assert list(standing(office.session, (NAME, NUMBER, WORDS))) == []
        kept = office.session.scalars(select(GrievanceRow).where(GrievanceRow.number.startswith("erased-"))).one()
        assert (kept.status, kept.village, kept.story, kept.topic) == ("closed", "V03", "", "G8")
        erased = office.session.scalars(select(ErasureRow)).one()
        assert (erased.pseudonym, erased.username, erased.files) == (kept.number, "wen", [])
        ledger = office.session.scalars(select(LedgerRow)).one()
        assert "办得好" in ledger.words
        assert first_broken(ledger.id, office.ledger.history(ledger.id)) is None
        levels = office.session.scalars(select(SurveyAnswerRow.level).where(SurveyAnswerRow.key == "attitude"))
        assert levels.one() == 5, "figures stay as they were"
        waits = office.session.scalars(select(MessageRow.state).where(MessageRow.reason == "hello:1"))
        assert waits.one() == "withdrawn"
    assert left(hall.settings, NAME, NUMBER, WORDS) == [], "nor in any file, nor where rows were in the database's"
    names = {path.name for path in hall.settings.recordings.rglob("*.wav")}
    assert names == {"other.wav"}
    assert hall.settings.learnt.read_text("utf8") == "service\t办社保\t2\n"


def test_others_stay_as_they_were(hall: Hall) -> None:
    hall.enter("wen")
    hall.post("/erase", reason="本人要求", sure="清除")
    with hall.store.open() as office:
        neighbour = office.session.scalars(select(GrievanceRow).where(GrievanceRow.name == "邻居甲")).one()
        assert "家的狗咬人" in neighbour.story
        daughter = office.session.scalars(select(AppointmentRow).where(AppointmentRow.name == "欧阳小妹")).one()
        assert (daughter.number, daughter.text_to) == ("13522223333", "")
        assert office.records.resident("13511112222") is not None
        with pytest.raises(Exception, match="only added to"):
            office.session.execute(text("UPDATE case_events SET reason = 'x'"))


def test_a_name_that_a_colleague_has_too_stays_theirs(hall: Hall) -> None:
    with hall.store.open() as office:
        row = office.session.scalars(select(ResidentRow).where(ResidentRow.number == "13511112222")).one()
        row.name = NAME  # another person called the same
        office.commit()
    hall.enter("wen")
    hall.post("/erase", reason="本人要求", sure="清除")
    with hall.store.open() as office:
        namesake = office.records.resident("13511112222")
        assert namesake is not None
        assert namesake.name == NAME
        assert not list(standing(office.session, (NUMBER, WORDS)))


def standing(session: Any, said: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """(table, column) wherever one of these stands."""
    for table in Table.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, String | JSON):
                continue
            for value in session.scalars(select(cast(column, String))):
                plain = (
                    json.dumps(json.loads(value), ensure_ascii=False) if isinstance(column.type, JSON) else value
                )
                if value and any(one in plain for one in said):
                    yield table.name, column.name
