"""A colleague follows a real call in words and takes it over: both then hear each other, and it is on record."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from hotline.clock import utc_now
from hotline.config import Settings
from hotline.store.tables import ConversationRow, RingRow, StaffRow
from hotline.store.unit_of_work import Store
from ivr.exchange.remote_line import plugged_in
from ivr.exchange.sound import tone
from tests.console.conftest import PASSWORD
from tests.console.serving import Heard, a_clerk, goodbye
from tests.service.phone import Phone
from tests.service.process import ServiceProcess
from tests.service.speaking import Say

pytestmark = pytest.mark.audio

CALLER, CLERK = "+8613907371077", "+8613907370001"
HERTZ = {"caller": 500, "clerk": 900}


def employed(service: ServiceProcess) -> Store:
    store = Store(Settings.from_environment({"HOTLINE_DATA_DIR": str(service.folder)}).database_url)
    hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with store.open() as office:
        who = {"username": "liu", "name": "刘干事", "role": "clerk", "place": "window", "password_hash": hashed}
        office.session.add(StaffRow(**who, created_at=utc_now()))
        office.commit()
    return store


def test_a_call_is_followed_and_taken_over(service: ServiceProcess, native: Say) -> None:
    store = employed(service)
    words = native("我们大塘村的路灯坏了一个月了")
    try:
        sid = asyncio.run(asyncio.wait_for(taken_over(service, words), 240))
        with store.open() as office:
            (ring,) = office.session.query(RingRow).filter_by(call=sid)
            conversation = office.session.get(ConversationRow, ring.conversation)
            assert conversation is not None
            assert (ring.reason, ring.name, ring.state) == ("taken_over", "刘干事", "spoken")
            assert conversation.state == "transferred"
    finally:
        goodbye()
        store.close()


async def taken_over(service: ServiceProcess, words: bytes) -> str:
    """The sid of the call, once both have heard each other."""
    client = await asyncio.to_thread(a_clerk, service.url)
    follows = await asyncio.to_thread(Heard, client, "/events?captions=1")
    caller, clerk = Phone(CALLER), Phone(CLERK)
    async with plugged_in(service.url, caller), plugged_in(service.url, clerk):
        await caller.do("dial")
        sid = str((await caller.told(lambda e: e["event"] == "connected"))["call"])
        said = await asyncio.to_thread(follows.wait, "caption", 60)
        assert said["call"] == sid
        assert said["by"] == "hotline"
        await caller.told(lambda e: e["event"] == "mark" and str(e["name"]).endswith(":errand"))
        await caller.say(words + b"\xff" * 16000)
        await until(lambda: any(e[0] == "caption" and e[1]["by"] == "caller" for e in follows.events))
        page = (await asyncio.to_thread(client.get, "/live")).text
        assert "139****1077" in page
        assert "13907371077" not in page
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        form = {"csrf_token": token[1], "number": "13907370001"}
        answer = await asyncio.to_thread(
            lambda: client.post(f"/live/{sid}/take", data=form, follow_redirects=True)
        )
        assert "按 1" in answer.text
        await clerk.told(lambda e: e["event"] == "ringing")
        await clerk.do("answer")
        await clerk.told(lambda e: e["event"] == "gather")
        await clerk.do("key", digit="1")
        await asyncio.sleep(2)
        await asyncio.gather(caller.say(tone(HERTZ["caller"], 4.0)), clerk.say(tone(HERTZ["clerk"], 4.0)))
        assert caller.hears(HERTZ["clerk"])
        assert clerk.hears(HERTZ["caller"])
        await clerk.do("hangup")
        await caller.told(lambda e: e["event"] == "ended")
    return sid


async def until(fits: Callable[[], bool], within_s: float = 90) -> None:
    async with asyncio.timeout(within_s):
        while not fits():  # noqa: ASYNC110 -- another process is waited for
            await asyncio.sleep(0.1)
