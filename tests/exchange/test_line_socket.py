"""Telephones over the socket: who is admitted, and what they may send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from ivr.exchange.access import admitted, phone_cookie
from ivr.exchange.http import HttpRequest
from ivr.exchange.remote_line import line_url
from tests.exchange.world import served, twiml, world

TOKEN = "5d41402abc4b2a76b9719d911017c592"


@asynccontextmanager
async def line(number: str = "13900000003", **options: Any) -> AsyncIterator[tuple[ClientConnection, Any]]:
    """A telephone at the socket of an exchange whose service says one sentence and waits."""
    document = twiml("<Say>您好</Say>", "<Pause length='600'/>")
    async with (
        world({"/voice/incoming": document}) as w,
        served(w.exchange) as url,
        # a test that stops reading leaves audio unread, and the close frame behind it
        connect(line_url(url, number), proxy=None, close_timeout=0.1, **options) as socket,
    ):
        yield socket, w


async def _until(socket: ClientConnection, event: str) -> dict[str, Any]:
    async for message in socket:
        if isinstance(message, str) and (got := orjson.loads(message))["event"] == event:
            return dict(got)
    raise AssertionError(f"no {event}")


async def test_a_telephone_at_the_socket_rings_the_service() -> None:
    async with line() as (socket, w):
        await socket.send('{"event":"dial"}')
        assert (await _until(socket, "caption"))["text"] == "您好"
        assert w.service.hooks[0].form["From"] == "+8613900000003"
        await socket.send('{"event":"hangup"}')
        assert (await _until(socket, "ended"))["reason"] == "caller"


async def test_a_socket_that_closes_ends_the_call() -> None:
    async with line() as (socket, w):
        await socket.send('{"event":"dial"}')
        await _until(socket, "connected")
        await socket.close()
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == "completed"


@pytest.mark.parametrize("message", ["", "{", "[]", "null", '{"event":1}', "x" * 20_000])
async def test_nonsense_is_answered_with_an_error_and_the_line_stays(message: str) -> None:
    async with line() as (socket, _):
        await socket.send(message)
        assert (await _until(socket, "error"))["reason"]
        await socket.send(b"\x00" * 100_000)
        await socket.send('{"event":"dial"}')
        await _until(socket, "connected")


@pytest.mark.parametrize("number", ["", "abc", "1" * 40, "+"])
async def test_a_number_nobody_could_have_is_refused(number: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with line(number):
            pass
    assert refused.value.response.status_code == 403


async def test_a_foreign_page_cannot_open_a_line() -> None:
    with pytest.raises(InvalidStatus):
        async with line(origin="http://evil.example"):
            pass


@pytest.mark.parametrize(
    ("client", "query", "headers", "enters"),
    [
        ("127.0.0.1", "", {"host": "127.0.0.1:8000"}, True),
        ("::1", "", {"host": "localhost:8000"}, True),
        ("127.0.0.1", "", {"host": "evil.example"}, False),
        ("127.0.0.1", "", {"host": "localhost", "x-forwarded-for": "1.2.3.4"}, False),
        ("192.168.1.5", "", {"host": "localhost"}, False),
        ("", "", {"host": "localhost"}, False),
        ("192.168.1.5", f"token={TOKEN}", {"host": "town.example"}, True),
        ("192.168.1.5", "token=wrong", {"host": "town.example"}, False),
        ("192.168.1.5", "token=" + "%E5%8F%A3%E4%BB%A4", {"host": "town.example"}, False),
        ("192.168.1.5", "", {"host": "town.example", "cookie": f"exchange_line={TOKEN}"}, True),
        ("192.168.1.5", "", {"host": "town.example", "cookie": "exchange_line=wrong"}, False),
        ("127.0.0.1", "", {"host": "localhost:8000", "origin": "http://localhost:9000"}, False),
        ("127.0.0.1", "", {"host": "localhost:8000", "origin": "http://localhost:8000"}, True),
    ],
)
def test_only_this_machine_or_a_token_opens_a_line(
    client: str,
    query: str,
    headers: dict[str, str],
    enters: bool,
) -> None:
    request = HttpRequest("GET", "/exchange/line", query, headers, client=client)
    assert admitted(TOKEN, request) is enters


def test_the_page_remembers_a_token_as_a_cookie_scripts_cannot_read() -> None:
    cookie = phone_cookie(HttpRequest("GET", "/phone", f"token={TOKEN}"))
    assert cookie.startswith(f"exchange_line={TOKEN};")
    assert "HttpOnly" in cookie
    assert phone_cookie(HttpRequest("GET", "/phone", "token=a;b")) == ""


async def test_the_page_loads_nothing_from_elsewhere_and_gives_out_nothing_else() -> None:
    async with world({}) as w, served(w.exchange) as url, httpx.AsyncClient(trust_env=False) as http:
        page = await http.get(f"{url}/phone")
        assert page.status_code == 200
        assert page.headers["content-security-policy"] == "default-src 'self'"
        assert "http://" not in page.text
        assert "https://" not in page.text
        assert (await http.get(f"{url}/phone/phone_page.py")).status_code == 404
        assert (await http.get(f"{url}/phone/..%2fapp.py")).status_code == 404
        stranger = await http.get(f"{url}/phone", headers={"host": "evil.example"})
        assert stranger.status_code == 403


async def test_the_newest_telephone_at_a_number_is_rung_and_all_get_messages() -> None:
    async with line("13800000001") as (socket, w):
        await w.phone.do("sms", body="在吗")
        hook = await w.service.hook("/sms/incoming")
        assert hook.form["Body"] == "在吗"
        leg, seconds = w.exchange.plant.ring_at("13800000001", 9)
        await leg.tell("ringing")
        assert (await asyncio.wait_for(_until(socket, "ringing"), 5))["event"] == "ringing"
        assert seconds == 9
        await leg.end("hangup")
