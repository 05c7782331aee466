"""Leave, extra shifts and closed desks: seen before they count, taken back, never against somebody quicker."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from hotline.store.tables import LookRow
from hotline.store.unit_of_work import Store
from hotline.town import read_town
from tests.console.appointment_hall import Hall
from tests.console.office_day import busy_week

ROSTERS = "/appointments/rosters?day=2026-11-24"
LEAVE = {"kind": "leave", "first": "2026-11-24", "note": "孩子生病"}
FREE = {"kind": "leave", "clerk": "liuf", "first": "2026-12-24"}


@pytest.fixture
def hall(client: FlaskClient, store: Store) -> Hall:
    hall = Hall(client, store, busy_week(store))
    hall.enter("wen")
    return hall


def send(hall: Hall, **form: Any) -> TestResponse:
    return hall.client.post("/appointments/exceptions", data={"csrf_token": hall.token} | form)


def sure(hall: Hall, page: str, **other: Any) -> TestResponse:
    """The same again, as the page's own form sends it."""
    form = page[page.rindex('method="post" action="/appointments/exceptions"') :]
    found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))
    return send(hall, **({name: unescape(value) for name, value in found.items()} | other))


def looks(hall: Hall) -> list[tuple[str, str, str]]:
    with hall.store.open() as office:
        rows = office.session.scalars(select(LookRow).order_by(LookRow.id)).all()
    return [(row.kind, row.what, row.reason) for row in rows if "exception" in row.what]


def test_whom_a_day_off_touches_is_seen_before_it_counts(hall: Hall) -> None:
    soon = hall.now("soon")
    name = read_town().clerks[soon.clerk].name
    asked = send(hall, clerk=soon.clerk, **LEAVE)
    assert asked.status_code == 200
    assert soon.code in asked.text
    assert "李*山" in asked.text
    assert "李大山" not in asked.text
    assert hall.now("station").code not in asked.text, "served by somebody else"
    assert "孩子生病" not in hall.see(ROSTERS), "nothing counts yet"
    made = sure(hall, asked.text)
    assert (made.status_code, made.location) == (302, ROSTERS)
    page = hall.see(ROSTERS)
    assert f"请假</td><td>{name}</td>" in page
    assert "个预约没人办了" in page
    assert hall.now("soon").status == "booked", "nobody is moved behind their back"
    assert looks(hall) == [
        ("look", f"what an exception of {soon.clerk} touches", ""),
        ("settings", f"exception from 2026-11-24 on: leave {soon.clerk}", "孩子生病"),
    ]
    hall.enter("liu")
    assert "孩子生病" in hall.see(ROSTERS)


def test_taken_back_it_is_gone_and_the_shift_is_there_again(hall: Hall) -> None:
    soon = hall.now("soon")
    sure(hall, send(hall, clerk=soon.clerk, **LEAVE).text)
    key = re.search(r'name="key" value="([^"]+)"', hall.see(ROSTERS))
    assert key
    asked = send(hall, what="take_back", key=key[1])
    assert "没有碰到约好的人" in asked.text
    assert sure(hall, asked.text).status_code == 302
    assert "孩子生病" not in hall.see(ROSTERS)
    assert "已经不在了" in unescape(send(hall, what="take_back", key=key[1]).text)
    assert looks(hall)[-1][:2] == ("settings", f"no exception from 2026-11-24 on: leave {soon.clerk}")


def test_of_two_who_change_the_lists_the_second_looks_again(hall: Hall) -> None:
    first, second = send(hall, **FREE), send(hall, **FREE | {"clerk": "ligl", "first": "2026-12-28"})
    assert (first.status_code, second.status_code) == (200, 200)
    assert sure(hall, first.text, note="先到的").status_code == 302
    late = sure(hall, second.text)
    assert late.status_code == 409
    assert "镇里的清单换了：wen（先到的）" in unescape(late.text)
    assert 'name="first" value="2026-12-28"' in late.text, "nothing of what was written is lost"
    assert "12月28日" not in hall.see(ROSTERS)
    assert sure(hall, late.text).status_code == 302
    page = hall.see(ROSTERS)
    assert "12月24日 整天" in page
    assert "12月28日 整天" in page


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"kind": "holiday"}, "还是停办"), ({"clerk": "nobody"}, "请选是谁"), ({"kind": "extra"}, "请选在哪里"),
        ({"kind": "closed", "desk": "roof"}, "请选在哪里"), ({"first": "soon"}, "写得不对"),
        ({"first": "9999-12-31"}, "写得不对"), ({"from": "25:00"}, "写得不对"), ({"last": "2026-12-01"}, "还早"),
        ({"kind": "extra", "desk": "window:1"}, "同一天的几点"),
        ({"kind": "extra", "desk": "window:1", "from": "18:00", "last": "2026-12-25", "until": "20:00"}, "同一天"),
        ({"first": "2026-11-23"}, "已经过去了"), ({"note": "长" * 81}, "太长了"), ({"note": "a\u202eb"}, "太长了"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_stays_written(hall: Hall, form: dict[str, str], says: str) -> None:
    answer = send(hall, **FREE | {"note": "我写的"} | form)
    page = unescape(answer.text)
    assert (answer.status_code, says in page) == (409, True)
    assert ("我写的" in page) is ("note" not in form)
    assert looks(hall) == []


def test_the_same_again_and_two_at_once_are_refused(hall: Hall) -> None:
    sure(hall, send(hall, **FREE).text)
    assert "已经有一样的" in unescape(send(hall, **FREE).text)
    shift = {"kind": "extra", "clerk": "liuf", "desk": "window:1", "first": "2026-12-24", "from": "18:00"}
    assert "请错开" in unescape(send(hall, **shift, until="20:00").text)


def test_an_extra_shift_taken_back_touches_who_was_booked_into_it(hall: Hall) -> None:
    soon = hall.now("soon")
    closed = {"kind": "closed", "desk": soon.desk, "first": "2026-11-24", "from": "09:00", "until": "21:00"}
    assert soon.code in send(hall, **closed).text
    elsewhere = {"kind": "extra", "clerk": soon.clerk, "desk": "home", "first": "2026-11-24"}
    asked = send(hall, **elsewhere, **{"from": "08:00", "until": "21:00"})
    assert asked.status_code == 200
    assert soon.code in asked.text, "who serves elsewhere is not at the window"


@pytest.mark.parametrize("who", ["liu", "fu", "audit"])
def test_who_does_not_steer_neither_sees_the_form_nor_is_heard(hall: Hall, who: str) -> None:
    hall.enter(who)
    assert "先看碰到谁" not in hall.see(ROSTERS)
    assert send(hall, **FREE).status_code == 403


def test_a_hostile_note_is_words(hall: Hall) -> None:
    evil = "<script>alert(1)</script>"
    asked = send(hall, **FREE, note=evil)
    assert evil not in asked.text
    assert sure(hall, asked.text).status_code == 302
    assert evil not in hall.client.get(ROSTERS).text
    assert "&lt;script&gt;" in hall.client.get(ROSTERS).text


@pytest.mark.parametrize("key", ["", "leave nobody", "x" * 5000, "'; drop table catalogue"])
def test_a_key_nobody_has_takes_nothing_back(hall: Hall, key: str) -> None:
    assert send(hall, what="take_back", key=key, sure="1", based_on="0").status_code == 409
