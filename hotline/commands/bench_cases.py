"""`hotline bench cases`: a hundred thousand cases, listed and searched, on the database it is given."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from hotline.clock import utc_now
from hotline.commands.bench_database import database_of, database_option
from hotline.commands.looks import show, timed
from hotline.domain.case_life import SUPERVISOR, VILLAGE, Actor
from hotline.domain.case_text import searched_words
from hotline.domain.catalogue import Town
from hotline.domain.dispatch import responsible
from hotline.store.case_search import Sought
from hotline.store.tables import GrievanceRow
from hotline.store.unit_of_work import Store
from hotline.store.upgrade import upgrade
from hotline.town import read_town

_AT_ONCE = 5_000
_LOOKER = Actor("zhou", SUPERVISOR)
_VILLAGE = Actor("gao", VILLAGE, "高松柏", frozenset({"V02"}))

LOOKS: dict[str, tuple[Sought, Actor]] = {
    "list, newest": (Sought(), _LOOKER),
    "list, page a thousand deep": (Sought(before=50_000), _LOOKER),
    "list, one village, signed": (Sought(village="V02", statuses=("signed",)), _LOOKER),
    "list, one unit, urgent": (Sought(unit="水利站", urgency="urgent"), _LOOKER),
    "list, nothing fits": (Sought(topic="G1", kind="praise"), _LOOKER),
    "list, as a village sees it": (Sought(), _VILLAGE),
    "search, two characters, common": (Sought(text="停了"), _LOOKER),
    "search, two characters, rare": (Sought(text="祠堂"), _LOOKER),
    "search, one character": (Sought(text="水"), _LOOKER),
    "search, a phrase": (Sought(text="自来水停了三天"), _LOOKER),
    "search, common parts, no such phrase": (Sought(text="路灯水管"), _LOOKER),
    "search and one village": (Sought(text="停了", village="V02"), _LOOKER),
    "search, a phrase and what is rare": (
        Sought(text="自来水停了三天", unit="水口供水站", statuses=("handling",), urgency="urgent", kind="consult"),
        _LOOKER,
    ),
    "search, one case": (Sought(text="第77777号"), _LOOKER),
    "search, as a village sees it": (Sought(text="停了"), _VILLAGE),
}


@click.command("cases")
@click.option("--cases", "number", default=100_000, show_default=True, type=click.IntRange(100, 2_000_000))
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_cases(*, number: int, database: str, as_json: bool) -> None:
    """List and search 100,000 cases; median and slowest of 20 each, in milliseconds, first look included."""
    with bench_store(database) as store:
        began = time.perf_counter()
        fill(store, read_town(), number)
        filled_s = time.perf_counter() - began
        rows = {name: timed(partial(_look, store, look)) for name, look in LOOKS.items()}
        told = {"cases": number, "database": store.engine.dialect.name, "filled_s": round(filled_s), "ms": rows}
    show(told, as_json=as_json)


@contextmanager
def bench_store(database: str, within: str | None = None) -> Iterator[Store]:
    """The database, which must be empty, or a new SQLite file, in a folder of its own there."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-", dir=within))
        url = stack.enter_context(database_of(database, Path(folder)))
        upgrade(url)
        store = Store(url)
        try:
            with store.open() as office:
                if office.session.query(GrievanceRow.id).first():
                    raise click.ClickException("that database has cases in it: give an empty one")
            yield store
        finally:
            store.close()


def fill(store: Store, town: Town, number: int) -> None:
    """So many cases as residents tell them, seeded: the same ones every time."""
    dice = random.Random(7)
    for first in range(1, number + 1, _AT_ONCE):
        rows = [_row(n, town, dice) for n in range(first, min(first + _AT_ONCE, number + 1))]
        with store.open() as office:
            office.session.execute(insert(GrievanceRow), rows)
            _index(office.session, rows)
            office.commit()
    with store.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _index(session: Session, rows: list[dict[str, Any]]) -> None:
    sqlite = session.get_bind().dialect.name == "sqlite"
    value = ":words" if sqlite else "to_tsvector('simple', :words)"
    put = f"INSERT INTO case_words ({'rowid' if sqlite else 'id'}, words) VALUES (:id, {value})"  # noqa: S608
    words = [{"id": r["id"], "words": searched_words(r["code"], r["story"], r["where"])} for r in rows]
    session.execute(text(put), words)


def _row(n: int, town: Town, dice: random.Random) -> dict[str, Any]:
    topic, village = dice.choice(list(town.topics.values())), dice.choice(list(town.villages))
    post = responsible(town.officers, topic.id, village)
    told = utc_now() - timedelta(minutes=n)
    story = f"{dice.choice(topic.examples)}，{dice.choice(_MORE)}，{dice.choice(_MORE)}，第{n}号"
    return {
        "id": n,
        "code": f"{n:06d}"[-6:],
        "topic": topic.id,
        "story": story,
        "village": village,
        "group": f"{dice.randint(1, 9)}组",
        "where": dice.choice(_PLACES),
        "name": "王桂花",
        "number": f"139{n:08d}",
        "urgency": dice.choice(("normal", "normal", "urgent")),
        "status": dice.choice(("dispatched", "signed", "handling", "closed", "closed", "archived")),
        "sign_by": told,
        "conversation": f"bench-{n}",
        "created_at": told,
        "kind": dice.choice(("help", "help", "complaint", "consult")),
        "confidential": topic.id == "G15",
        "unit": post.unit if post else "",
        "officer": post.officer if post else "",
    }


_MORE = (
    "自来水停了三天",
    "跟村里讲了两次都没人来",
    "老的老小的小",
    "晚上黑漆漆的看不见",
    "水管破了到处是水",
    "什么时候能来人看一下",
    "上个月就反映过了",
    "路灯坏了好久",
    "停了又来来了又停",
    "下雨天走不得",
)
_PLACES = ("村小学旁边", "石桥头", "村部后面", "进组的路口", "山塘边", "老供销社", *[""] * 40, "祠堂前坪")


def _look(store: Store, look: tuple[Sought, Actor]) -> int:
    sought, viewer = look
    with store.open() as office:
        return len(office.grievances.search(sought, viewer))
