"""`hotline bench search`: everything found in a hundred thousand calls, on the database it is given."""

from __future__ import annotations

import time
from functools import partial

import click

from hotline.commands.bench_calls import fill_records
from hotline.commands.bench_cases import bench_store
from hotline.commands.bench_database import database_option
from hotline.commands.looks import show, timed
from hotline.domain.case_life import SUPERVISOR, VILLAGE, Actor
from hotline.domain.rights import Sight
from hotline.store.finding import find, query_of
from hotline.store.unit_of_work import Store

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


@click.command("search")
@click.option("--calls", "number", default=100_000, show_default=True, type=click.IntRange(100, 1_000_000))
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def bench_search(*, number: int, database: str, as_json: bool) -> None:
    """Search 100,000 calls of six answers, 20,000 cases and their people; 20 times each, in milliseconds."""
    with bench_store(database) as store:
        began = time.perf_counter()
        fill_records(store, number)
        filled_s = time.perf_counter() - began
        rows = {name: timed(partial(_look, store, look)) for name, look in LOOKS.items()}
        told = {"calls": number, "database": store.engine.dialect.name, "filled_s": round(filled_s), "ms": rows}
    show(told, as_json=as_json)


def _look(store: Store, look: tuple[str, Sight, Actor]) -> int:
    said, sight, viewer = look
    with store.open() as office:
        fits = find(office.session, query_of(said), sight, viewer)
    return sum(map(len, (fits.cases, fits.calls, fits.ledger, fits.appointments, fits.residents)))
