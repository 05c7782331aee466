"""`hotline demo`: three synthetic old callers ring with real audio; then what is in the database."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from asr_models.recogniser import SpeechError
from asr_models.store import ModelStore
from hotline.beside import Beside, NotServing, serving
from hotline.callers import Ringing, ring, settled, turns_of
from hotline.commands.lists import appointments_json, grievances_json
from hotline.store.tables import TurnRow
from hotline.town import DATA
from ivr.exchange.call_report import CallReport
from ivr.exchange.goal import Goal, load
from ivr.exchange.synthetic import Manner, Moment

GOALS = ("1-books.yaml", "2-reports.yaml", "3-is-cut-off.yaml")
TITLES = ("王桂花：来约个时间", "刘建国：反映问题", "陈秀英：讲到一半断了线，打回来接着讲")
CUT_OFF_AFTER = 1
"""The third caller's line goes while she is being answered for the first time."""

Row = Mapping[str, Any]


@dataclass
class Scene:
    """Prints one call as it happens, and keeps what did not go as it should."""

    console: Console
    service: Beside
    troubles: list[str] = field(default_factory=list)
    _shown: int = 0
    _call: str = ""

    def watch(self, moment: Moment) -> None:
        if moment.kind == "connected":
            self._call, self._shown = moment.text, 0
            self.console.print("  ☎ 接通", style="dim")
        elif moment.kind == "answered" and moment.turn is not None:
            self._show(moment.turn.said or moment.turn.keys, moment.turn.gap_ms)
        elif moment.kind == "ended":
            self.console.print(f"  ☎ 挂断（{moment.text}）", style="dim")

    def _show(self, said: str, gap_ms: float | None) -> None:
        for row in turns_of(self.service.store, self._call)[self._shown :]:
            self._shown += 1
            gap = f"{gap_ms:.0f} 毫秒后答话" if gap_ms is not None else ""
            self.console.print(f"  [bold]问[/] {row.asked}  [dim]\\[{row.turn}:{row.key}][/]")
            self.console.print(f"  [green]说[/] {said}")
            self.console.print(f"  [yellow]听[/] {row.heard or '（没有听到）'}")
            self.console.print(f"  [cyan]懂[/] {_sense(row)}  [dim]{gap} {_work(row)}[/]\n")


def _sense(row: TurnRow) -> str:
    """What the words were taken for, briefly."""
    known = row.understood
    parts = [f"{row.key}={known['value']}"] if known.get("value") not in (None, "") else []
    parts += [f"{key}={value}" for key, value in known.get("slots", {}).items()]
    parts += [known[name] for name in ("command", "danger") if known.get(name)]
    if known.get("denied"):
        parts.insert(0, "不对")
    return "，".join(map(str, parts)) or "没听懂"


def _work(row: TurnRow) -> str:
    times = row.timings_ms
    known = (("recognise", "识别"), ("score", "比对"), ("understand", "理解"), ("after_decision", "定音后"))
    return " · ".join(f"{name} {times[key]:.0f}" for key, name in known if key in times)


def matches(row: Row, wanted: Row) -> bool:
    """Whether a row is what a goal expects; `weekday` and `clock` speak of its start."""
    for key, value in wanted.items():
        if key in ("weekday", "clock"):
            at = datetime.fromisoformat(str(row["starts_at"]))
            found: object = at.isoweekday() if key == "weekday" else at.strftime("%H:%M")
        else:
            found = row.get(key)
        if found != value:
            return False
    return True


def missing(goal: Goal, booked: Sequence[Row], reported: Sequence[Row]) -> list[str]:
    """What a goal expected and the database does not have exactly once."""
    troubles = []
    for kind, rows in (("appointments", booked), ("grievances", reported)):
        own = [row for row in rows if row["number"] == goal.number]
        wanted = goal.expect.outcome.get(kind, [])
        if len(own) != len(wanted):
            troubles.append(f"{goal.number}: {len(own)} {kind}, expected {len(wanted)}")
        troubles += [
            f"{goal.number}: no {kind} row like {want}"
            for want in wanted
            if not any(matches(r, want) for r in own)
        ]
    return troubles


async def _ring(scene: Scene, goal: Goal, drop_after: int = 0) -> CallReport:
    ringing = Ringing(scene.service.url, ModelStore())
    report = await ring(ringing, goal, Manner(seed=1, drop_after=drop_after, watch=scene.watch))
    await asyncio.to_thread(settled, scene.service.store, report.call_sid)
    scene.troubles += [f"{goal.number}: {failure}" for failure in report.failures]
    return report


async def _play(scene: Scene) -> list[Goal]:
    goals = [load(DATA / "demo" / name) for name in GOALS]
    for goal, title in zip(goals, TITLES, strict=True):
        scene.console.rule(f"[bold]{title}[/]（{goal.number}，合成声音 {goal.voice}）")
        if goal is goals[-1]:
            await _ring(scene, goal, CUT_OFF_AFTER)
            scene.console.print("  —— 线路断了，她再打回来 ——\n", style="bold red")
            rest = {**goal.say, "errand": goal.say["errand"][-1:]}  # what she came for has been said
            goal_again = replace(goal, say=rest, expect=replace(goal.expect, ended="hangup"))
            await _ring(scene, goal_again)
        else:
            await _ring(scene, goal)
    return goals


def _print_rows(console: Console, title: str, rows: Sequence[Row], columns: Mapping[str, str]) -> None:
    table = Table(title=title, title_justify="left")
    for name in columns.values():
        table.add_column(name)
    for row in rows:
        table.add_row(*(str(row.get(key, "")) for key in columns))
    console.print(table)


@click.command()
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep the data in this folder.")
def demo(keep: Path | None) -> None:
    """Start the service and let three synthetic old callers ring it; exit 1 if a call did not end as it should."""
    console = Console(soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="hotline-demo-") as folder:
        try:
            with serving(keep or Path(folder)) as service:
                troubles = _demonstrate(console, service)
        except (SpeechError, NotServing) as error:
            raise click.ClickException(str(error)) from error
    if troubles:
        for trouble in troubles:
            console.print(f"[red]✗[/] {trouble}")
        raise SystemExit(1)
    console.print("[green]✓[/] 三个电话都办妥了。")


def _demonstrate(console: Console, service: Beside) -> list[str]:
    console.print(f"话务系统开在 {service.url}，识别：{service.ears}\n")
    scene = Scene(console, service)
    goals = asyncio.run(_play(scene))
    booked = appointments_json(service.store, service.town)
    reported = grievances_json(service.store, service.town)
    booking = {
        "code": "编号",
        "service": "事项",
        "when": "时间",
        "place_name": "地点",
        "name": "姓名",
        "village": "村",
    }
    case = {
        "code": "编号",
        "topic": "诉求",
        "village": "村",
        "group": "组",
        "where": "位置",
        "name": "姓名",
        "urgency": "缓急",
    }
    _print_rows(console, "数据库里的预约", booked, booking)
    _print_rows(console, "数据库里的诉求", reported, case)
    return scene.troubles + [trouble for goal in goals for trouble in missing(goal, booked, reported)]
