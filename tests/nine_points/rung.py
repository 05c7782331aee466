"""A resident rings the served hotline in a real voice and books; the command a town would try it with."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from hotline.holidays import is_working_day
from tests.nine_points.town import today
from tests.service.process import ServiceProcess

NUMBER = "13907377001"
GOAL = """
from: "{number}"
voice: baker
speed: 0.85
say:
  errand: [我想来办个老年证, 没有了]
  service: 老年优待证
  place: 到镇里的窗口
  when: [下个礼拜{day}上午九点钟]
  name: 我叫王桂花
  village: 石桥村的
  confirm: 没有错，就这样
  resume: 不用了
default: 对
hang_up_after: 240
"""


@dataclass(frozen=True)
class Rung:
    """The call, as its caller saw it."""

    sid: str
    number: str
    texts: tuple[str, ...]


def books_by_voice(service: ServiceProcess, folder: Path) -> Rung:
    """`hotline call` from dialling to the end of it."""
    goal = folder / "goal.yaml"
    goal.write_text(GOAL.format(number=NUMBER, day=_a_day_next_week()), "utf8")
    command = ["call", "--goal", str(goal), "--json", "--url", service.url]
    done = subprocess.run(
        [sys.executable, "-m", "hotline.cli", *command], env=service.environment, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["ended"] == "hangup", report
    return Rung(report["call_sid"], NUMBER, tuple(report["texts"]))


def _a_day_next_week() -> str:
    """A working day of it, as it is said."""
    monday = today() + timedelta(days=7 - today().weekday())
    return next("一二三四五"[n] for n in (2, 1, 3, 4, 0) if is_working_day(monday + timedelta(days=n)))
