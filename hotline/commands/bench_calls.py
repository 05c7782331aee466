"""A hundred thousand calls and who made them, for the benches that look things up."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text

from hotline.clock import utc_now
from hotline.commands.bench_cases import fill
from hotline.domain.catalogue import Town
from hotline.store.tables import CallRow, ConversationRow, ResidentRow, TurnRow
from hotline.store.unit_of_work import Store
from hotline.store.word_index import TURNS, learn, put, words_of
from hotline.town import read_town

TURNS_OF_A_CALL = 6
CASES_PER_CALL = 0.2
_AT_ONCE = 2_000
_SAID = (
    "我想问一下医保怎么交", "办社保卡要带什么", "自来水停了三天了", "我是青山村的", "星期三上午可以", "对的就这样",
    "路灯坏了一个月没人修", "老人优待证怎么办", "祠堂前坪积水了", "没有别的事了谢谢", "低保的事问一下", "再说一遍",
)  # fmt: skip
_FAMILY, _GIVEN = (
    "王李张刘陈杨黄周吴徐",
    ("桂花", "建国", "秀英", "玉兰", "志强", "小红", "大明", "春生", "冬梅", "松柏"),
)


def fill_records(store: Store, calls: int) -> None:
    """So many calls, a fifth as many cases, and the people of both."""
    fill(store, read_town(), max(100, int(calls * CASES_PER_CALL)))
    _fill_calls(store, read_town(), calls)


def _fill_calls(store: Store, town: Town, number: int) -> None:
    """So many calls, seeded; every third caller is known by name and village."""
    dice, sayings = random.Random(11), {said: words_of(said) for said in _SAID}
    for first in range(1, number + 1, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, number + 1))
        turns, index = zip(*_turns(numbers, dice, sayings), strict=True)
        people = [_resident(n, town, dice) for n in numbers if n % 3 == 0]
        with store.open() as office:
            office.session.execute(insert(ConversationRow), [_conversation(n) for n in numbers])
            office.session.execute(insert(CallRow), [_call(n) for n in numbers])
            office.session.execute(insert(TurnRow), list(turns))
            if people:
                office.session.execute(insert(ResidentRow), people)
            connection = office.session.connection()
            put(connection, TURNS, list(index))
            learn(connection, {one["name"] for one in people}, (f"139{n:08d}" for n in numbers))
            office.commit()
    with store.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _conversation(n: int) -> dict[str, Any]:
    at = utc_now() - timedelta(minutes=n)
    number = f"139{n:08d}"
    named = {"id": f"call-{n}", "number": number, "script": "welcome", "version": 1, "state": "done"}
    return named | {
        "turn": TURNS_OF_A_CALL,
        "surface": "voice",
        "call": f"CA{n}",
        "opened_at": at,
        "touched_at": at,
    }


def _call(n: int) -> dict[str, Any]:
    at = utc_now() - timedelta(minutes=n)
    how = {"direction": "inbound", "status": "completed", "surface": "voice", "conversation": f"call-{n}"}
    return {"sid": f"CA{n}", "number": f"139{n:08d}", "started_at": at, "ended_at": at, "seconds": 60} | how


def _turns(
    numbers: range, dice: random.Random, sayings: dict[str, str]
) -> Iterator[tuple[dict[str, Any], tuple[int, str]]]:
    for n in numbers:
        for place in range(TURNS_OF_A_CALL):
            row = n * 10 + place
            said = dice.choice(_SAID)
            heard = f"{said}，第{n}号" if place == 0 else said
            yield _turn(row, n, place, heard), (row, words_of(heard) if place == 0 else sayings[said])


def _turn(row: int, n: int, place: int, heard: str) -> dict[str, Any]:
    of = {
        "id": row,
        "conversation": f"call-{n}",
        "call": f"CA{n}",
        "surface": "voice",
        "turn": place,
        "key": "errand",
    }
    kept: dict[str, Any] = {
        "asked": "您有什么事？",
        "heard": heard,
        "alternatives": [],
        "confidence": 0.3 + (row * 37 % 60) / 100,
    }
    return (
        of
        | kept
        | {
            "understood": {"value": "1"},
            "timings_ms": {},
            "audio": f"{row}.wav",
            "at": utc_now() - timedelta(minutes=n),
        }
    )


def _resident(n: int, town: Town, dice: random.Random) -> dict[str, Any]:
    name, village = dice.choice(_FAMILY) + dice.choice(_GIVEN), dice.choice(list(town.villages))
    return {"number": f"139{n:08d}", "name": name, "village": village, "created_at": utc_now()}
