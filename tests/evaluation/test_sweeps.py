"""Sweeps change one thing at a time; confusions say which time was taken for which; the pictures are drawn."""

from __future__ import annotations

from pathlib import Path

from ivr.evaluation.callers import Told
from ivr.evaluation.corpus import Sample
from ivr.evaluation.figures import Share
from ivr.evaluation.line import Line
from ivr.evaluation.slots import Judged
from ivr.evaluation.sweep_plots import judged_plots, sweep_plots
from ivr.evaluation.sweeps import Point, confusions, lines, spread, told_of
from ivr.exchange.callers.voices import Habits


def _told(wanted: str, group: str = "times") -> Told:
    return Told(Sample("times", group, "when", wanted, {"value": wanted}), "baker", 0.85, Habits())


def _judged(wanted: str, got: str | None, group: str = "times") -> Judged:
    understood = {} if got is None else {"value": got}
    return Judged(_told(wanted, group), "", understood, 0.9, right=wanted == got, silent=got is None, ms=300.0)


JUDGED = [
    _judged("2026-11-28T09:00", "2026-11-28T09:00"),
    _judged("2026-11-28T09:00", "2026-11-29T09:30"),
    _judged("2026-11-28T10:00", None),
    _judged("2026-11-28", "2026-11-28/morning"),
    _judged("V01", "V02", group="closed"),
]


def test_every_swept_line_differs_from_the_usual_one_in_one_thing() -> None:
    usual = Line("sweep")
    for axis, _, _, line in lines():
        assert {
            "noise": (line.loss, line.level_db) == (usual.loss, usual.level_db),
            "loss": (line.noise, line.snr_db, line.level_db) == (usual.noise, usual.snr_db, usual.level_db),
            "level": (line.noise, line.snr_db, line.loss) == (usual.noise, usual.snr_db, usual.loss),
        }[axis]


def test_confusions_count_days_and_hours_of_times_alone() -> None:
    found = confusions(JUDGED)
    assert found["day"] == {("六", "六"): 2, ("六", "天"): 1, ("六", "-"): 1}
    assert found["hour"] == {("9:00", "9:00"): 1, ("9:00", "9:30"): 1, ("10:00", "-"): 1}


def test_a_spread_takes_from_the_whole_list_and_no_more_than_there_is() -> None:
    told = [_told(f"2026-11-{day}") for day in range(10, 30)]
    assert [one.sample.text[-2:] for one in spread(told, 4)] == ["10", "15", "20", "25"]
    assert spread(told, 100) == told
    assert spread([], 4) == []


def test_a_sweep_is_written_and_drawn_with_its_intervals(tmp_path: Path) -> None:
    points = [Point("noise", "hum", 10.0, Share(9, 10)), Point("loss", "in runs of 1", 0.03, Share(0, 10))]
    assert "| noise | hum | 10 | 90.0% | 10 | 59.6% to 98.2% |" in told_of(points)
    assert {path.name for path in sweep_plots(tmp_path, points)} == {"noise.svg", "loss.svg"}
    assert {path.name for path in judged_plots(tmp_path, {"clean": JUDGED})} == {"latency.svg", "times.svg"}
    assert {path.name for path in judged_plots(tmp_path, {"clean": JUDGED[4:], "hard": []})} == {"latency.svg"}
    assert all(path.read_text("utf8").startswith("<?xml") for path in tmp_path.iterdir())
