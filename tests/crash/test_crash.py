"""A short crash test: everything is killed while twenty residents talk; nothing is lost, nothing is double."""

from __future__ import annotations

import asyncio
from pathlib import Path

from hotline.crash.kills import KINDS, PLANS, plans
from hotline.crash.run import Trial, run


def test_nothing_is_lost_and_nothing_double_when_everything_is_killed(tmp_path: Path) -> None:
    trial = Trial(conversations=20, kills=6, seed=94, database="sqlite", folder=tmp_path, quiet_s=3.0)
    outcome = asyncio.run(run(trial, lambda _over, _kills: None))
    found = outcome.found
    assert (found.lost, found.double, found.wrong) == ([], [], []), [
        r.heard for r in outcome.residents if r.broken
    ]
    assert len(outcome.kills) >= trial.kills
    assert any(kill.under_way for kill in outcome.kills), "kills must meet live work"
    assert found.figures["appointments confirmed"] > 0
    assert found.figures["grievances confirmed"] > 0


def test_kills_are_drawn_by_the_seed_and_every_moment_comes_before_any_comes_again() -> None:
    drawn = plans(40, 200, 1)
    assert drawn == plans(40, 200, 1)
    assert drawn != plans(40, 200, 2)
    assert {(plan.kind, plan.moment) for plan in plans(len(PLANS), 200, 3)} == set(PLANS)
    assert {plan.kind for plan in drawn} == set(KINDS)
    assert all(0 <= plan.after < 200 for plan in drawn)
