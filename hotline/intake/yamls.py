"""Lists from one YAML file with a section for each; every cell keeps its line."""

from __future__ import annotations

import yaml

from hotline.domain.lists import SHAPES, Origin, Row
from hotline.intake.reading import MOST_ROWS, Reading, column_called, in_our_words, list_called

DEEPEST = 6
"""Lists within lists; more is no list of ours, and would be too much for who reads it."""
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def take_yaml(reading: Reading, file: str, text: str) -> None:
    """Takes every section; values are kept as they are written, so that 09:00 and 0731 stay what they are."""
    try:
        if not _harmless(reading, file, text):
            return
        document = yaml.compose(text, _Loader)
    except yaml.YAMLError as bad:
        mark = getattr(bad, "problem_mark", None)
        why = getattr(bad, "problem", None) or str(bad).splitlines()[0]
        reading.wrong(Origin(file, line=mark.line + 1 if mark else 0), f"no YAML: {why}", "mend it at this line")
        return
    if not isinstance(document, yaml.MappingNode):
        reading.wrong(Origin(file), "no section for each list", f"write a section like {next(iter(SHAPES))}:")
        return
    for heading, section in document.value:
        here = Origin(file, line=heading.start_mark.line + 1)
        name = list_called(str(heading.value)) if isinstance(heading, yaml.ScalarNode) else None
        if name is None:
            reading.wrong(here, f"{str(heading.value)[:30]!r} is no list", f"use {', '.join(SHAPES)}")
        elif reading.opens(name, here):
            _section(reading, name, here, section)


def _harmless(reading: Reading, file: str, text: str) -> bool:
    """Refuses what would grow when it is read: references, and depth."""
    depth = 0
    for event in yaml.parse(text, _Loader):
        here = Origin(file, line=event.start_mark.line + 1 if event.start_mark else 0)
        if isinstance(event, yaml.AliasEvent):
            reading.wrong(here, "a reference (*)", "write the value itself")
            return False
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            reading.wrong(here, "too many lists within lists", "write a list of rows under each section")
            return False
    return True


def _section(reading: Reading, name: str, here: Origin, section: yaml.Node) -> None:
    if isinstance(section, yaml.ScalarNode) and not section.value:
        return
    if not isinstance(section, yaml.SequenceNode):
        reading.wrong(here, f"{name} has no rows", "begin each row with a dash")
        return
    if len(section.value) > MOST_ROWS:
        reading.wrong(here, f"more than {MOST_ROWS} rows", "remove what is too much")
        return
    for node in section.value:
        line = Origin(here.file, line=node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            reading.lists[name].append(_row(reading, name, line, node))
        else:
            reading.wrong(line, "this row has no names of columns", "write it like id: V01")


def _row(reading: Reading, name: str, here: Origin, node: yaml.MappingNode) -> Row:
    shape = SHAPES[name]
    cells: dict[str, str] = {}
    headings: dict[str, str] = {}
    lines: dict[str, int] = {}
    for heading, value in node.value:
        origin = Origin(here.file, line=heading.start_mark.line + 1)
        column = column_called(shape, str(heading.value)) if isinstance(heading, yaml.ScalarNode) else None
        if column is None:
            every = ", ".join(one.name for one in shape.columns)
            reading.wrong(origin, f"{str(heading.value)[:30]!r} is no column of {name}", f"use {every}")
        elif column in cells:
            reading.wrong(origin, f"the column {column} is there twice", "remove one of the two", column)
        elif (text := _text(value)) is None:
            reading.wrong(origin, "neither a value nor a list of values", "write one", column)
        else:
            cells[column] = in_our_words(shape, column, text)
            headings[column], lines[column] = str(heading.value), origin.line
    return Row(here, cells, headings, lines)


def _text(node: yaml.Node) -> str | None:
    """A value, or several parted by strokes as in other files; None for anything else. null is empty."""
    if isinstance(node, yaml.ScalarNode):
        return "" if node.tag == "tag:yaml.org,2002:null" else str(node.value)
    if isinstance(node, yaml.SequenceNode) and all(isinstance(one, yaml.ScalarNode) for one in node.value):
        return "|".join(str(one.value) for one in node.value)
    return None
