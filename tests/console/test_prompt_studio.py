"""The prompt studio: who may, what is refused, and a sentence recorded in a real browser from its microphone."""

from __future__ import annotations

import gzip
import io
import wave
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.config import Settings
from hotline.store.tables import LookRow
from hotline.store.unit_of_work import Store
from ivr.scripts.wording import fixed_prompts
from ivr.voice.recorded import RecordedPrompts
from tests.console.axe import grave
from tests.console.conftest import PASSWORD, log_in
from tests.console.recorded_call import a_colleague
from tests.console.test_in_browser import browsing, press
from tests.console.test_review import form_token
from tests.voice.test_studio import voice

NAME = "errand"
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")


@pytest.fixture
def supervisor(client: FlaskClient, store: Store) -> FlaskClient:
    a_colleague(store, "zhang", "张主管", role="supervisor")
    log_in(client, username="zhang")
    return client


def send(client: FlaskClient, raw: bytes, name: str = NAME, **headers: str) -> Any:
    known = {"X-CSRFToken": form_token(client, "/studio"), "Content-Type": "audio/wav"}
    return client.post(f"/studio/{name}/recordings", data=raw, headers=known | headers)


def played(settings: Settings) -> bytes | None:
    """What a caller hears from a recording."""
    return RecordedPrompts(settings.prompts, fixed_prompts()).find(fixed_prompts()[NAME], slow=False)


def test_a_sentence_is_recorded_listed_brought_back_and_given_up(
    supervisor: FlaskClient, store: Store, settings: Settings
) -> None:
    page = supervisor.get("/studio").text
    assert fixed_prompts()[NAME] in page
    assert "同一段里别的句子录过了" not in page
    assert send(supervisor, voice(1)).json == {"version": 1}
    assert played(settings) is not None
    assert send(supervisor, voice(2)).json == {"version": 2}
    assert "同一段里别的句子录过了" in supervisor.get("/studio").text, "others of the same talk lack a voice now"
    one = supervisor.get(f"/studio/{NAME}").text
    for shown in ("张主管", "自己录的", "现在用的", "2.1"):
        assert shown in one
    kept = supervisor.get(f"/studio/{NAME}/sound/1")
    with wave.open(io.BytesIO(kept.data)) as file:
        assert (file.getframerate(), kept.mimetype) == (8000, "audio/wav")
    for version, there in (("1", True), ("0", False), ("7", False), ("x", False)):
        form = {"version": version, "csrf_token": form_token(supervisor, "/studio")}
        assert supervisor.post(f"/studio/{NAME}/use", data=form).status_code == 302
        assert (played(settings) is not None) is there
    with store.open() as office:
        looks = list(office.session.scalars(select(LookRow.what).where(LookRow.kind == "look")))
    assert f"recorded prompt {NAME} version 2" in looks
    assert f"prompt {NAME} now version 0" in looks


def test_hostile_recordings_are_refused_and_leave_nothing(supervisor: FlaskClient, settings: Settings) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.wav", bytes(50_000_000))
    for raw in (b"", b"RIFF", b"<svg onload=alert(1)>", bomb.getvalue(), gzip.compress(bytes(10_000_000))):
        answer = send(supervisor, raw)
        assert (answer.status_code, answer.json) == (400, {"says": "这不是能用的录音，请重录"})
    assert send(supervisor, gzip.compress(voice()), **{"Content-Encoding": "gzip"}).status_code == 400
    assert send(supervisor, voice(), **{"Content-Type": "text/html"}).status_code == 400
    assert send(supervisor, bytes(5 << 20)).status_code == 413
    names = ("..%2Fsecret", "%2Fetc%2Fpasswd", "....//x", "book.done", "no.such", "a%00b")
    statuses = {name: send(supervisor, voice(), name).status_code for name in names}
    assert set(statuses.values()) <= {400, 404}, statuses
    for path in ("book.done", "no.such"):
        assert supervisor.get(f"/studio/{path}/sound/0").status_code == 404
    assert supervisor.get(f"/studio/{NAME}/sound/99999999999999").status_code == 404
    assert not settings.prompts.exists()
    assert supervisor.post(f"/studio/{NAME}/recordings", data=voice(), content_type="audio/wav").status_code == 400


def test_only_who_steers_changes_what_is_said(client: FlaskClient, store: Store) -> None:
    log_in(client)
    token = form_token(client, "/calls")
    headers = {"X-CSRFToken": token, "Content-Type": "audio/wav"}
    assert client.get("/studio").status_code == 403
    assert client.post(f"/studio/{NAME}/recordings", data=voice(), headers=headers).status_code == 403
    assert (
        client.post(f"/studio/{NAME}/use", data={"version": 0}, headers={"X-CSRFToken": token}).status_code == 403
    )


@pytest.mark.browser
def test_a_supervisor_records_a_sentence_with_the_microphone(
    client: FlaskClient, store: Store, settings: Settings
) -> None:
    a_colleague(store, "zhang", "张主管", role="supervisor")
    with browsing(client, *MICROPHONE) as (page, url, complaints):
        page.goto(f"{url}/login")
        page.get_by_label("用户名").fill("zhang")
        page.get_by_label("密码").fill(PASSWORD)
        press(page, "Enter")
        expect(page.get_by_role("heading", name="今天")).to_be_visible()
        press(page, "g", "v")
        page.get_by_role("link", name=fixed_prompts()[NAME]).click()
        expect(page.get_by_role("heading", name=fixed_prompts()[NAME])).to_be_visible()
        press(page, "r")
        expect(page.locator("#studio.recording")).to_be_visible()
        page.wait_for_timeout(2500)
        press(page, "r")
        expect(page.locator("#studio-status")).to_contain_text("录好了")
        press(page, "Enter")
        expect(page.get_by_text("从下一通电话起就用您的声音")).to_be_visible()
        expect(page.get_by_text("现在用的")).to_be_visible()
        assert played(settings) is not None
        assert complaints == []
        assert grave(page) == []
        press(page, "b")
        expect(page.get_by_text("换回合成的声音了")).to_be_visible()
    assert played(settings) is None
