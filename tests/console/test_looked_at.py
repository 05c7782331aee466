"""The audit trail in words: every line the code writes is said in Chinese and English, never as an identifier."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from hotline.console import languages
from hotline.console.looked_at import described
from tests.console.english import compiled

ROOT = Path(__file__).parents[2]
APART = {"hotline/staff_moves.py", "hotline/person_data.py"}
"""Put together from parts: below, by example."""
WRITERS = {"look", "_looked", "_look", "_note", "refuse", "_done"}
"""What the functions are called that write a line; the line is the first text they are given."""
LATIN = re.compile(r"[A-Za-z]{3,}")


def written(node: ast.expr) -> str:
    """A line as it might be written; empty where it is put together in another way."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)
    if isinstance(node, ast.Subscript):
        return written(node.value)
    return ""


def lines() -> Iterator[tuple[str, str]]:
    """Where each line is written, and a sample of it."""
    for path in sorted((ROOT / "hotline").rglob("*.py")):
        if str(path.relative_to(ROOT)) in APART:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [written(arg) for arg in node.args] if name in WRITERS else []
            texts += [written(key.value) for key in node.keywords if name == "LookRow" and key.arg == "what"]
            found = next((text for text in texts if " " in text or text in ("lists", "backups", "prompts")), "")
            if found:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", found


@pytest.fixture(scope="module")
def app() -> Flask:
    compiled()
    made = Flask("words")
    made.secret_key = "test"
    languages.init(made)
    return made


def english(app: Flask, what: str) -> str:
    with app.test_request_context() as context:
        context.session["language"] = "en"
        return described(what)


def test_every_line_the_code_writes_is_said_in_words(app: Flask) -> None:
    every = dict(lines())
    assert len(every) > 80
    with app.test_request_context():
        wrong = {
            where: what
            for where, what in every.items()
            if described(what) == what or LATIN.search(described(what))
        }
    assert wrong == {}


SAID = (
    ("moved case 118822: dispatch", "诉求 118822：派单", "Case 118822: Dispatch"),
    ("unmask appointment 307294", "预约 307294 的姓名和号码", "Name and number in full: Appointment 307294"),
    ("api: moved appointment 307294: no_show", "预约 307294：没来（由程序）",
     "Appointment 307294: Did not come (by a program)"),
    ("search: cases 3, calls 1", "搜索：诉求 3、通话里说的 1", "Search: Case 3, Said in calls 1"),
    ("lists version 2: topics, desks", "清单第 2 版：诉求类别、窗口和站点",
     "Lists version 2: Topics of cases, Windows and stations"),
    ("staff wang: added as name 王五, role village, village V02",
     "人员 wang：新加、姓名 王五、岗位 村站人员、村 V02",
     "Colleague wang: new, name 王五, role Village staff, village V02"),
    ("staff spare: new password, second factor off", "人员 spare：一次性密码、关掉第二道验证",
     "Colleague spare: one-time password, second factor off"),
    ("staff spare: locked", "人员 spare：停用账号", "Colleague spare: locked out"),
    ("staff spare: role clerk, place window:1", "人员 spare：岗位 窗口人员、位置 window:1",
     "Colleague spare: role Clerk, place window:1"),
    ("audit trail, checked", "查看记录，从头查了链条", "Audit trail, chain checked from the first line"),
    ("figures 2026-11-01..2026-11-15 by clerk", "2026-11-01..2026-11-15 的数字，按工作人员",
     "Figures of 2026-11-01..2026-11-15 by Clerk"),
    ("erased resident 2", "清除了村民 2 的资料", "Erased the data of resident 2"),
    ("case board 118822 400002", "诉求看板：118822 400002", "Case board: 118822 400002"),
    ("exception from 2026-12-01 on: leave liuf", "排班：liuf 从 2026-12-01 起请假",
     "Rosters: Leave of liuf from 2026-12-01 on"),
    ("no exception from 2026-12-01 on: closed window:1", "排班：取消 window:1 从 2026-12-01 起的停办",
     "Rosters: taken back, Closed of window:1 from 2026-12-01 on"),
    ("ledger rows 1…9 (9)", "台账列表：1…9 (9)", "List of the ledger: 1…9 (9)"),
)  # fmt: skip


@pytest.mark.parametrize(("what", "chinese", "said"), SAID)
def test_kinds_and_states_are_said_by_their_words(app: Flask, what: str, chinese: str, said: str) -> None:
    with app.test_request_context():
        assert described(what) == chinese
    assert english(app, what) == said


@pytest.mark.parametrize(
    "what", ["", "something of another release", "case ", "staff {0}: {role}", "call %(n)s %", "x" * 120]
)
def test_what_nobody_foresaw_is_shown_as_it_was_written(app: Flask, what: str) -> None:
    with app.test_request_context():
        said = described(what)
    left = re.findall(r"\{\w+\}|%\(n\)s", what)
    assert said == what or all(part in said for part in left), "nothing is filled in"
    assert english(app, "something of another release") == "something of another release"
