"""What changes is told to open pages within seconds, to those who may know it, and costs the pages nothing."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count

import httpx
import pytest

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.console.listeners import Listener, Listeners, as_event
from hotline.domain.case_life import SUPERVISOR, Actor
from hotline.domain.grievances import Told
from hotline.domain.rights import Sight
from hotline.store.tables import StaffRow
from hotline.store.unit_of_work import Store
from tests.console.a_day import employ
from tests.console.serving import Heard, a_clerk, served


@pytest.fixture
def url(store: Store, settings: Settings) -> Iterator[str]:
    employ(store)
    with served(settings) as address:
        yield address


def told(store: Store, code: str, *, urgency: str = "normal", village: str = "V01", topic: str = "G1") -> None:
    with store.open() as office:
        case = Told(topic, "水管破了", village, "", "", "王桂花", "13812341234", "", urgency=urgency)
        office.grievances.add(case, code=code, sign_by=utc_now() + timedelta(hours=1), conversation=code)
        office.commit()


def settled() -> None:
    """The first look at the records is taken: what comes after it is news."""
    time.sleep(2.5)


def test_a_case_is_told_within_three_seconds_without_a_word_of_it(url: str, store: Store) -> None:
    heard = Heard(a_clerk(url))
    settled()
    began = time.monotonic()
    told(store, "300001")
    kinds = heard.wait("changed")
    assert time.monotonic() - began < 3
    assert set(kinds) == {"cases", "today"}
    assert all(event == "changed" for event, _, _ in heard.events), "an ordinary case alarms nobody"


def test_danger_is_told_by_its_code_to_those_who_may_know_of_it(url: str, store: Store) -> None:
    clerk, village, supervisor = (Heard(a_clerk(url, name)) for name in ("liu", "gao", "zhou"))
    settled()
    told(store, "300002", urgency="danger")
    assert clerk.wait("danger") == {"code": "300002"}
    told(store, "300003", urgency="danger", topic="G15")
    time.sleep(4)
    codes = {
        who: [data["code"] for event, data, _ in heard.events if event == "danger"]
        for who, heard in (("clerk", clerk), ("village", village), ("supervisor", supervisor))
    }
    assert codes == {"clerk": ["300002"], "village": [], "supervisor": ["300002", "300003"]}


def test_nobody_listens_without_a_session(url: str) -> None:
    with httpx.Client(base_url=url, trust_env=False) as nobody:
        assert nobody.get("/events").status_code == 401
        nobody.cookies.set("hotline", "eyJ1c2VybmFtZSI6ImxpdSJ9.forged.signature")
        assert nobody.get("/events").status_code == 401
        assert nobody.post("/events").status_code == 405


def test_one_person_has_so_many_streams_and_not_more(url: str) -> None:
    client = a_clerk(url)
    streams = [Heard(client) for _ in range(8)]
    assert {one.status for one in streams} == {200}
    assert Heard(client).status == 429
    assert Heard(a_clerk(url, "zhou")).status == 200


def test_fifty_listeners_do_not_slow_the_pages(url: str, store: Store) -> None:
    with store.open() as office:
        someone = office.session.get(StaffRow, "zhou")
        assert someone is not None
        for n in range(10):
            known = {"name": "", "role": "supervisor", "password_hash": someone.password_hash}
            office.session.add(StaffRow(username=f"s{n}", created_at=utc_now(), **known))
        office.commit()
    client = a_clerk(url)
    alone = answering(client)
    listening = [Heard(a_clerk(url, f"s{n % 10}")) for n in range(50)]
    assert {one.status for one in listening} == {200}
    beside = answering(client)
    told(store, "300004")
    for one in listening:
        one.wait("changed", 15)
    assert beside < 3 * alone + 0.2, "seconds, median of a page"


def answering(client: httpx.Client) -> float:
    spans = []
    for _ in range(8):
        began = time.monotonic()
        assert client.get("/today").status_code == 200
        spans.append(time.monotonic() - began)
    return statistics.median(spans)


def test_a_session_that_ends_ends_its_streams(store: Store, settings: Settings) -> None:
    employ(store)
    with served(settings, heartbeat_s=0.5) as url:
        heard = Heard(a_clerk(url))
        with store.open() as office:
            row = office.session.get(StaffRow, "liu")
            assert row is not None
            row.password_hash = "changed"
            office.commit()
        assert heard.until_closed(5)


def test_the_service_goes_down_without_waiting_for_listeners(store: Store, settings: Settings) -> None:
    with served(settings) as url:
        heard = Heard(a_clerk(url))
        began = time.monotonic()
    assert time.monotonic() - began < 4
    assert heard.until_closed(2)


def test_what_residents_say_cannot_begin_another_event() -> None:
    assert as_event("caption", {"words": "好\n\nevent: danger\ndata: {}"}).count(b"\n") == 3


async def test_who_was_alone_and_turns_a_page_is_told_of_danger_in_between(store: Store) -> None:
    listeners = Listeners(store, every_s=0.05)
    first, second = (Listener(Actor("zhou", SUPERVISOR), Sight()) for _ in range(2))
    listeners.join(first)
    for n in count(300100):
        told(store, str(n))
        with suppress(TimeoutError):
            await asyncio.wait_for(first.wake.wait(), 0.5)
            break
    listeners.leave(first)
    await asyncio.sleep(0.2)  # nobody listens, nobody looks
    told(store, "300200", urgency="danger")
    listeners.join(second)
    await asyncio.wait_for(second.wake.wait(), 10)
    assert b'"code": "300200"' in second.taken()
    listeners.leave(second)
