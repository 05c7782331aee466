"""Without ears a service is up at once, and every call goes by keypad."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr_models.no_ears import NoEars
from asr_models.opening import open_recogniser
from asr_models.recogniser import Expected, SpeechError
from hotline.bootstrap import build
from hotline.config import Settings
from ivr.surfaces.keypad import GatherKeys, OpenStream


def test_they_need_no_model_and_hear_nothing() -> None:
    ears = open_recogniser("none")
    assert isinstance(ears, NoEars)
    listener = ears.listen(Expected(("对",), closed=True))
    listener.feed(b"\x00\x01" * 8000)
    hearing = listener.finish()
    assert (hearing.text, hearing.audio_s) == ("", 1.0)
    with pytest.raises(SpeechError):
        listener.score(["对"])


def test_a_call_goes_by_keypad_from_the_start(tmp_path: Path) -> None:
    settings = Settings.from_environment({"HOTLINE_DATA_DIR": str(tmp_path), "HOTLINE_ASR": "none"})
    hotline = build(settings.served_at(8000), lambda _ids: None)
    try:
        verbs = hotline.front.incoming_call("CA1", "13907370001", "inbound")
    finally:
        hotline.close()
    assert not any(isinstance(verb, OpenStream) for verb in verbs)
    assert any(isinstance(verb, GatherKeys) for verb in verbs)
