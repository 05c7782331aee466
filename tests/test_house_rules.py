"""What style and architecture promise of the code itself: sizes, no import cycle, no blanket except."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("hotline", "ivr", "asr_models", "tasks")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
MOST_POSITIONAL = 4
EDGES = {"ivr/webhooks.py", "ivr/live/socket.py", "tasks/worker.py"}
"""Where anything at all may be caught, because a caller must still hear a sentence."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources(*folders: str) -> Iterator[tuple[str, str]]:
    """(path below the root, text) of every Python file."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text("utf8")


def functions(text: str) -> Iterator[Function]:
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, Function))


def test_no_file_is_longer_than_a_reader_holds() -> None:
    lengths = {path: len(text.splitlines()) for path, text in sources(*PACKAGES, "tests")}
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = {
        f"{path}:{f.name}": f.end_lineno - f.lineno + 1
        for path, text in sources(*PACKAGES)
        for f in functions(text)
        if f.end_lineno is not None and f.end_lineno - f.lineno + 1 > LONGEST_FUNCTION
    }
    assert too_long == {}


def test_no_function_takes_more_than_four_by_position() -> None:
    def positional(f: Function) -> int:
        names = [a.arg for a in (*f.args.posonlyargs, *f.args.args)]
        return len([name for name in names if name not in {"self", "cls"}])

    crowded = [f"{p}:{f.name}" for p, text in sources(*PACKAGES) for f in functions(text) if positional(f) > 4]
    assert crowded == []


def test_everything_is_caught_at_the_edges_only() -> None:
    def catches_all(node: ast.AST) -> bool:
        if not isinstance(node, ast.ExceptHandler):
            return False
        return node.type is None or (
            isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}
        )

    catching = {
        path for path, text in sources(*PACKAGES) for node in ast.walk(ast.parse(text)) if catches_all(node)
    }
    assert catching <= EDGES


def test_no_class_is_named_for_what_it_might_be() -> None:
    named = [
        f"{path}:{node.name}"
        for path, text in sources(*PACKAGES)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Manager", "Helper", "Utils", "Base"))
    ]
    assert named == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "mock.patch", "monkeypatch.setattr"])
def test_words_the_house_does_without(word: str) -> None:
    own = str(Path(__file__).relative_to(ROOT))
    assert [path for path, text in sources(*PACKAGES, "tests") if word in text and path != own] == []


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    arrows = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(arrows).prepare()


def test_times_are_read_off_the_clock_in_one_place() -> None:
    office = [(p, text) for p, text in sources("hotline", "ivr", "tasks") if not p.startswith("ivr/exchange/")]
    assert {path for path, text in office if "datetime.now(" in text or "utcnow" in text} <= {"hotline/clock.py"}
