"""Point 6, the prompt studio: heard, recorded at the microphone, levelled, kept, given back with a key."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import expect

from hotline.config import Settings
from ivr.scripts.wording import fixed_prompts
from ivr.voice import wav
from ivr.voice.recorded import RecordedPrompts
from tests.console.test_in_browser import press
from tests.nine_points.conftest import Sits
from tests.nine_points.desk import Desk
from tests.nine_points.handsets import Lines

pytestmark = pytest.mark.browser

NAME = "errand"
PLAYING = "one => !one.paused && one.currentTime > 0"


def is_played(settings: Settings) -> bool:
    """Whether a caller hears a recording of it."""
    prompts = fixed_prompts()
    return RecordedPrompts(settings.prompts, prompts).find(prompts[NAME], slow=False) is not None


@pytest.fixture
def studio(sits: Sits, settings: Settings) -> Iterator[Desk]:
    """The page of one sentence; the town speaks synthetically before and after."""
    desk = sits("supervisor")
    desk.goes("/studio")
    desk.page.get_by_role("link", name=fixed_prompts()[NAME], exact=True).click()
    expect(desk.page.get_by_role("heading", name=fixed_prompts()[NAME])).to_be_visible()
    yield desk
    assert not is_played(settings), "the calls of other tests are in the voice they know"


def test_a_sentence_is_heard_recorded_levelled_and_given_back(studio: Desk, settings: Settings) -> None:
    page = studio.page
    press(page, "h")
    expect(page.locator("#synthetic")).to_have_js_property("paused", value=False)
    page.wait_for_function(f"() => ({PLAYING})(document.getElementById('synthetic'))")
    page.locator("#synthetic").evaluate("one => one.pause()")
    press(page, "r")
    expect(page.locator("#studio.recording")).to_be_visible()
    page.wait_for_function("() => document.getElementById('level').value > 0.02")  # it hears the voice
    page.wait_for_function("() => { window.since ??= Date.now(); return Date.now() - window.since > 2500; }")
    press(page, "r")
    expect(page.locator("#studio-status")).to_contain_text("录好了")
    press(page, "Enter")
    studio.sees("从下一通电话起就用您的声音")
    studio.sees("现在用的")
    studio.reads()
    assert is_played(settings)
    samples, _rate = wav.read(settings.prompts / f"{NAME}.wav")
    assert -24 < loudness(samples) < -16, "soft at the microphone, as loud as all others on the line"
    assert (settings.prompts / "versions" / NAME / "0001.wav").exists()
    press(page, "b")
    studio.sees("换回合成的声音了")
    assert not is_played(settings)


def loudness(samples: np.ndarray) -> float:
    """Of what is speech, in dB of full: frames of 20 ms within 20 dB of the loudest."""
    size = 160
    frames = samples[: len(samples) // size * size].reshape(-1, size).astype(float)
    power = (frames**2).mean(axis=1)
    speech = power[power > power.max() / 100]
    return float(10 * np.log10(speech.mean()))


def test_what_lacks_a_recording_beside_others_is_missed_and_a_version_is_taken_up_again(
    studio: Desk, settings: Settings, telephones: Lines
) -> None:
    page = studio.page
    page.get_by_role("button", name="用这个").first.click()
    studio.sees("现在用的")
    assert is_played(settings)
    studio.goes("/studio")
    expect(page.get_by_role("status").first).to_contain_text("同一段里别的句子录过了")
    expect(page.locator("td.soon", has_text="还没录").first).to_be_visible()
    with telephones.plugged("13907379601") as caller:
        caller.does("dial")
        caller.told("mark", lambda one: str(one["name"]).endswith(":errand"))  # said to its end, in that voice
        caller.does("hangup")
    page.get_by_role("link", name=fixed_prompts()[NAME], exact=True).click()
    press(page, "b")
    studio.sees("换回合成的声音了")
    studio.reads()
