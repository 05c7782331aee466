"""Point 4, the weekly callback and its ledger: a draw explained, a resident rung, a complaint mended."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from hotline.config import Settings
from hotline.store.proofs import path_of
from hotline.store.tables import LedgerLineRow, LedgerProofRow, LedgerRow, SurveyPersonRow, SurveyRow
from hotline.store.unit_of_work import Office, Store
from ivr.exchange.callers.voices import CallerVoice
from tests.ledger.room import picture
from tests.nine_points import surveyed
from tests.nine_points.conftest import Sits
from tests.nine_points.handsets import Handset, Lines
from tests.nine_points.surveyed import Complaint
from tests.nine_points.waiting import came

pytestmark = pytest.mark.browser


class Town(NamedTuple):
    """What the steps of this file have in common."""

    records: Store
    settings: Settings
    telephones: Lines
    voice: CallerVoice


@pytest.fixture
def town(records: Store, settings: Settings, telephones: Lines, voice: CallerVoice) -> Town:
    return Town(records, settings, telephones, voice)


_TOLD: list[Complaint] = []


@pytest.fixture
def complaint(sits: Sits, town: Town) -> Complaint:
    """Made once: the week is drawn once."""
    if not _TOLD:
        _TOLD.append(surveyed.complains(sits("supervisor"), town.records, town.telephones, town.voice))
    return _TOLD[0]


def test_the_draw_is_explained_and_the_campaign_held_and_let_go(
    sits: Sits, complaint: Complaint, town: Town
) -> None:
    desk = sits("supervisor")
    page = desk.page
    desk.goes(f"/surveys/{complaint.survey}/draw")
    desk.sees("怎么抽的")
    desk.sees("种子是")
    page.get_by_role("link", name="重抽一遍核对").click()
    expect(page.get_by_role("status")).to_contain_text("按记录重抽了一遍，一个不差")
    expect(page.locator("#everybody tbody tr").first).to_be_visible()
    desk.reads()
    desk.goes(f"/surveys/{complaint.survey}")
    expect(page.get_by_role("progressbar", name="已结束的人")).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("AAPOR")
    with town.records.open() as office:
        person = office.session.get_one(SurveyPersonRow, complaint.person)
        survey = office.session.get_one(SurveyRow, complaint.survey)
        assert (person.state, person.medium) == ("done", "voice")
        assert survey.version >= 3, "held and let go"
    desk.goes(f"/survey-people/{complaint.person}")
    expect(page.locator("main")).to_contain_text("非常不满意")


def test_a_complaint_is_called_about_proven_mended_and_the_resident_asked_whether_it_is(
    sits: Sits, complaint: Complaint, town: Town, tmp_path: Path
) -> None:
    desk = sits("supervisor")
    page = desk.page
    desk.goes("/ledger")
    for track in ("praise", "problem", "suggestion"):
        expect(page.locator(f"section.track.{track}")).to_be_visible()
    page.locator(f'section.track.problem a[href="/ledger/{complaint.row}"]').click()
    for move, reason in (("确认", ""), ("回电", "打过电话，问清楚了")):
        form = page.locator("details.move", has=page.get_by_role("button", name=move, exact=True))
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        if reason:
            form.locator("textarea").fill(reason)
        form.get_by_role("button", name=move, exact=True).click()
        expect(page.get_by_role("status").first).to_be_visible()
    desk.reads()
    photo = tmp_path / "新开的窗口.png"
    photo.write_bytes(picture((900, 600)))
    page.get_by_label("照片（JPEG、PNG、WebP）或 PDF").set_input_files(photo)
    expect(page.locator(".preview")).to_be_visible()
    page.get_by_role("button", name="交证明").click()
    desk.sees("证明已收下。")
    expect(page.get_by_role("img", name="整改证明：新开的窗口.png")).to_be_visible()
    page.get_by_label("怎么整改的").fill("加开了一个窗口")
    with town.telephones.plugged(complaint.number) as theirs:  # the hotline rings at once
        page.get_by_role("button", name="整改", exact=True).click()
        desk.sees("已整改，待回访")
        says_it_is_not(town, complaint, theirs)
    assert_made_anew(town, complaint.row, photo.read_bytes())
    desk.goes(f"/ledger/{complaint.row}")
    desk.sees("重新整改")
    expect(page.locator("ol.history")).to_contain_text("打过电话，问清楚了")


def assert_made_anew(town: Town, row: int, brought: bytes) -> None:
    """What is kept is a picture of the office's own making, not the bytes that were brought."""
    with town.records.open() as office:
        proof = office.session.scalars(select(LedgerProofRow).where(LedgerProofRow.ledger == row)).one()
    kept = path_of(town.settings.proofs, proof.digest, proof.form)
    assert proof.form == "jpg"
    assert kept.read_bytes() != brought
    with Image.open(kept) as shown:
        assert (shown.format, shown.size) == ("JPEG", (900, 600))


def says_it_is_not(town: Town, complaint: Complaint, theirs: Handset) -> None:
    """The hotline rings the resident, who presses that it is not solved."""
    theirs.told("ringing")
    theirs.does("answer")
    theirs.told("mark", lambda one: str(one["name"]).endswith(":solved"))
    theirs.does("key", digit="2")
    theirs.told("ended")

    def reopened(office: Office) -> bool:
        return office.session.get_one(LedgerRow, complaint.row).state == "reopened"

    came(town.records, reopened)
    with town.records.open() as office:
        lines = select(LedgerLineRow.move).where(LedgerLineRow.ledger == complaint.row).order_by(LedgerLineRow.id)
        moves = list(office.session.scalars(lines))
    assert [one for one in moves if one != "assign"] == ["propose", "confirm", "call", "rectify", "reopen"]
