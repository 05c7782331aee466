"""Repeats are suggested by words, sound and place; a person decides."""

from __future__ import annotations

import pytest

from hotline.commands.cases import sounds
from hotline.domain.repeats import LEAST, compare
from tests.cases.room import CLERK, SUPERVISOR, VILLAGE_3, Room

SAME = [
    # the same fact, told by two: (story, group, place) and (story, group, place)
    (("自来水停了三天了，屋里老的老小的小", "三组", ""), ("三组停水几天了，冇得水呷", "三组", ""), "G1"),
    (("水都停哒两天哒", "", "祠堂边"), ("停水两天了没人管", "", "祠堂旁边"), "G1"),
    (("桥栏杆断了好危险", "二组", ""), ("桥上栏杆断咖哒", "二组", "石拱桥"), "G4"),
    (("路灯几个月都不亮", "", "村小学门口"), ("小学门口的路灯不亮了", "", "村小学"), "G5"),
    (("垃圾桶满了没人拖，臭死了", "五组", ""), ("垃圾冇人拖，臭得很", "五组", ""), "G6"),
    (
        ("化肥厂排污水到港里", "", "港边"),
        ("花飞厂排乌水到港里", "", "港边"),
        "G9",
    ),  # misheard
]
OTHER = [
    (("自来水停了三天了", "三组", ""), ("水表走得太快，水费贵了", "七组", ""), "G1"),
    (("桥栏杆断了好危险", "二组", ""), ("进组的路烂得不成样子", "六组", ""), "G4"),
    (("路灯几个月都不亮", "", "村小学门口"), ("想在码头装一盏路灯", "", "码头"), "G5"),
    (("垃圾桶满了没人拖", "五组", ""), ("公厕门坏了", "一组", "集镇上"), "G6"),
]


def likeness(room: Room, one: tuple[str, str, str], two: tuple[str, str, str], topic: str) -> float:
    cases = [
        room.opened(story=story, group=group, where=where, topic=topic, dispatched=False)
        for story, group, where in (one, two)
    ]
    return compare(cases[0], cases[1], sounds).likeness


@pytest.mark.parametrize(("one", "two", "topic"), SAME)
def test_the_same_fact_in_other_words_is_suggested(
    room: Room, one: tuple[str, str, str], two: tuple[str, str, str], topic: str
) -> None:
    assert likeness(room, one, two, topic) >= LEAST


@pytest.mark.parametrize(("one", "two", "topic"), OTHER)
def test_another_fact_of_the_same_topic_is_not(
    room: Room, one: tuple[str, str, str], two: tuple[str, str, str], topic: str
) -> None:
    assert likeness(room, one, two, topic) < LEAST


def suggested(room: Room, code: str, who=SUPERVISOR) -> list[str]:  # type: ignore[no-untyped-def]
    with room.store.open() as office:
        return [repeat.code for repeat, _ in room.work(office).repeats(code, who, sounds)]


def test_only_what_is_under_way_near_in_time_and_may_be_seen_is_suggested(room: Room) -> None:
    old = room.opened()
    room.watch.passes(days=15)
    near, elsewhere = room.opened(), room.opened(village="V09", group="一组")
    over = room.make(room.opened(dispatched=False), "refuse", CLERK, reason="重了")
    secret = room.opened(kind="report")
    case = room.opened()
    found = suggested(room, case.code)
    assert found[0] == near.code
    assert not {old.code, over.code, secret.code, elsewhere.code, case.code} & set(found)
    assert suggested(room, room.opened(village="V03").code, VILLAGE_3) == []


def test_nothing_is_merged_by_itself(room: Room) -> None:
    cases = [room.opened() for _ in range(3)]
    room.watch.passes(minutes=1)
    suggested(room, cases[0].code)
    assert [room.now(case).status for case in cases] == ["dispatched"] * 3
