"""The REST API, asked by the real client library and by strangers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from ivr.exchange.sound import tone
from tests.exchange.world import CALLER, NUMBER, SID, TOKEN, Answer, World, served, twiml, world

PLAIN = CALLER.removeprefix("+86")


@asynccontextmanager
async def api(answers: dict[str, Answer], **options: Any) -> AsyncIterator[tuple[World, Client, str]]:
    """A world, the real client pointed at its exchange, and where that is."""
    options.setdefault("calls_per_second", 1000.0)
    async with world(answers, **options) as w, served(w.exchange) as url:
        client = Client(SID, TOKEN)
        client.api.base_url = f"{url}/exchange"
        yield w, client, url
        client.http_client.session.close()


async def ask(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Runs the blocking client beside the loop."""
    return await asyncio.to_thread(function, *args, **kwargs)


async def test_the_client_places_a_call_and_follows_it_to_its_end() -> None:
    async with api({"/voice/outgoing": twiml("<Say>您好</Say>")}) as (w, client, _):
        w.phone.answers = True
        placed = await ask(
            client.calls.create,
            to=PLAIN,
            from_=NUMBER,
            url=f"{w.service.url}/voice/outgoing",
            status_callback=f"{w.service.url}/voice/status",
            status_callback_event=["initiated", "ringing", "answered", "completed"],
        )
        assert placed.status == "queued"
        assert placed.direction == "outbound-api"
        await w.phone.event("ended")
        await w.service.hook("/voice/status", CallStatus="completed")
        told = [hook for hook in w.service.hooks if hook.path == "/voice/status"]
        assert [hook.form["CallStatus"] for hook in told] == ["initiated", "ringing", "in-progress", "completed"]
        assert [hook.form["SequenceNumber"] for hook in told] == ["0", "1", "2", "3"]
        assert all(hook.signed for hook in told)
        fetched = await ask(client.calls(placed.sid).fetch)
        assert fetched.status == "completed"
        assert fetched.to == CALLER
        assert fetched.end_time is not None
        assert (await w.service.hook("/voice/outgoing")).form["CallStatus"] == "in-progress"


async def test_only_the_end_is_reported_where_nothing_else_was_asked_for() -> None:
    async with api({}) as (w, client, _):
        w.phone.answers = True
        await ask(
            client.calls.create,
            to=PLAIN,
            from_=NUMBER,
            twiml=twiml("<Say>您好</Say>"),
            status_callback=f"{w.service.url}/voice/status",
        )
        await w.service.hook("/voice/status")
        assert w.service.paths() == ["/voice/status"]
        assert w.phone.captions() == ["您好"]


@pytest.mark.parametrize(
    ("does", "status"), [("nothing", "no-answer"), ("hangup", "busy"), ("absent", "no-answer")]
)
async def test_a_call_nobody_takes_says_why(does: str, status: str) -> None:
    async with api({}) as (w, client, _):
        await ask(
            client.calls.create,
            to="13900000000" if does == "absent" else PLAIN,
            from_=NUMBER,
            twiml=twiml("<Say>您好</Say>"),
            timeout=5,
            status_callback=f"{w.service.url}/voice/status",
        )
        if does == "hangup":
            await w.phone.event("ringing")
            await w.phone.do("hangup")
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == status


async def test_calls_are_completed_redirected_and_canceled_from_outside() -> None:
    wait = twiml("<Pause length='600'/>")
    async with api({"/voice/incoming": wait, "/other": twiml("<Say>换了</Say>", "<Pause length='600'/>")}) as (
        w,
        client,
        _,
    ):
        await w.phone.dial()
        sid = (await w.phone.event("connected"))["call"]
        await ask(client.calls(sid).update, url=f"{w.service.url}/other")
        await w.phone.event("caption", text="换了")
        await ask(client.calls(sid).update, twiml=twiml("<Say>又换了</Say>", "<Pause length='600'/>"))
        await w.phone.event("caption", text="又换了")
        await ask(client.calls(sid).update, status="completed")
        assert (await w.phone.event("ended"))["reason"] == "service"
        with pytest.raises(TwilioRestException) as refused:
            await ask(client.calls(sid).update, status="completed")
        assert refused.value.code == 21220


async def test_a_ringing_call_can_be_canceled() -> None:
    async with api({}) as (w, client, _):
        callback = f"{w.service.url}/voice/status"
        create = client.calls.create
        placed = await ask(
            create, to=PLAIN, from_=NUMBER, twiml=twiml("<Say>您好</Say>"), status_callback=callback
        )
        await w.phone.event("ringing")
        await ask(client.calls(placed.sid).update, status="canceled")
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == "canceled"


async def test_a_call_that_waits_for_its_turn_can_be_canceled() -> None:
    async with api({}, calls_per_second=0.001) as (w, client, _):
        callback = f"{w.service.url}/voice/status"
        wait = twiml("<Pause length='600'/>")
        await ask(client.calls.create, to=PLAIN, from_=NUMBER, twiml=wait)
        later = await ask(client.calls.create, to="8001", from_=NUMBER, twiml=wait, status_callback=callback)
        assert (await ask(client.calls(later.sid).fetch)).status == "queued"
        await ask(client.calls(later.sid).update, status="canceled")
        assert (await w.service.hook("/voice/status")).form["CallStatus"] == "canceled"


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_an_answering_machine_is_told_apart(asynchronous: bool) -> None:  # a parameter
    async with api({"/voice/outgoing": twiml("<Say>您好</Say>")}) as (w, client, _):
        await ask(
            client.calls.create,
            to=PLAIN,
            from_=NUMBER,
            url=f"{w.service.url}/voice/outgoing",
            machine_detection="DetectMessageEnd",
            async_amd=str(asynchronous).lower(),
            async_amd_status_callback=f"{w.service.url}/amd",
        )
        await w.phone.event("ringing")
        await w.phone.do("answer", by="machine_end_beep")
        told = await w.service.hook("/amd" if asynchronous else "/voice/outgoing")
        assert told.form["AnsweredBy"] == "machine_end_beep"


async def test_the_client_lists_calls_newest_first_page_by_page() -> None:
    async with api({}) as (_, client, _url):
        numbers = [f"800{digit}" for digit in range(5)]
        for number in numbers:
            await ask(client.calls.create, to=number, from_=NUMBER, twiml=twiml("<Say>您好</Say>"))
        listed = await ask(client.calls.list, page_size=2)
        assert [call.to for call in listed] == numbers[::-1]
        assert [call.to for call in await ask(client.calls.list, to="8003")] == ["8003"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": PLAIN}, 21205),
        ({"to": PLAIN, "url": "ftp://x/"}, 21205),
        ({"to": PLAIN, "twiml": "<Response>"}, 12100),
        ({"to": PLAIN, "twiml": "<Response/>", "from_": "+1999"}, 21210),
        ({"to": PLAIN, "twiml": "<Response/>", "timeout": "soon"}, 21216),
        ({"to": "", "twiml": "<Response/>"}, 21201),
    ],
)
async def test_a_wrong_call_is_refused_with_the_carriers_code(fields: dict[str, Any], code: int) -> None:
    async with api({}) as (_, client, _url):
        with pytest.raises(TwilioRestException) as refused:
            await ask(client.calls.create, **({"from_": NUMBER} | fields))
        assert (refused.value.status, refused.value.code) == (400, code)


async def test_a_recording_is_fetched_with_the_account_and_deleted() -> None:
    async with api({}) as (w, client, url):
        kept = w.exchange.plant.recordings.keep(SID, "CA" + "1" * 32, tone(300, 1.2))
        described = await ask(client.recordings(kept.sid).fetch)
        assert (described.duration, described.status) == ("2", "completed")
        address = w.exchange.plant.recording_url(kept.sid).replace(w.service.url, url)
        async with httpx.AsyncClient(auth=(SID, TOKEN), trust_env=False) as http:
            for ending in ("", ".wav", ".mp3"):
                media = await http.get(address + ending)
                assert media.content[:4] == b"RIFF"
                assert media.headers["content-type"] == "audio/wav"
        assert await ask(client.recordings(kept.sid).delete)
        with pytest.raises(TwilioRestException):
            await ask(client.recordings(kept.sid).fetch)


async def test_recordings_in_a_folder_outlive_the_exchange(tmp_path: Any) -> None:
    async with api({}, recordings=tmp_path) as (w, _, _url):
        kept = w.exchange.plant.recordings.keep(SID, "CA" + "1" * 32, tone(300, 1.0))
    async with api({}, recordings=tmp_path) as (w, client, _url):
        assert (await ask(client.recordings(kept.sid).fetch)).call_sid == "CA" + "1" * 32
        assert w.exchange.plant.recordings.find("../" + kept.sid) is None
        assert w.exchange.plant.recordings.delete(kept.sid)
        assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("request_line", "auth", "status", "code"),
    [
        ("GET Calls.json", ("AC1", TOKEN), 401, 20003),
        ("GET Calls.json", (SID, "wrong"), 401, 20003),
        ("GET Calls.json", None, 401, 20003),
        ("GET Calls/CAnone.json", (SID, TOKEN), 404, 20404),
        ("GET Nothing.json", (SID, TOKEN), 404, 20404),
        ("GET Recordings/..%2f..%2fetc.wav", (SID, TOKEN), 404, 20404),
        ("DELETE Calls.json", (SID, TOKEN), 405, 20004),
        ("GET Calls.json?PageSize=many", (SID, TOKEN), 400, 20001),
    ],
)
async def test_strangers_and_strange_requests_get_the_carriers_error_shape(
    request_line: str, auth: tuple[str, str] | None, status: int, code: int
) -> None:
    method, path = request_line.split(" ")
    async with api({}) as (_, _client, url):
        async with httpx.AsyncClient(trust_env=False) as http:
            answer = await http.request(
                method, f"{url}/exchange/2010-04-01/Accounts/{SID}/{path}", auth=auth or httpx.USE_CLIENT_DEFAULT
            )
        body = answer.json()
        assert (answer.status_code, body["code"], body["status"]) == (status, code, status)
        assert set(body) == {"code", "message", "more_info", "status"}


async def test_an_enormous_request_is_refused() -> None:
    async with api({}) as (_, _client, url), httpx.AsyncClient(auth=(SID, TOKEN), trust_env=False) as http:
        address = f"{url}/exchange/2010-04-01/Accounts/{SID}/Messages.json"
        assert (await http.post(address, content=b"x" * 400_000)).status_code == 413
        assert (await http.post(address, content=b"&".join([b"a=1"] * 300))).status_code == 400
