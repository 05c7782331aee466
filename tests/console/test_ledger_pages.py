"""The ledger on screen: each sees their own rows, moves them, and nothing is lost where two move at once."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from hotline.config import Settings
from hotline.store.tables import CallOutRow, LookRow
from hotline.store.unit_of_work import Store
from ivr.voice import mulaw, wav
from tests.console.conftest import Clock, tone
from tests.console.ledger_room import entering, room_over, sent
from tests.ledger.room import GOOD, RUDE, ZHOU, Room, picture

Enter = Callable[[str], FlaskClient]
HOSTILE = "<script>alert(1)</script>\"><img src=x onerror=alert(2)> {{7*7}} =cmd|' /C calc'!A0"


@pytest.fixture
def room(store: Store, settings: Settings) -> Room:
    return room_over(store, settings)


@pytest.fixture
def enter(store: Store, settings: Settings, clock: Clock) -> Enter:
    return entering(store, settings, clock)


def test_the_three_tracks_stand_side_by_side_with_clocks_in_words(room: Room, enter: Enter, clock: Clock) -> None:
    slow = room.problem(remark="等了一上午")
    room.heard(ratings=GOOD, remark="小刘蛮热情，谢谢")
    room.heard(remark="建议礼拜天也开门")
    clock.now += timedelta(days=2)
    page = enter("zhou").get("/ledger").text
    for shown in ("表扬 → 宣传", "问题 → 整改", "建议 → 采纳", "等了一上午", "回电 过了", "办结 还有"):
        assert shown in page
    assert f"/ledger/{slow}" in page
    table = enter("zhou").get("/ledger?view=table&late=1").text
    assert "等了一上午" in table
    assert "谢谢" not in table


def test_a_row_shows_what_was_said_whose_it_is_and_what_may_be_done(room: Room, enter: Enter) -> None:
    row = room.problem(remark="我电话13907370001，等了一上午", solved=False)
    page = enter("zhou").get(f"/ledger/{row}").text
    for shown in (
        "机器把它认作“问题”",
        "办件效率差评",
        "不满意",
        "没办好",
        "139****0001",
        "确认",
        "不入账",
        "转交",
    ):
        assert shown in page
    assert "13907370001" not in page


def test_words_of_residents_are_words_and_nothing_else(room: Room, enter: Enter) -> None:
    row = room.problem(remark=HOSTILE)
    room.make(row, "confirm", ZHOU)
    room.make(row, "call", ZHOU, reason=HOSTILE)
    client = enter("zhou")
    for path in ("/ledger?stand=all", "/ledger?stand=all&view=table", f"/ledger/{row}"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "{{7*7}}" in page
        assert page.count("&lt;script&gt;") >= 1


def test_who_is_complained_about_never_learns_of_it(room: Room, enter: Enter) -> None:
    about = room.problem(remark="等了一上午")
    rude = room.problem(ratings=RUDE, clerk="zhangjj", remark="态度差")
    client = enter("liuf")
    assert "等了一上午" not in client.get("/ledger").text
    for path in (f"/ledger/{about}", f"/ledger/{about}/audio", f"/ledger/{rude}"):
        assert client.get(path).status_code == 404
    assert sent(client, "/ledger", f"/ledger/{about}/moves", move="confirm", version="1").status_code == 404


@pytest.mark.parametrize("who", ["audit", "root", "gong", "zeng"])
def test_how_staff_behaved_is_the_supervisors_alone(room: Room, enter: Enter, who: str) -> None:
    rude = room.problem(ratings=RUDE, clerk="zhangjj", remark="那个妹子态度差")
    client = enter(who)
    assert client.get(f"/ledger/{rude}").status_code == 404
    for view in ("columns", "table"):
        assert "态度差" not in client.get(f"/ledger?stand=all&view={view}").text
    assert "态度差" in enter("zhou").get(f"/ledger/{rude}").text


def test_another_villages_rows_are_as_if_they_were_not(room: Room, enter: Enter) -> None:
    row = room.problem(place="village:V01", clerk="gongzw", remark="村里的路")
    assert enter("gong").get(f"/ledger/{row}").status_code == 200
    assert enter("shi").get(f"/ledger/{row}").status_code == 404


def test_an_auditor_reads_and_moves_nothing(room: Room, enter: Enter) -> None:
    row = room.problem(remark="慢")
    client = enter("audit")
    assert "这一条现在没有要您做的" in client.get(f"/ledger/{row}").text
    assert sent(client, "/ledger", f"/ledger/{row}/moves", move="confirm", version="1").status_code == 403


def test_a_problem_goes_its_whole_way_on_the_page(room: Room, enter: Enter, store: Store) -> None:
    row, client = room.problem(remark="慢"), enter("zhou")
    here, moves = f"/ledger/{row}", f"/ledger/{row}/moves"
    assert sent(client, here, moves, move="confirm", kind="problem", topic="").status_code == 302
    assert sent(client, here, moves, move="call", reason="打过电话").status_code == 302
    refused = sent(client, here, moves, move="rectify", reason="加开了窗口")
    assert refused.status_code == 409
    assert "请先交一份整改证明" in refused.text
    assert ">加开了窗口</textarea>" in refused.text, "what was typed is not lost"
    brought = {"proof": (io.BytesIO(picture()), "修好的窗口.png")}
    assert sent(client, here, f"/ledger/{row}/proofs", **brought).status_code == 302
    assert sent(client, here, moves, move="rectify", reason="加开了窗口").status_code == 302
    page = client.get(here).text
    assert "打电话：还没打" in page
    assert room.moves(row)[-3:] == ["confirm", "call", "rectify"]
    with store.open() as office:
        assert [call.kind for call in office.session.scalars(select(CallOutRow))] == ["recheck"]


def test_a_suggestion_turned_into_a_problem_gets_its_clocks(room: Room, enter: Enter) -> None:
    row, client = room.heard(remark="建议快一点")[0], enter("zhou")
    sent(client, f"/ledger/{row}", f"/ledger/{row}/moves", move="confirm", kind="problem", topic="")
    assert room.now(row).call_by is not None
    assert "人已改成“问题”" in client.get(f"/ledger/{row}").text


def test_two_at_once_the_second_is_told_who_did_what_and_loses_no_word(room: Room, enter: Enter) -> None:
    row = room.problem(remark="慢")
    room.make(row, "confirm", ZHOU)
    late = enter("zhou")
    seen = re.search(r'name="version" value="(\d+)"', late.get(f"/ledger/{row}").text)
    assert seen
    room.make(row, "call", ZHOU, reason="说等了两个钟头")
    answer = sent(
        late, f"/ledger/{row}", f"/ledger/{row}/moves", move="call", version=seen[1], reason="我也打过了"
    )
    assert answer.status_code == 409
    for shown in ("别人动过这一条", "周正平：回电", "说等了两个钟头", "我也打过了"):
        assert shown in answer.text
    assert room.moves(row).count("call") == 1


@pytest.mark.parametrize(
    "form",
    [
        {"move": "propose"}, {"move": "assign"}, {"move": "drop table"}, {"move": ""}, {"version": "x"},
        {"version": ""}, {"kind": "gossip"}, {"reason": "好" * 501}, {"owner": "x" * 41}, {"topic": "a\0b"},
    ],
)  # fmt: skip
def test_a_form_that_is_none_of_ours_moves_nothing(room: Room, enter: Enter, form: dict[str, str]) -> None:
    row = room.problem(remark="慢")
    before = room.moves(row)
    answer = sent(enter("zhou"), f"/ledger/{row}", f"/ledger/{row}/moves", **({"move": "dismiss"} | form))
    assert answer.status_code in (400, 409)
    assert room.moves(row) == before


@pytest.mark.parametrize("row", ["0", "999999", "99999999999999999999", "-1", "x", "1%00"])
def test_a_row_that_is_none_is_not_found(room: Room, enter: Enter, row: str) -> None:
    client = enter("zhou")
    paths = (f"/ledger/{row}", f"/ledger/{row}/audio", f"/ledger/{row}/proofs/{'a' * 64}")
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]
    assert sent(client, "/ledger", f"/ledger/{row}/moves", move="confirm", version="1").status_code == 404


@pytest.mark.parametrize("query", ["page=-1", "page=99999999999", "page=x", "kind=<x>", "state=%00", "stand=''--"])
def test_a_strange_address_shows_a_list(room: Room, enter: Enter, query: str) -> None:
    room.problem(remark="慢")
    assert enter("zhou").get(f"/ledger?view=table&{query}").status_code == 200


def test_what_was_said_is_heard_by_who_works_on_it(
    room: Room, enter: Enter, settings: Settings, store: Store
) -> None:
    settings.recordings.mkdir(parents=True)
    wav.write_mulaw(settings.recordings / "one.wav", mulaw.encode(tone(0.5)))
    (settings.data_dir / "secret.wav").write_bytes(b"not for ears")
    row = room.problem(remark="慢", recording="one.wav")
    stray = room.problem(remark="慢", recording="../secret.wav", clerk="zhangjj")
    heard = enter("zhou").get(f"/ledger/{row}/audio", buffered=True)
    assert (heard.status_code, heard.data[:4]) == (200, b"RIFF")
    assert enter("zhou").get(f"/ledger/{stray}/audio").status_code == 404
    assert enter("audit").get(f"/ledger/{row}/audio").status_code == 404, "who said it is not for auditors"
    with store.open() as office:
        looks = [
            (one.username, one.what)
            for one in office.session.scalars(select(LookRow).where(LookRow.kind == "look"))
        ]
    assert looks == [("zhou", f"audio of ledger {row}")]


def test_every_look_at_a_row_is_written_down(room: Room, enter: Enter, store: Store) -> None:
    row, client = room.problem(remark="慢"), enter("zhou")
    for path in ("/ledger", f"/ledger/{row}", "/ledger?view=table"):
        client.get(path)
    with store.open() as office:
        looks = [one.what for one in office.session.scalars(select(LookRow).where(LookRow.kind == "look"))]
    assert looks == [f"ledger rows {row}…{row} (1)", f"ledger {row}", f"ledger rows {row}…{row} (1)"]


def test_what_the_list_asks_for_again_is_the_list_alone(room: Room, enter: Enter) -> None:
    room.problem(remark="慢")
    part = enter("zhou").get("/ledger", headers={"HX-Request": "true", "HX-Target": "rows"}).text
    assert "tracks" in part
    assert "<html" not in part
