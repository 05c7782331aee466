"""`hotline bench search`: everything found in a hundred thousand calls, on the database it is given."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import click
from sqlalchemy import insert, text

from hotline.clock import utc_now
from hotline.commands.bench_cases import bench_store, fill
from hotline.commands.looks import show, timed
from hotline.domain.case_life import SUPERVISOR, VILLAGE, Actor
from hotline.domain.catalogue import Town
from hotline.domain.rights import Sight
from hotline.store.finding import find, query_of
from hotline.store.tables import CallRow, ConversationRow, ResidentRow, TurnRow
from hotline.store.unit_of_work import Store
from hotline.store.word_index import TURNS, learn, put, words_of
from hotline.town import read_town

TURNS_OF_A_CALL = 6
CASES_PER_CALL = 0.2
_AT_ONCE = 2_000
_TOWN, _VILLAGE = Sight(confidential=True), Sight(village="V02")
_ALL, _ONE = Actor("zhou", SUPERVISOR), Actor("gao", VILLAGE, "高松柏", frozenset({"V02"}))

LOOKS: dict[str, tuple[str, Sight, Actor]] = {
    "words, common": ("医保", _TOWN, _ALL),
    "words, a phrase": ("自来水停了三天", _TOWN, _ALL),
    "words, rare": ("祠堂前坪", _TOWN, _ALL),
    "words, nobody said": ("外星飞船", _TOWN, _ALL),
    "one character": ("水", _TOWN, _ALL),
    "one call": ("第77777号", _TOWN, _ALL),
    "sound, common": ("yibao", _TOWN, _ALL),
    "sound, a name": ("wangguihua", _TOWN, _ALL),
    "initials of a name": ("wgh", _TOWN, _ALL),
    "a name": ("王桂花", _TOWN, _ALL),
    "end of a number": ("7777", _TOWN, _ALL),
    "a whole number": ("13900077777", _TOWN, _ALL),
    "a code": ("012345", _TOWN, _ALL),
    "words, as a village sees it": ("医保", _VILLAGE, _ONE),
    "end of a number, as a village sees it": ("7777", _VILLAGE, _ONE),
}
_SAID = (
    "我想问一下医保怎么交", "办社保卡要带什么", "自来水停了三天了", "我是青山村的", "星期三上午可以", "对的就这样",
    "路灯坏了一个月没人修", "老人优待证怎么办", "祠堂前坪积水了", "没有别的事了谢谢", "低保的事问一下", "再说一遍",
)  # fmt: skip
_FAMILY, _GIVEN = (
    "王李张刘陈杨黄周吴徐",
    ("桂花", "建国", "秀英", "玉兰", "志强", "小红", "大明", "春生", "冬梅", "松柏"),
)


@click.command("search")
@click.option("--calls", "number", default=100_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--database", default="", help="An empty database, as postgresql://…; a new SQLite file by default.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_search(*, number: int, database: str, as_json: bool) -> None:
    """Search 100,000 calls of six answers, 20,000 cases and their people; 20 times each, in milliseconds."""
    with bench_store(database) as store:
        began = time.perf_counter()
        fill(store, read_town(), max(100, int(number * CASES_PER_CALL)))
        _fill_calls(store, read_town(), number)
        filled_s = time.perf_counter() - began
        rows = {name: timed(partial(_look, store, look)) for name, look in LOOKS.items()}
        told = {"calls": number, "database": store.engine.dialect.name, "filled_s": round(filled_s), "ms": rows}
    show(told, as_json=as_json)


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
    kept: dict[str, Any] = {"asked": "您有什么事？", "heard": heard, "alternatives": [], "confidence": 0.9}
    return of | kept | {"understood": {"value": "1"}, "timings_ms": {}, "at": utc_now() - timedelta(minutes=n)}


def _resident(n: int, town: Town, dice: random.Random) -> dict[str, Any]:
    name, village = dice.choice(_FAMILY) + dice.choice(_GIVEN), dice.choice(list(town.villages))
    return {"number": f"139{n:08d}", "name": name, "village": village, "created_at": utc_now()}


def _look(store: Store, look: tuple[str, Sight, Actor]) -> int:
    said, sight, viewer = look
    with store.open() as office:
        fits = find(office.session, query_of(said), sight, viewer)
    return sum(map(len, (fits.cases, fits.calls, fits.ledger, fits.appointments, fits.residents)))
