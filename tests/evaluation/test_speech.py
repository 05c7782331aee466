"""Small evaluations with real ears: whole calls, and a town's own recordings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from asr_models.store import ModelStore
from asr_models.whisper_recogniser import WhisperRecogniser
from hotline.cli import cli
from hotline.commands.evaluate import CORPORA
from ivr.evaluation import recordings
from ivr.evaluation.line import CLEAN
from ivr.evaluation.slots import Conditions
from ivr.evaluation.whole_calls import Plan, evaluate
from ivr.exchange.callers.voices import CallerVoice
from ivr.voice import mulaw, wav


@pytest.fixture(scope="module")
def ears() -> WhisperRecogniser:
    return WhisperRecogniser(ModelStore().path("whisper-base"))


@pytest.mark.audio
def test_a_call_told_to_the_ears_ends_in_the_database_or_says_why(ears: WhisperRecogniser) -> None:
    found = evaluate(Plan(CORPORA / "calls.yaml", "tune", 2, 1), Conditions(CLEAN, ears), lambda: None)
    assert found["n"] == 2
    assert set(found["kinds"]) == {"piece", "breath"}
    for failed in found["failed"]:
        assert failed["ended"]
        assert any(line.startswith("R ") for line in failed["call"])


@pytest.mark.audio
def test_the_command_prints_the_shape_that_was_agreed(tmp_path: Path) -> None:
    words = [
        "eval",
        "--split",
        "tune",
        "--lines",
        "clean",
        "--slots",
        "yes_no",
        "--each",
        "2",
        "--calls",
        "1",
        "--json",
    ]
    result = CliRunner().invoke(cli, [*words, "--report", str(tmp_path)])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert figures["clean"]["closed"].keys() == {"accuracy", "n", "interval"}
    assert {"accepted_wrong"} <= figures["clean"].keys()
    assert figures.keys() >= {"tasks", "latency_ms", "by_slot", "by_voice"}
    assert figures["tasks"]["clean"].keys() >= {"success", "turns_mean", "n", "interval"}
    assert {path.name for path in tmp_path.iterdir()} == {
        "report.md",
        "figures.json",
        "calibration.svg",
        "slots.svg",
        "latency.svg",
    }


@pytest.mark.audio
def test_a_towns_own_recordings_are_evaluated(ears: WhisperRecogniser, tmp_path: Path) -> None:
    voice = CallerVoice("baker", ModelStore())
    rows = ["file\ttranscript\tcategory\tslot\tvalue"]
    said = [("青山村", "village", "village", "V01"), ("二", "digit", "", ""), ("八", "digit", "", "")]
    for number, (text, category, slot, value) in enumerate(said):
        wav.write_mulaw(tmp_path / f"{number}.wav", mulaw.encode(voice.say(text)))
        rows.append(f"{number}.wav\t{text}\t{category}\t{slot}\t{value}")
    (tmp_path / "manifest.tsv").write_text("\n".join(rows), "utf8")
    found = recordings.evaluate(tmp_path, ears)
    assert (found["village"]["n"], found["digit"]["choices"]) == (1, 2)
    assert "among 2" in recordings.told(found)


@pytest.mark.parametrize(
    ("manifest", "says"),
    [
        (None, "manifest.tsv"),
        ("file\tcategory\na.wav\tx", "lacks transcript"),
        ("file\ttranscript\n", "no rows"),
        ("file\ttranscript\nnone.wav\t你好", ":2: there is no recording"),
        ("file\ttranscript\n../../etc/passwd\t你好", "no recording"),
        ("file\ttranscript\na.wav\thello", "no Chinese"),
    ],
)
def test_a_broken_manifest_is_named_by_its_line(manifest: str | None, says: str, tmp_path: Path) -> None:
    if manifest is not None:
        (tmp_path / "manifest.tsv").write_text(manifest, "utf8")
    with pytest.raises(recordings.ManifestError, match=says):
        recordings.read(tmp_path)
