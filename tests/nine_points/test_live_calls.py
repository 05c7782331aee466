"""Point 5, live calls: a telephone really rings in; a clerk reads along, makes a note and takes it over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from hotline.store.tables import ConversationRow, NoteRow, RingRow
from hotline.store.unit_of_work import Office, Store
from ivr.exchange.callers.voices import CallerVoice
from ivr.exchange.sound import tone
from ivr.exchange.telephones import Event
from ivr.voice import mulaw
from tests.nine_points.conftest import Sits
from tests.nine_points.desk import Desk
from tests.nine_points.handsets import Handset, Lines
from tests.nine_points.waiting import came

pytestmark = pytest.mark.browser

CALLER, CLERK = "13907379501", "13907379502"
HERTZ = {"caller": 500, "clerk": 900}


@pytest.fixture
def caller(telephones: Lines) -> Iterator[Handset]:
    """A resident's telephone, which hangs up in the end."""
    with telephones.plugged(CALLER) as theirs:
        yield theirs
        theirs.does("hangup")


def stands_at(caller: Handset, question: str) -> None:
    def is_it(mark: Event) -> bool:
        return str(mark["name"]).endswith(f":{question}")

    caller.told("mark", is_it)


def calls(page: Page) -> str:
    """The call of our caller, by its name at the exchange."""
    here = page.locator("article.live-call", has_text="139****9501")
    expect(here).to_be_visible()
    return str(here.get_attribute("data-call"))


def test_a_clerk_follows_a_call_in_words_takes_it_over_and_both_hear_each_other(
    sits: Sits, caller: Handset, telephones: Lines, voice: CallerVoice, records: Store
) -> None:
    desk = sits("window")
    page = desk.page
    desk.goes("/live")
    page.evaluate("document.body.dataset.here = 'yes'")
    caller.does("dial")
    sid = calls(page)  # it comes onto the open page by itself
    stands_at(caller, "errand")
    line = page.locator(f'[data-call="{sid}"]')
    expect(line).to_contain_text("有什么事")
    caller.says(mulaw.encode(voice.say("我想来办医保")) + mulaw.silence(2))
    expect(line.locator(".captions")).to_contain_text("我想")  # as it was heard, which may be 衣宝
    expect(line.locator("dl.facts")).to_contain_text("医疗保险")
    expect(page.locator("body")).to_have_attribute("data-here", "yes")
    desk.reads()
    line.get_by_label("记给自己的话").fill("答应下午给她回话")
    line.get_by_role("button", name="记一笔").click()
    desk.sees("记下了，在“今天”里也能看到。")
    with telephones.plugged(CLERK) as own:
        take_over(desk, line, own)
        both_hear(caller, own, records, sid)
        own.does("hangup")
        caller.told("ended")
    with records.open() as office:
        ring = office.session.scalars(select(RingRow).where(RingRow.call == sid)).one()
        talk = office.session.get_one(ConversationRow, ring.conversation)
        note = office.session.scalars(select(NoteRow).where(NoteRow.call == sid)).one()
        assert (ring.reason, ring.name, ring.state) == ("taken_over", "刘芳", "spoken")
        assert talk.state == "transferred"
        assert (note.username, note.text) == ("window", "答应下午给她回话")
    desk.goes("/today?kind=notes")
    expect(page.locator("tr[data-row]", has_text="答应下午给她回话")).to_be_visible()


def take_over(desk: Desk, line: Locator, own: Handset) -> None:
    """The clerk's telephone rings, and takes the call by a key."""
    line.get_by_label("您的电话").fill(CLERK)
    line.get_by_role("button", name="接过来").click()
    desk.sees("接起来按 1 就和来电人说上话了")
    desk.reads()
    own.told("ringing")
    own.does("answer")
    own.told("gather")
    own.does("key", digit="1")


def both_hear(caller: Handset, clerk: Handset, records: Store, sid: str) -> None:
    """Each hears the other's tone, once the two are connected."""

    def accepted(office: Office) -> bool:
        state = select(RingRow.state).where(RingRow.call == sid)
        return office.session.scalars(state).first() == "accepted"

    came(records, accepted)
    for speaks, hears, hertz in ((caller, clerk, HERTZ["caller"]), (clerk, caller, HERTZ["clerk"])):
        for _ in range(5):
            speaks.says(tone(hertz, 3.0))
            if hears.phone.hears(hertz):
                break
        assert hears.phone.hears(hertz)


def test_a_key_pressed_is_read_along_too_and_a_call_that_is_over_leaves_the_page(
    sits: Sits, caller: Handset
) -> None:
    desk = sits("supervisor")
    page = desk.page
    desk.goes("/live")
    caller.does("dial")
    sid = calls(page)
    stands_at(caller, "errand")
    said = page.locator(f'[data-call="{sid}"] .captions li').count()
    caller.does("key", digit="1")
    expect(page.locator(f'[data-call="{sid}"] .captions li')).not_to_have_count(said)
    expect(page.locator(f'[data-call="{sid}"]')).to_contain_text("办什么")
    caller.does("hangup")
    expect(page.locator(f'[data-call="{sid}"]')).to_have_count(0)
    desk.reads()
