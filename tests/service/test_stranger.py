"""A carrier that knows nothing but the public protocol books, reports, presses keys and writes texts."""

from __future__ import annotations

import asyncio
import re

import pytest

from tests.service.process import ServiceProcess
from tests.service.speaking import Say, speaker
from tests.service.stranger import Stream

pytestmark = pytest.mark.audio


def test_a_booking_told_piece_by_piece_is_in_the_diary(service: ServiceProcess, say: Say) -> None:
    twiml = service.carrier.ring("CAbook", "+8613907371001")
    stream = Stream(service.carrier, "CAbook", twiml)
    answers = {
        "errand": ["我想约个时间办老年优待证", "没有别的事了"],
        "place": ["去镇上的窗口"],
        "when": ["星期六上午", "星期六上午九点钟"],
        "name": ["我叫王桂花"],
        "village": ["我是青山村的"],
        "confirm": ["没有错，就这样"],
    }
    asyncio.run(asyncio.wait_for(stream.run(speaker(say, answers)), 240))
    rows = [r for r in service.rows("appointments") if r["number"] == "13907371001"]
    assert [(r["service_id"], r["place"], r["village_id"], r["name"]) for r in rows] == [
        ("12", "window", "V01", "王桂花")
    ], stream.asked
    assert rows[0]["starts_at"][11:16] == "09:00"


def test_a_booking_told_in_one_breath_is_in_the_diary(service: ServiceProcess, native: Say) -> None:
    twiml = service.carrier.ring("CAbreath", "+8613907371006")
    stream = Stream(service.carrier, "CAbreath", twiml)
    answers = {
        "errand": ["喂，你好，我叫李玉兰，青山村的，想星期天上午十点到镇里窗口办社保卡", "没有了"],
        "confirm": ["对的"],
    }
    asyncio.run(asyncio.wait_for(stream.run(speaker(native, answers)), 120))
    rows = [r for r in service.rows("appointments") if r["number"] == "13907371006"]
    assert [(r["service_id"], r["place"], r["village_id"], r["name"]) for r in rows] == [
        ("9", "window", "V01", "李玉兰")
    ], stream.asked
    assert rows[0]["starts_at"][11:16] == "10:00"
    assert [mark.partition(":")[2] for mark in stream.asked] == ["errand", "confirm", "errand"]


def test_a_grievance_told_as_it_comes_has_a_number(service: ServiceProcess, native: Say) -> None:
    twiml = service.carrier.ring("CAstory", "+8613907371007")
    stream = Stream(service.carrier, "CAstory", twiml)
    answers = {
        "errand": ["我要反映一下，我们大塘村的路灯坏了一个月了", "没有别的事了"],
        "where": ["三组小学旁边"],
        "name": ["我叫周建华"],
        "confirm": ["对的"],
    }
    asyncio.run(asyncio.wait_for(stream.run(speaker(native, answers)), 180))
    rows = [r for r in service.rows("grievances") if r["number"] == "13907371007"]
    assert [(r["topic_id"], r["village"], r["name"]) for r in rows] == [("G5", "大塘村", "周建华")], stream.asked
    assert len(rows[0]["code"]) == 6


def test_a_stream_without_its_token_is_refused(service: ServiceProcess, say: Say) -> None:
    twiml = service.carrier.ring("CAtoken", "+8613907371002")
    parameter = twiml.find("Connect/Stream/Parameter")
    assert parameter is not None
    parameter.attrib["value"] = "made-up"
    stream = Stream(service.carrier, "CAtoken", twiml)
    asyncio.run(asyncio.wait_for(stream.run(lambda _: None), 20))
    assert stream.asked == []
    assert not stream.heard


def test_a_token_is_good_once(service: ServiceProcess) -> None:
    twiml = service.carrier.ring("CAonce", "+8613907371003")
    first = Stream(service.carrier, "CAonce", twiml, hang_up_after="errand")
    asyncio.run(asyncio.wait_for(first.run(lambda _: None), 40))
    second = Stream(service.carrier, "CAonce", twiml)
    asyncio.run(asyncio.wait_for(second.run(lambda _: None), 20))
    assert first.asked == ["0:errand"]
    assert second.asked == []


def test_a_murmur_over_the_prompt_does_not_end_it(service: ServiceProcess, native: Say) -> None:
    """Somebody says 嗯 while the hotline still speaks: the prompt goes on, the question is the same one."""
    heard = []
    for call, murmur in (("CAstill", b""), ("CAmurmur", native("嗯嗯，嗯"))):
        twiml = service.carrier.ring(call, f"+86139073710{11 + len(heard)}")
        stream = Stream(service.carrier, call, twiml, hang_up_after="errand", murmur=murmur)
        asyncio.run(asyncio.wait_for(stream.run(lambda _: None), 60))
        assert stream.asked == ["0:errand"]
        heard.append(len(stream.heard))
    assert heard[1] > heard[0], "the sentence that was cut short is said again"


def test_rude_messages_do_not_disturb_the_call(service: ServiceProcess) -> None:
    """Binary frames, broken JSON, odd audio, unknown events: the question is asked all the same."""
    twiml = service.carrier.ring("CArude", "+8613907371004")
    stream = Stream(service.carrier, "CArude", twiml, hang_up_after="errand")
    rude = (
        b"\x00\x01\x02",
        "{not json",
        "[]",
        '{"event": "media"}',
        '{"event": "media", "media": {"payload": "!!!"}}',
        '{"event": "media", "media": {"payload": "/w=="}}',
        '{"event": "dtmf", "dtmf": {"digit": "12345"}}',
        '{"event": "mark", "mark": {"name": "never:sent"}}',
        '{"event": "unheard-of"}',
    )
    asyncio.run(asyncio.wait_for(stream.run(lambda _: None, rude=rude), 40))
    assert stream.asked == ["0:errand"]
    assert len(stream.heard) > 8000


def test_after_the_stream_the_call_goes_on_by_keypad(service: ServiceProcess) -> None:
    twiml = service.carrier.ring("CAkeys", "+8613907371005")
    stream = Stream(service.carrier, "CAkeys", twiml, hang_up_after="errand")
    asyncio.run(asyncio.wait_for(stream.run(lambda _: None), 40))
    connect = twiml.find("Connect")
    assert connect is not None
    answer = service.carrier.turn(connect.attrib["action"], "CAkeys", "+8613907371005")
    gather = answer.find("Gather")
    assert gather is not None
    assert re.search(r"key=errand", gather.attrib["action"])
    answer = service.carrier.turn(gather.attrib["action"], "CAkeys", "+8613907371005", Digits="1")
    following = answer.find("Gather")
    assert following is not None
    assert "key=service" in following.attrib["action"]
