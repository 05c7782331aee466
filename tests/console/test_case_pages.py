"""One case: repeats, ready sentences, hostile words, recordings, and what is written down of all looks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from hotline.config import Settings
from hotline.store.tables import GrievanceRow, LookRow, ReplyTemplateRow
from hotline.store.unit_of_work import Store
from ivr.voice import mulaw, wav
from tests.console.case_hall import Hall
from tests.console.office_day import busy_day, desk


@pytest.fixture
def hall(client: FlaskClient, store: Store) -> Hall:
    return Hall(client, store, busy_day(store))


def test_a_likely_repeat_is_shown_and_merged_by_a_person(hall: Hall) -> None:
    hall.enter("wen")
    assert f"/cases/{hall.codes['twin']}/repeats" in hall.see(f"/cases/{hall.codes['twin']}")
    page = hall.see(f"/cases/{hall.codes['twin']}/repeats")
    assert "可能是同一件事" in page
    assert hall.codes["new"] in page
    assert hall.move("twin", "merge", into=hall.codes["new"]).status_code == 302
    page = hall.see(f"/cases/{hall.codes['new']}")
    assert "2人反映" in page
    assert "并进来的" in page
    assert "已并到" in hall.see(f"/cases/{hall.codes['twin']}")


def test_ready_sentences_come_with_the_cases_own_words(hall: Hall) -> None:
    hall.enter("wen")
    page = hall.see(f"/cases/{hall.codes['work']}")
    assert "您反映的垃圾、厕所问题，环卫所已经到现场处理好了" in page


def test_a_supervisor_edits_ready_sentences_and_a_clerk_only_reads(hall: Hall) -> None:
    new = {"move": "answer", "title": "试一条", "text": "<b>{topic}</b>"}
    hall.enter("liu")
    assert "已经修好" in hall.see("/cases/replies")
    assert hall.client.post("/cases/replies", data=new | {"csrf_token": hall.token}).status_code == 403
    hall.enter("wen")
    assert hall.client.post("/cases/replies", data=new | {"csrf_token": hall.token}).status_code == 302
    again = hall.client.post("/cases/replies", data=new | {"csrf_token": hall.token})
    assert (again.status_code, "同名" in again.text) == (409, True)
    with hall.store.open() as office:
        row = office.session.scalars(select(ReplyTemplateRow).where(ReplyTemplateRow.title == "试一条")).one()
    assert "&lt;b&gt;{topic}&lt;/b&gt;" in hall.client.get("/cases/replies").text
    path = f"/cases/replies/{row.id}"
    change = {"csrf_token": hall.token, "version": row.version, "title": "改过", "text": "新的"}
    assert hall.client.post(path, data=change).status_code == 302
    stale = hall.client.post(path, data=change | {"text": "我打了很久的一段"})
    assert stale.status_code == 409
    assert "我打了很久的一段" in stale.text
    gone = hall.client.post(path, data=change | {"version": row.version + 1, "remove": "1"})
    assert gone.status_code == 302
    assert "改过" not in hall.see("/cases/replies")
    assert hall.client.post(path, data=change).status_code == 404


def test_a_story_full_of_html_stays_a_story(hall: Hall) -> None:
    with hall.store.open() as office:
        evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
        at = desk(office)
        code = at.case(evil, where=evil, name=evil[:40])
        office.commit()
    hall.enter("wen")
    for path in ("/cases", "/cases/table", f"/cases/{code}", f"/cases/{code}/moves"):
        page = hall.client.get(path).text
        assert "<img src=x" not in page
        assert "<script>alert" not in page


def test_the_table_filters_and_turns_pages(hall: Hall) -> None:
    hall.enter("wen")
    page = hall.see("/cases/table?urgency=danger&village=V04")
    assert hall.codes["reviewed"] in page
    assert hall.codes["new"] not in page
    assert hall.codes["closed"] in hall.see("/cases/table?status=closed")
    assert hall.codes["closed"] not in hall.see("/cases/table?status=open")
    for odd in ("status=x", "before=-1", "before=9999999999999999", "kind=%3Cscript%3E", "unit=x&topic=%27"):
        assert "<script>" not in hall.client.get(f"/cases/table?{odd}").text.split("</head>")[1]
    with hall.store.open() as office:
        at = desk(office)
        at.codes = iter(range(300_000, 300_060))
        for n in range(60):
            at.case(f"第{n}件")
        office.commit()
    page = hall.see("/cases/table")
    assert "第59件" in page
    assert "第5件" not in page
    assert "早一些的" in page
    follow = page.split('<nav class="pages"')[1].split('href="')[-1].split('"')[0]
    assert "第5件" in hall.see(follow)
    assert "还有43件" in hall.see("/cases")


def test_recordings_play_for_those_who_see_the_case(hall: Hall, settings: Settings) -> None:
    settings.recordings.mkdir(parents=True, exist_ok=True)
    wav.write_mulaw(settings.recordings / "told.wav", mulaw.encode(np.zeros(8000, np.int16)))
    Path(settings.data_dir / "secret.wav").write_bytes(b"x")
    with hall.store.open() as office:
        row = GrievanceRow
        for which, name in (("new", "told.wav"), ("secret", "told.wav"), ("sent", "../secret.wav")):
            office.session.execute(update(row).where(row.code == hall.codes[which]).values(recording=name))
        office.commit()
    hall.enter("liu")
    assert f"/cases/{hall.codes['new']}/audio/story" in hall.see(f"/cases/{hall.codes['new']}")
    for which, status in (("new", 200), ("secret", 404), ("sent", 404), ("work", 404)):
        path = f"/cases/{hall.codes[which]}/audio/story"
        assert hall.client.get(path, buffered=True).status_code == status
    assert hall.client.get(f"/cases/{hall.codes['new']}/audio/other").status_code == 404
    hall.enter("audit")
    assert hall.client.get(f"/cases/{hall.codes['new']}/audio/story").status_code == 404


def test_every_look_and_move_is_written_down(hall: Hall) -> None:
    hall.enter("wen")
    hall.see(f"/cases/{hall.codes['new']}")
    hall.move("new", "urge", reason="急")
    with hall.store.open() as office:
        kept = select(LookRow).where(LookRow.kind == "look", LookRow.what != "today")
        looks = [look.what for look in office.session.scalars(kept)]
    assert looks == [f"case {hall.codes['new']}", f"moved case {hall.codes['new']}: urge"]
