"""Answers become rows once; a row moves by the rules, by whom it may, and what it tells leaves with the move."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from hotline.domain.calling import SETTLED
from hotline.domain.errors import Refused
from hotline.domain.ledger.chain import first_broken
from hotline.domain.ledger.sight import may_see, sees_teller
from hotline.ledger_views import entry_view
from tests.ledger.room import AUDITOR, GONG, GOOD, LIU, NUMBER, RUDE, SLOW, THE_MACHINE, ZENG, ZHOU, Kind, Room
from tests.town import TOWN


def test_an_answer_makes_each_kind_of_row_once_however_often_it_is_told(room: Room) -> None:
    told = {"source": "survey:7", "ratings": SLOW, "remark": "希望礼拜天也开门"}
    rows = room.heard(**told)
    assert [room.now(row).kind for row in rows] == [Kind.PROBLEM, Kind.SUGGESTION]
    assert room.heard(**told) == []
    room.make(rows[0], "confirm", ZHOU, kind="suggestion")
    assert room.heard(**told) == [], "what a person made of it is not proposed anew"


def test_many_workers_at_once_make_one_row(room: Room) -> None:
    def once(_: int) -> int:
        return len(room.heard(source="survey:9", ratings=SLOW))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(once, range(8))) == 1


def test_what_says_nothing_makes_no_row(room: Room) -> None:
    assert room.heard(ratings=GOOD) == []


def test_the_owner_is_the_officer_of_topic_and_village_and_never_who_served(room: Room) -> None:
    case = room.problem(service="G1", place="V05", clerk="姚春林", solved=False)
    assert room.now(case).owner == "刘水生", "the deputy stands in for who served"
    window = room.problem()
    assert (room.now(window).owner, room.now(window).about) == ("周正平", ("liuf", "刘芳"))
    station = room.problem(place="village:V01", clerk="gongzw")
    assert room.now(station).owner == "曾令军"
    assert room.now(room.heard(remark="希望礼拜天也开门")[0]).owner == "曾令军"
    assert room.now(room.heard(ratings=GOOD, remark="小刘热情，谢谢")[0]).owner == "喻佳音"


def test_how_somebody_behaved_is_the_supervisors_alone(room: Room) -> None:
    rude = room.now(room.problem(ratings=RUDE, remark="窗口那个人爱理不理的"))
    assert rude.confidential
    assert rude.owner == "周正平"
    assert [who.username for who in (ZHOU, ZENG, LIU, GONG, AUDITOR) if may_see(rude, who)] == ["zhou"]
    with pytest.raises(Refused, match="no_row"):
        room.make(rude.id, "confirm", LIU)


def test_who_served_reads_praise_but_neither_a_complaint_nor_who_spoke(room: Room) -> None:
    praise = room.now(room.heard(ratings=GOOD, remark="小刘热情，谢谢")[0])
    assert may_see(praise, LIU)
    assert not sees_teller(praise, LIU)
    view = entry_view(praise, TOWN, LIU)
    assert (view["number"], view["recording"], view["conversation"]) == ("139****0001", "", "")
    assert not may_see(room.now(room.problem()), LIU)


def test_only_the_owner_or_the_supervisor_moves_a_row(room: Room) -> None:
    [row] = room.heard(remark="希望礼拜天也开门")
    with pytest.raises(Refused, match="no_row"):
        room.make(row, "confirm", LIU)
    room.make(row, "confirm", ZENG)
    room.make(row, "hand_to", ZHOU, owner="符长青")
    with pytest.raises(Refused, match="no_row"):
        room.make(row, "study", ZENG)
    assert room.make(row, "study", GONG).state == "studied"


def test_a_row_is_never_handed_to_whom_it_is_about(room: Room) -> None:
    row = room.problem()
    for name in ("liuf", "刘芳"):
        with pytest.raises(Refused, match="accused"):
            room.make(row, "hand_to", ZHOU, owner=name)


def test_a_problem_is_closed_by_the_residents_word_after_call_proof_and_question(room: Room) -> None:
    row = room.problem()
    room.make(row, "confirm", ZHOU)
    with pytest.raises(Refused, match="not_now"):
        room.make(row, "rectify", ZHOU, reason="改了")
    room.make(row, "call", ZHOU, reason="问清楚了")
    with pytest.raises(Refused, match="no_proof"):
        room.make(row, "rectify", ZHOU, reason="改了")
    assert room.now(row).state == "called", "nothing is kept of a refused move"
    room.prove(row, ZHOU)
    room.make(row, "rectify", ZHOU, reason="加开了一个窗口")
    [call] = room.calls()
    assert (call.script, call.kind, call.number, call.about) == ("recheck", "recheck", NUMBER, f"ledger:{row}")
    with pytest.raises(Refused, match="still_asking"):
        room.make(row, "close", ZHOU, reason="打不通")
    room.make(row, "close", THE_MACHINE, reason="resident")
    assert room.moves(row) == ["propose", "assign", "confirm", "call", "rectify", "close"]


def test_after_the_last_attempt_the_supervisor_closes_by_hand_with_a_reason(room: Room) -> None:
    row = room.rectified()
    with room.store.open() as office:
        held = office.calls_out.locked(room.calls()[0].id)
        assert held is not None
        held.state = SETTLED
        office.commit()
    with pytest.raises(Refused, match="no_reason"):
        room.make(row, "close", ZHOU)
    with pytest.raises(Refused, match="no_row"):
        room.make(row, "close", ZENG, reason="打不通")
    assert room.make(row, "close", ZHOU, reason="三次没打通").state == "closed"


def test_what_is_not_solved_is_called_and_mended_anew_with_new_proof(room: Room) -> None:
    row = room.rectified()
    room.watch.passes(days=2)
    again = room.make(row, "reopen", THE_MACHINE, reason="还是老样子")
    assert again.call_by is not None
    assert again.call_by > room.watch()
    assert room.calls()[0].state == "withdrawn"
    assert any("重新办" in text.body for text in room.texts())
    room.make(row, "call", ZHOU, reason="又问了一次")
    with pytest.raises(Refused, match="no_proof"):
        room.make(row, "rectify", ZHOU, reason="又改了")
    room.prove(row, ZHOU, name="again.png")
    with pytest.raises(Refused, match="no_proof"):
        room.make(row, "rectify", ZHOU, reason="the very same picture is no new proof")


@pytest.mark.parametrize(("move", "told"), [("adopt", "采纳了"), ("decline", "暂时做不到")])
def test_what_became_of_a_suggestion_is_told_with_its_reason(room: Room, move: str, told: str) -> None:
    [row] = room.heard(remark="希望礼拜天也开门")
    room.make(row, "confirm", ZHOU)
    room.make(row, "study", ZHOU)
    after = room.make(row, move, ZHOU, reason="十二月起礼拜天上午开一个窗口")
    [text_told] = room.texts()
    assert after.state == "closed"
    assert told in text_told.body
    assert "十二月起" in text_told.body
    assert text_told.to == NUMBER


def test_who_said_no_is_not_told_by_itself_but_left_to_a_person(room: Room) -> None:
    [row] = room.heard(remark="希望礼拜天也开门")
    with room.store.open() as office:
        office.contact_wishes.opt_out(NUMBER, "sms", room.watch())
        office.commit()
    for move in ("confirm", "study"):
        room.make(row, move, ZHOU)
    assert room.make(row, "decline", ZHOU, reason="人手不够").state == "declined"
    assert room.texts() == []
    assert room.make(row, "tell", ZHOU, reason="上门说了").state == "closed"


def test_two_who_move_at_once_do_not_write_over_each_other(room: Room) -> None:
    row = room.problem()
    seen = room.now(row).version

    def confirm(_: int) -> str:
        try:
            return room.make(row, "confirm", ZHOU, version=seen).state
        except Refused as no:
            return no.reason

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(confirm, range(4)))
    assert found.count("confirmed") == 1
    assert room.moves(row).count("confirm") == 1


def test_the_history_is_a_chain_that_the_database_keeps(room: Room) -> None:
    row = room.rectified()
    with room.store.open() as office:
        chained = office.ledger.history(row)
        assert first_broken(row, chained) is None
        line, digest = chained[2]
        object.__setattr__(line, "reason", "nothing happened")
        assert first_broken(row, chained) == 2
        assert first_broken(row + 1, office.ledger.history(row)) == 0
    for change in ("UPDATE ledger_lines SET reason = ''", "DELETE FROM ledger_lines"):
        with room.store.open() as office, pytest.raises(DatabaseError, match="only added to"):
            office.session.execute(text(change))
    assert digest


def test_a_person_may_say_what_it_is_about(room: Room) -> None:
    row = room.problem()
    with pytest.raises(Refused, match="no_such_topic"):
        room.make(row, "confirm", ZHOU, topic="G99")
    assert room.make(row, "confirm", ZHOU, topic="G15").confidential
