"""Telephone numbers heard as eleven figures."""

from __future__ import annotations

import pytest

from asr_models.figures import mobile_number
from asr_models.whisper_recogniser import A_NUMBER
from tests.asr_models.clear_frames import said_clearly


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("幺三八四三四七五三零零", "13843475300"),
        ("一三八洞洞拐七勾九二两", "13800779922"),
        ("是幺三九幺幺幺幺二二二二", "13911112222"),
        ("等一下幺五零七六五六九八零三", "15076569803"),
        ("幺三九零四八六九三四四那就这个", "13904869344"),
    ],
)
def test_eleven_figures_are_found_with_anything_around_them(said: str, number: str) -> None:
    told, behind = mobile_number(said_clearly(said))
    assert told == number
    assert A_NUMBER < behind <= 0


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("幺三八二九零九八零二五不对三六九四", "13829093694"),
        ("幺三八二九零九八零二五讲错了三六九", "13829098369"),
        ("幺三八二九零九八零二五错了幺五零七六五六九八零三", "15076569803"),
    ],
)
def test_the_last_figures_are_put_right(said: str, number: str) -> None:
    assert mobile_number(said_clearly(said))[0] == number


@pytest.mark.parametrize("said", ["隔壁的鸡叫得好响", "我在田里扯草等一下", "我叫王桂花石桥村的人"])
def test_what_is_no_number_is_far_from_one(said: str) -> None:
    assert mobile_number(said_clearly(said))[1] < A_NUMBER


def test_silence_is_no_number() -> None:
    assert mobile_number(said_clearly(""))[1] < A_NUMBER
